"""What one memory sees of the segments, as arrays that a ranking can compute with.

A memory that was forked or went back sees the beginnings of several branches, one after the other; rows are numbered
through all of them, oldest first.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from dulcet.memory.search.segment import Segment

if TYPE_CHECKING:
    import numpy as np

Part = tuple[Segment, int]
"""A segment and how many of its rows are seen."""


class View:
    """`parts` oldest first. `names` numbers roles and speakers for all segments of a store."""

    def __init__(self, parts: Sequence[Part], names: dict[str | None, int]) -> None:
        self.parts, self.names = [part for part in parts if part[1]], names
        self.size = sum(count for _, count in self.parts)

    def _joined(self, arrays: "list[np.ndarray]") -> "np.ndarray":
        import numpy as np

        return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)

    @cached_property
    def ids(self) -> "np.ndarray":
        """[N] int64, ascending."""
        return self._joined([segment.column("ids")[:count] for segment, count in self.parts])

    @cached_property
    def times(self) -> "np.ndarray":
        """[N] int64, microseconds since 1970."""
        return self._joined([segment.column("times")[:count] for segment, count in self.parts])

    @cached_property
    def lengths(self) -> "np.ndarray":
        """[N] int32, stems in the text."""
        return self._joined([segment.column("lengths")[:count] for segment, count in self.parts])

    @cached_property
    def roles(self) -> "np.ndarray":
        """[N] int32, numbers of `names`."""
        return self._joined([segment.codes("roles", self.names)[:count] for segment, count in self.parts])

    @cached_property
    def speakers(self) -> "np.ndarray":
        """[N] int32, numbers of `names`."""
        return self._joined([segment.codes("speakers", self.names)[:count] for segment, count in self.parts])

    @cached_property
    def spans(self) -> "np.ndarray":
        """[n, 3] int64: row, first day, last day, for each span of days that a row speaks of."""
        import numpy as np

        pieces, before = [], 0
        for segment, count in self.parts:
            spans = segment.column("spans")
            spans = spans[spans[:, 0] < count]
            pieces.append(spans + np.array([before, 0, 0]))
            before += count
        return self._joined(pieces)

    def postings(self, stem: str) -> "np.ndarray":
        """Rows that have the stem, ascending, each as often as it is in it."""
        import numpy as np

        pieces, before = [], 0
        for segment, count in self.parts:
            found = segment.postings.get(stem)
            if found:
                rows = np.array(found)
                pieces.append(rows[: np.searchsorted(rows, count)] + before)
            before += count
        return self._joined(pieces) if pieces else np.zeros(0, np.int32)

    def cosines(self, query: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
        """[N] cosine with a query vector [D], 0 where a row has no vector yet; and [N] whether it has."""
        found = [segment.vectors(count) for segment, count in self.parts]
        return self._joined([vectors @ query for vectors, _ in found]), self._joined([has for _, has in found])

    def without_vector(self) -> "np.ndarray":
        """Rows that have no vector yet, ascending."""
        import numpy as np

        return np.flatnonzero(~self._joined([segment.vectors(count)[1] for segment, count in self.parts]))
