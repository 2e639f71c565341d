"""What one memory sees of the segments, as arrays that a ranking can compute with.

A memory that was forked or went back sees the beginnings of several branches, one after the other; rows are numbered
through all of them, oldest first.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from dulcet.memory.search.rows import Postings
from dulcet.memory.search.segment import Segment

if TYPE_CHECKING:
    import numpy as np

Part = tuple[Segment, int]
"""A segment and how many of its rows are seen."""


class View:
    """`parts` oldest first."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = [part for part in parts if part[1]]
        self.size = sum(count for _, count in self.parts)

    def _joined(self, arrays: "list[np.ndarray]") -> "np.ndarray":
        import numpy as np

        return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)

    def _column(self, name: str) -> "np.ndarray":
        return self._joined([segment.column(name)[:count] for segment, count in self.parts])

    @cached_property
    def ids(self) -> "np.ndarray":
        """[N] ascending."""
        return self._column("ids")

    @cached_property
    def times(self) -> "np.ndarray":
        """[N] microseconds since 1970."""
        return self._column("times")

    @cached_property
    def lengths(self) -> "np.ndarray":
        """[N] stems in the text."""
        return self._column("lengths")

    @cached_property
    def roles(self) -> "np.ndarray":
        """[N] numbers of the store's names."""
        return self._column("roles")

    @cached_property
    def speakers(self) -> "np.ndarray":
        """[N] numbers of the store's names."""
        return self._column("speakers")

    @cached_property
    def spans(self) -> "np.ndarray":
        """[n, 3]: row, first day, last day, for each span of days that a row speaks of."""
        import numpy as np

        pieces, before = [], 0
        for segment, count in self.parts:
            spans = segment.column("spans")
            pieces.append(spans[spans[:, 0] < count] + np.array([before, 0, 0]))
            before += count
        return self._joined(pieces)

    def postings(self, stem: str) -> Postings:
        """Rows that have the stem, ascending, and how often each has it."""
        import numpy as np

        rows, counts, before = [np.zeros(0, np.int64)], [np.zeros(0, np.uint16)], 0
        for segment, seen in self.parts:
            for found, often in segment.postings(stem, seen):
                rows.append(found + before if before else found)
                counts.append(often)
            before += seen
        return np.concatenate(rows), np.concatenate(counts)

    def cosines(self, query: "np.ndarray") -> "np.ndarray":
        """[N] cosine with a query vector [D], 0 where a row has no vector yet.

        One thread reads the memory as quickly as several multiply; BLAS would share the rows out to threads and wait
        for the last, milliseconds where the machine has other work.
        """
        import numpy as np

        return self._joined([np.vecdot(segment.vectors(count)[0], query) for segment, count in self.parts])

    def without_vector(self) -> "np.ndarray":
        """Rows that have no vector yet, ascending."""
        import numpy as np

        return np.flatnonzero(~self._joined([segment.vectors(count)[1] for segment, count in self.parts]))
