"""Where an index keeps what it has worked out about items: frozen blocks of rows, each derived from items alone."""

from collections.abc import Sequence

from dulcet.memory.search.rows import VERSION
from dulcet.memory.stores.database import Database
from dulcet.memory.stores.log import Kind

BLOCK_TABLE = """
CREATE TABLE IF NOT EXISTS block (
    branch INTEGER NOT NULL, kind INTEGER NOT NULL, number INTEGER NOT NULL, version INTEGER NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (branch, kind, number, version));
"""


class Blocks:
    """The table `block`. Two processes that make the same block make the same bytes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, branch: int, kind: Kind) -> list[bytes]:
        """A branch's blocks, in order, from the first."""
        rows = self._database.rows(
            "SELECT number, data FROM block WHERE branch = ? AND kind = ? AND version = ? ORDER BY number",
            (branch, int(kind), VERSION),
        )
        return [data for place, (number, data) in enumerate(rows) if number == place]

    def keep(self, branch: int, kind: Kind, first: int, blocks: Sequence[bytes]) -> None:
        """Keep blocks, of which the first has the number `first`."""
        if not blocks:
            return
        with self._database.writing():
            self._database.run_many(
                "INSERT INTO block (branch, kind, number, version, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [(branch, int(kind), number, VERSION, data) for number, data in enumerate(blocks, start=first)],
            )
