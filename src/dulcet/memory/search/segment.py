"""What a search needs of one branch's items of one kind, in memory: words, vectors, times, speakers, days spoken of.

It only grows, as the log does. BM25 needs, for each word, who has it and how often; keeping that here and not in
SQLite's FTS5 makes the counts exact for what one memory sees (FTS5 counts over all agents of the file, so that one
could tell from its scores what another wrote), makes forks share it, and is the quicker the more there is
(benchmarks/memory_search.py).
"""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dulcet.memory.search.spoken_time import TIME_WORDS, spans
from dulcet.memory.search.words import STOP, WORD, stemmer

if TYPE_CHECKING:
    import numpy as np

Row = tuple[int, str | None, str | None, int, str]
"""Id, role, speaker, time (microseconds since 1970) and text of an item."""
DAY = 86_400_000_000
FIRST_DAY = date(1970, 1, 1).toordinal()


class Segment:
    """Grows by `add` and `add_vectors`. Rows are numbered from 0 in the order of their ids."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.ids, self.times, self.lengths = array("q"), array("q"), array("i")
        self.roles: list[str | None] = []
        self.speakers: list[str | None] = []
        self.postings: dict[str, array[int]] = defaultdict(lambda: array("i"))
        """Stem -> rows, ascending, each as often as the stem is in it."""
        self.spans = array("q")
        """Row, first day, last day; row, first day, last day; ... (ordinals)."""
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

    def add(self, rows: Iterable[Row]) -> None:
        """Take in items, in the order of their ids."""
        stem = stemmer()
        self._columns.clear()
        for number, role, speaker, time, text in rows:
            row = len(self.ids)
            words = WORD.findall(text.casefold())
            named = words if speaker is None else words + WORD.findall(speaker.casefold())
            stems = [stem(word) for word in named if word not in STOP]
            for each in stems:
                self.postings[each].append(row)
            if not TIME_WORDS.isdisjoint(words) or any(word[0].isdigit() for word in words):
                said = date.fromordinal(FIRST_DAY + time // DAY)
                self.spans.extend(value for span in spans(text, said) for value in (row, *span))
            self.ids.append(number)
            self.times.append(time)
            self.lengths.append(len(stems))
            self.roles.append(role)
            self.speakers.append(speaker)

    def add_vectors(self, found: Sequence[tuple[int, int, bytes]]) -> None:
        """Take in (sequence, id, float32 bytes) of vectors. Their items are there already."""
        import numpy as np

        self._make_room()
        assert self._vectors is not None and self._has is not None
        for sequence, number, data in found:
            row = bisect_right(self.ids, number) - 1
            self._vectors[row] = np.frombuffer(data, np.float32)
            self._has[row] = True
            self.vector_sequence = max(self.vector_sequence, sequence)

    def _make_room(self) -> None:
        """Room for a vector of each row; doubled, so that growing costs the same for each."""
        import numpy as np

        have = 0 if self._vectors is None else len(self._vectors)
        if have >= len(self):
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

    def column(self, name: str) -> "np.ndarray":
        """`ids`, `times`, `lengths` or `spans` ([n, 3]) as an array of its own, which growing does not disturb."""
        import numpy as np

        if name not in self._columns:
            found = np.array(getattr(self, name))
            self._columns[name] = found.reshape(-1, 3) if name == "spans" else found
        return self._columns[name]

    def codes(self, name: str, code: dict[Any, int]) -> "np.ndarray":
        """[N] `roles` or `speakers` as numbers; `code` learns the new ones."""
        import numpy as np

        values: list[str | None] = getattr(self, name)
        found = self._columns.get(name)
        if found is None:
            for value in set(values):
                code.setdefault(value, len(code))
            found = self._columns[name] = np.array([code[value] for value in values], np.int32)
        return found
