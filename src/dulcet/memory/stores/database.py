"""What the log asks of a database, so that SQLite and PostgreSQL can both hold it.

The statements are plain SQL that both understand, with `?` for values; what a caller searched for or stored is a value
and never part of a statement.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

FORMAT = "dulcet-memory"
VERSION = 1
"""Of the tables below. A later version brings the steps that lead from this one to it."""

TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter (next BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS branch (id BIGINT PRIMARY KEY, parent BIGINT, parent_upto BIGINT);
CREATE TABLE IF NOT EXISTS head (
    agent TEXT NOT NULL, holder TEXT NOT NULL, branch BIGINT NOT NULL, PRIMARY KEY (agent, holder));
CREATE TABLE IF NOT EXISTS snapshot (
    id BIGINT PRIMARY KEY, agent TEXT NOT NULL, holder TEXT NOT NULL, branch BIGINT NOT NULL, upto BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS item (
    id BIGINT PRIMARY KEY, branch BIGINT NOT NULL, kind INTEGER NOT NULL, role TEXT, speaker TEXT,
    time BIGINT NOT NULL, text TEXT NOT NULL, meta TEXT NOT NULL, target BIGINT);
CREATE INDEX IF NOT EXISTS item_of_branch ON item (branch, kind, id);
CREATE INDEX IF NOT EXISTS item_by_time ON item (branch, kind, time);
"""
"""`holder` is the user (`user` is a word of PostgreSQL). `time` is microseconds since 1970, UTC.

`counter` gives every row its number. A transaction that writes takes its numbers first and so waits for any other
that writes: rows become visible in the order of their numbers, and who has seen number n need only ask for later ones.
"""


class Database(Protocol):
    """A connection that threads may share."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        ...

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run a statement that returns nothing."""
        ...

    def run_many(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each tuple of values."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """A transaction that writes: durable when it ends, undone where it raises, one at a time."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


def take(database: Database, count: int = 1) -> int:
    """Within `writing`: the first of `count` numbers that no row has."""
    database.run("UPDATE counter SET next = next + ?", (count,))
    return int(database.rows("SELECT next FROM counter")[0][0]) - count
