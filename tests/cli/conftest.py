import pytest

from dulcet.cli import COMMANDS


@pytest.fixture
def sample(monkeypatch):
    """The command `dulcet sample` of tests/cli/sample.py."""
    monkeypatch.setitem(COMMANDS, "sample", ("tests.cli.sample:SampleCommand", "a sample"))
