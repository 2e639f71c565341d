"""The vectors of a log's items: made after the items are stored, in batches, by whichever process comes to it.

An item is durable before it has a vector, and a vector is made from what is stored; so a process killed in between
leaves an item that the next search or `embed_missing` completes.
"""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from dulcet.errors import InputError
from dulcet.memory.base import SPOKEN, Embedder
from dulcet.memory.stores.database import Database, take
from dulcet.memory.stores.log import Kind

if TYPE_CHECKING:
    import numpy as np

BATCH = 256
"""Texts that are embedded, and stored, at once."""
READ = 8192
"""Vectors that are read at once."""


class Vectors(Protocol):
    """Where an index finds vectors."""

    def after(self, branch: int, kind: Kind, sequence: int) -> list[tuple[int, int, bytes]]:
        """(sequence, item, float32 bytes) of vectors of a branch's items with sequences above this one, by it.

        The first thousands of them, if there are more; none if there are none.
        """
        ...

    def make(self, embedder: Embedder, ids: Sequence[int]) -> None:
        """Embed these items, unless somebody has, and store the vectors."""
        ...


def text_of(speaker: str | None, text: str) -> str:
    """What is embedded: who says it is part of what is said."""
    return text if speaker is None else f"{speaker}: {text}"


class VectorTable:
    """The table `vector`. `pack` makes of an array [D] what the database keeps."""

    def __init__(self, database: Database, pack: Callable[["np.ndarray"], Any]) -> None:
        self._database, self._pack = database, pack

    def after(self, branch: int, kind: Kind, sequence: int) -> list[tuple[int, int, bytes]]:
        """See Vectors."""
        return self._database.rows(
            "SELECT sequence, item, data FROM vector WHERE branch = ? AND kind = ? AND sequence > ? "
            f"ORDER BY sequence LIMIT {READ}",
            (branch, int(kind), sequence),
        )

    def make(self, embedder: Embedder, ids: Sequence[int]) -> None:
        """See Vectors."""
        marks = ", ".join("?" * len(ids))
        rows = self._database.rows(f"SELECT id, branch, kind, speaker, text FROM item WHERE id IN ({marks})", list(ids))
        self._store(embedder, rows)

    def make_missing(self, embedder: Embedder, limit: int | None) -> int:
        """Up to `limit` of all that are missing; how many were made."""
        made, after = 0, 0
        while limit is None or made < limit:
            batch = BATCH if limit is None else min(BATCH, limit - made)
            rows = self._database.rows(
                "SELECT id, branch, kind, speaker, text FROM item "
                f"WHERE id > ? AND (kind = ? OR (kind = ? AND role IN {SPOKEN})) "
                f"AND NOT EXISTS (SELECT 1 FROM vector WHERE vector.item = item.id) ORDER BY id LIMIT {batch}",
                (after, int(Kind.PASSAGE), int(Kind.ENTRY)),
            )
            if not rows:
                break
            self._store(embedder, rows)
            made, after = made + len(rows), rows[-1][0]
        return made

    def _store(self, embedder: Embedder, rows: Sequence[tuple[Any, ...]]) -> None:
        vectors = embedder.embed([text_of(speaker, text) for *_, speaker, text in rows], query=False)
        with self._database.writing():
            first = take(self._database, len(rows))
            self._database.run_many(
                "INSERT INTO vector (sequence, item, branch, kind, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [
                    (first + number, row[0], row[1], row[2], self._pack(vector))
                    for number, (row, vector) in enumerate(zip(rows, vectors, strict=True))
                ],
            )


def settle_embedder(database: Database, where: str, embedder: Embedder | None) -> None:
    """Within `writing`: note whose vectors the store holds. Raises InputError where they are another embedder's."""
    if embedder is None:
        return
    ours = json.dumps(embedder.identity, sort_keys=True)
    noted = database.rows("SELECT value FROM about WHERE name = 'embedder'")
    if not noted:
        database.run("INSERT INTO about VALUES ('embedder', ?)", (ours,))
    elif noted[0][0] != ours:
        do = "Open it with that one, or without one."
        raise InputError(f"holds vectors of another embedder, {noted[0][0]}, not of {ours}", where=where, do=do)
