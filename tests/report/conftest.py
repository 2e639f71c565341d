"""A run's folder on disk, made once; tests that change it take a copy."""

import shutil
from pathlib import Path

import pytest
from build_run import build


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory):
    return build(tmp_path_factory.mktemp("runs") / "demo", count=60)


@pytest.fixture
def run_copy(whole_run, tmp_path):
    return Path(shutil.copytree(whole_run, tmp_path / "copy"))


@pytest.fixture(scope="session")
def hostile_run(tmp_path_factory):
    return build(tmp_path_factory.mktemp("runs") / "hostile", count=30, hostile=True)
