"""What a search needs of one branch's items of one kind, in memory: blocks, the rows after them, and vectors."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dulcet.errors import InputError
from dulcet.memory.search.rows import BLOCK, Block, Postings, Row, Rows, Tail

if TYPE_CHECKING:
    import numpy as np


class Segment:
    """Grows as the log does. `names` numbers roles and speakers for all segments of a store."""

    def __init__(self, dimension: int, names: dict[str, int]) -> None:
        self.dimension, self.names = dimension, names
        self.blocks: list[Block] = []
        self._tail = Tail()
        self.ids: list[int] = []
        self.vector_sequence = 0
        self._vectors: np.ndarray | None = None
        self._has: np.ndarray | None = None
        self._columns: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def last_id(self) -> int:
        """The id of the last row; 0 where there is none."""
        return self.ids[-1] if self.ids else 0

    def add_block(self, data: bytes) -> None:
        """Take in a block. There are no rows after the blocks yet."""
        block = Block(data)
        self.blocks.append(block)
        self.ids.extend(block.column("ids").tolist())
        self._columns.clear()

    def add(self, rows: Sequence[Row]) -> list[bytes]:
        """Take in items, in the order of their ids; the bytes of the blocks that this has filled."""
        filled = []
        while rows:
            room = BLOCK - len(self._tail)
            self._tail.add(rows[:room])
            self.ids.extend(row[0] for row in rows[:room])
            rows = rows[room:]
            if len(self._tail) == BLOCK:
                filled.append(self._tail.frozen())
                self.blocks.append(Block(filled[-1]))
                self._tail = Tail()
        self._columns.clear()
        return filled

    def add_vectors(self, found: Sequence[tuple[int, int, bytes]]) -> None:
        """Take in (sequence, id, float32 bytes) of vectors. Their items are there already."""
        import numpy as np

        self._make_room()
        assert self._vectors is not None and self._has is not None
        rows = np.searchsorted(self.column("ids"), [number for _, number, _ in found])
        joined = b"".join(data for _, _, data in found)
        if len(joined) != 4 * self.dimension * len(found):
            made = len(found[0][2]) // 4
            raise InputError(f"the store's vectors have {made} numbers, the embedder makes {self.dimension}")
        self._vectors[rows] = np.frombuffer(joined, np.float32).reshape(-1, self.dimension)
        self._has[rows] = True
        self.vector_sequence = max(self.vector_sequence, found[-1][0])

    def _make_room(self) -> None:
        """Room for a vector of each row; doubled, so that growing costs the same for each."""
        import numpy as np

        have = 0 if self._vectors is None else len(self._vectors)
        if self._vectors is not None and have >= len(self):
            return
        room = max(len(self), 2 * have, 64)
        vectors, has = np.zeros((room, self.dimension), np.float32), np.zeros(room, bool)
        if self._vectors is not None and self._has is not None:
            vectors[:have], has[:have] = self._vectors, self._has
        self._vectors, self._has = vectors, has

    def vectors(self, count: int) -> "tuple[np.ndarray, np.ndarray]":
        """[N, D] vectors of the first `count` rows, zeros where there is none yet, and [N] which are there."""
        self._make_room()
        assert self._vectors is not None and self._has is not None
        return self._vectors[:count], self._has[:count]

    def rows_upto(self, number: int) -> int:
        """How many rows have ids up to this one."""
        return bisect_right(self.ids, number)

    @property
    def pieces(self) -> list[Rows]:
        """Blocks and the rows after them."""
        return [*self.blocks, self._tail]

    def column(self, name: str) -> "np.ndarray":
        """See search.rows.Rows; `roles` and `speakers` as numbers of `names`, -1 for none."""
        import numpy as np

        if name not in self._columns:
            found, before = [], 0
            for piece in self.pieces:
                values = piece.column(name)
                if name in ("roles", "speakers"):
                    codes = [self.names.setdefault(each, len(self.names)) for each in piece.names]
                    values = np.array([*codes, -1], np.int64)[values]
                elif name == "spans":
                    values = values + np.array([before, 0, 0])
                found.append(values)
                before += len(piece)
            self._columns[name] = np.concatenate(found)
        return self._columns[name]

    def postings(self, stem: str, count: int) -> list[Postings]:
        """Rows below `count` that have the stem, and how often, in pieces."""
        import numpy as np

        found, before = [], 0
        for piece in self.pieces:
            if before >= count:
                break
            if (posted := piece.postings(stem)) is not None:
                rows, counts = posted[0].astype(np.int64) + before, posted[1]
                kept = len(rows) if before + len(piece) <= count else int(np.searchsorted(rows, count))
                found.append((rows[:kept], counts[:kept]))
            before += len(piece)
        return found
