import pytest

from tests.tiny import make_tiny_llama


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    return make_tiny_llama(tmp_path_factory.mktemp("models") / "tiny")
