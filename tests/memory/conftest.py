"""Stores for the tests: an SQLite file each, and databases of one PostgreSQL server that runs as long as the tests."""

import itertools
import subprocess
import time

import pytest

from dulcet.memory.opening import open_store
from tests.memory.embedders import WordEmbedder

numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    """The address of a real server with pgvector, from the package that bundles both."""
    pgserver = pytest.importorskip(
        "pgserver", reason="no PostgreSQL to test with: pip install pgserver (Linux on x86-64, Python 3.11 or 3.12)"
    )
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'dulcet[postgres]'")
    server = started(pgserver, tmp_path_factory.mktemp("postgres"))
    server.psql(
        "ALTER SYSTEM SET fsync = off"
    )  # it need not outlive a power cut, and starts and stops in half the time
    server.psql("SELECT pg_reload_conf()")
    yield server
    server.cleanup()


def started(pgserver, folder):
    """The package waits ten seconds for the server and gives up; on a busy machine the server takes longer."""
    for _ in range(6):
        try:
            return pgserver.get_server(folder, cleanup_mode="stop")
        except (subprocess.TimeoutExpired, AssertionError):  # it is still starting
            time.sleep(5)
    return pgserver.get_server(folder, cleanup_mode="stop")


@pytest.fixture
def postgres_address(postgres_server):
    """A fresh database."""
    name = f"test{next(numbers)}"
    postgres_server.psql(f"CREATE DATABASE {name}")
    return postgres_server.get_uri(database=name)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    """Where a store can be opened, again and again."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres_address")
    return tmp_path / "memory.db"


@pytest.fixture
def store(place):
    opened = open_store(place, WordEmbedder())
    yield opened
    opened.close()
