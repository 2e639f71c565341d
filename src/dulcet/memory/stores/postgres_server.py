"""A PostgreSQL database as a database of the log: one connection, one writer at a time, errors as one line.

The tables live in a schema of their own, so that they may share a database with anything. Who writes holds an
advisory lock, which makes rows visible in the order of their numbers (see stores.database).
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from dulcet.errors import InputError, MissingDependencyError, StorageError

SCHEMA = "dulcet_memory"
LOCK = 0x64756C63
"""`dulc`: the advisory lock that a writer holds."""


class PostgresServer:
    """A connection to the database at `address`. Raises InputError where it cannot be reached or lacks pgvector."""

    def __init__(self, address: str) -> None:
        try:
            import psycopg
        except ModuleNotFoundError as error:
            raise MissingDependencyError("psycopg", "postgres") from error
        parts = urlsplit(address)
        self.where = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"  # never the password
        self._lock, self._faults = threading.RLock(), psycopg.Error
        try:
            self._connection = psycopg.connect(address, autocommit=True)
        except psycopg.Error as error:
            do = "Check that the server runs, and the address."
            raise InputError(f"cannot be reached ({_line(error)})", where=self.where, do=do) from error
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with self.writing():  # two that make the same thing at once would disturb each other
            self.run(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            if not self.rows("SELECT 1 FROM pg_extension WHERE extname = 'vector'"):
                self._make_extension()
        self.run(f"SET search_path TO {SCHEMA}, public")

    def _make_extension(self) -> None:
        try:
            self.run("CREATE EXTENSION vector SCHEMA public")
        except StorageError as error:
            do = "Install pgvector on the server, and have an administrator run: CREATE EXTENSION vector."
            raise InputError(f"has no pgvector ({error.what})", where=self.where, do=do) from error

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        with self._lock, self._errors():
            found: list[tuple[Any, ...]] = self._connection.execute(_ours(statement), tuple(values)).fetchall()
            return found

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run a statement that returns nothing."""
        with self._lock, self._errors():
            self._connection.execute(_ours(statement), tuple(values) or None)

    def run_many(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each tuple of values."""
        with self._lock, self._errors(), self._connection.cursor() as cursor:
            cursor.executemany(_ours(statement), list(values))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that holds the writers' lock."""
        with self._lock, self._errors(), self._connection.transaction():
            self.run("SELECT pg_advisory_xact_lock(?)", (LOCK,))
            yield

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except self._faults as error:
            do = "Check the server and run the same command again; what was stored before is kept."
            raise StorageError(_line(error), where=self.where, do=do) from error


def _ours(statement: str) -> str:
    """With psycopg's marks for values."""
    return statement.replace("?", "%s")


def _line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
