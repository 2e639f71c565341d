"""An SQLite file as a database: write-ahead log, one writer at a time, errors as one line.

With `synchronous = FULL` a transaction is on the disk when it ends, so that neither SIGKILL nor a power cut takes
back what was acknowledged. Another process that writes is waited for, half a minute at most.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dulcet.errors import InputError, StorageError

PATIENCE = 30.0
"""Seconds to wait for another process that writes."""
APPLICATION = 0x64756C63
"""`dulc`, in the file's header: what marks the file as ours."""


class SqliteFile:
    """A connection to the file at `path`, which is made if there is none. Raises InputError for another program's."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.RLock()
        with self._errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            self._check()
        except BaseException:
            self._connection.close()
            raise

    def _check(self) -> None:
        """Refuse another program's file before anything is written to it; mark a new one as ours."""
        if self._mark() == APPLICATION:
            self._prepare()
            return
        self._refuse_foreign()
        self._prepare()
        with self.writing():  # two processes may make the file at once
            if self._mark() != APPLICATION:
                self._refuse_foreign()
                self.run(f"PRAGMA application_id = {APPLICATION}")

    def _mark(self) -> int:
        return int(self.rows("PRAGMA application_id")[0][0])

    def _refuse_foreign(self) -> None:
        if self._mark() or self.rows("SELECT count(*) FROM sqlite_schema")[0][0]:
            raise InputError("an SQLite file of another program", where=str(self.path), do="Give another path.")

    def _prepare(self) -> None:
        self.run("PRAGMA journal_mode = WAL")
        self.run("PRAGMA synchronous = FULL")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        with self._lock, self._errors():
            return self._connection.execute(statement, values).fetchall()

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run a statement that returns nothing."""
        with self._lock, self._errors():
            self._connection.execute(statement, values)

    def run_many(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each tuple of values."""
        with self._lock, self._errors():
            self._connection.executemany(statement, values)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that takes the write lock at its beginning, so that it cannot lose it half way."""
        with self._lock:
            self.run("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.rollback()
                raise
            try:
                self.run("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turns what SQLite and the file system raise into one line."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            name = getattr(error, "sqlite_errorname", "")
            if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
                raise InputError(f"not a memory file ({error})", where=str(self.path), do="Check the path.") from error
            if name.startswith("SQLITE_BUSY"):
                do = "Wait for it, or end it, and run the same command again."
                raise StorageError("another process keeps writing to it", where=str(self.path), do=do) from error
            if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
                do = "Check the path, its permissions and the free space; what was stored before is kept."
                raise StorageError(f"cannot be written or read ({error})", where=str(self.path), do=do) from error
            raise
        except OSError as error:
            raise StorageError(
                f"cannot be made ({error.strerror})", where=str(self.path), do="Check the path."
            ) from error
