"""Items as a search reads them: taken in one by one, then frozen into a block that is kept in the file.

BM25 needs, for each word, who has it and how often. Keeping that here and not in SQLite's FTS5 makes the counts exact
for what one memory sees (FTS5 counts over all agents of a file, so that one could tell from its scores what another
wrote), lets forks share it, and is the quicker the more there is (benchmarks/memory_search.py). A block is derived from
items that never change, so it is never out of date; one of another `VERSION` is made anew.
"""

import io
from array import array
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeAlias

from dulcet.memory.search.spoken_time import TIME_WORDS, YEAR, spans
from dulcet.memory.search.words import STOP, WORD, stemmer

if TYPE_CHECKING:
    import numpy as np

VERSION = 1
"""Of what a block holds and how words and days are read. Another one makes older blocks unread."""
BLOCK = 2048
"""Rows in a block."""
DAY = 86_400_000_000  # microseconds
FIRST_DAY = date(1970, 1, 1).toordinal()
COLUMNS = ("ids", "times", "lengths", "roles", "speakers")
Row = tuple[int, str | None, str | None, int, str]
"""Id, role, speaker, time (microseconds since 1970) and text of an item."""


Postings: TypeAlias = "tuple[np.ndarray, np.ndarray]"
"""Rows, ascending, and a count for each."""


class Rows(Protocol):
    """Rows in the order of their ids, numbered from 0."""

    names: list[str]
    """Roles and speakers; `roles` and `speakers` hold their places in it, -1 for none."""

    def __len__(self) -> int: ...

    def column(self, name: str) -> "np.ndarray":
        """`ids`, `times` (microseconds), `lengths` (stems), `roles`, `speakers`: [N]. `spans`: [n, 3], see below."""
        ...

    def postings(self, stem: str) -> "Postings | None":
        """Rows that have the stem, ascending, and how often each has it; None where none has."""
        ...


class Tail:
    """The newest rows, to which more are added."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._codes: dict[str, int] = {}
        self._values: dict[str, array[int]] = {name: array("q") for name in (*COLUMNS, "spans")}
        """`spans`: row, first day, last day; row, first day, last day; ... (ordinals)."""
        self._postings: dict[str, array[int]] = defaultdict(lambda: array("H"))
        """Stem -> rows, ascending, each as often as it has the stem."""

    def __len__(self) -> int:
        return len(self._values["ids"])

    def add(self, rows: Iterable[Row]) -> None:
        """Take in items, in the order of their ids; at most `BLOCK` in all."""
        stem = stemmer()
        for number, role, speaker, time, text in rows:
            row = len(self)
            words = WORD.findall(text.casefold())
            named = words if speaker is None else words + WORD.findall(speaker.casefold())
            stems = [stem(word) for word in named if word not in STOP]
            for each in stems:
                self._postings[each].append(row)
            if not TIME_WORDS.isdisjoint(words) or YEAR.search(text):  # most texts speak of no day
                said = date.fromordinal(FIRST_DAY + time // DAY)
                self._values["spans"].extend(value for span in spans(text, said) for value in (row, *span))
            values = (number, time, len(stems), self._code(role), self._code(speaker))
            for name, value in zip(COLUMNS, values, strict=True):
                self._values[name].append(value)

    def _code(self, name: str | None) -> int:
        if name is None:
            return -1
        if name not in self._codes:
            self._codes[name] = len(self.names)
            self.names.append(name)
        return self._codes[name]

    def column(self, name: str) -> "np.ndarray":
        """See Rows. A copy, which growing does not disturb."""
        import numpy as np

        found: np.ndarray = np.array(self._values[name], np.int64)
        return found.reshape(-1, 3) if name == "spans" else found

    def postings(self, stem: str) -> "Postings | None":
        """See Rows."""
        import numpy as np

        found = self._postings.get(stem)
        return None if found is None else np.unique(np.array(found), return_counts=True)

    def frozen(self) -> bytes:
        """As the bytes of a block."""
        import numpy as np

        stems = sorted(self._postings)
        repeated = np.frombuffer(b"".join(self._postings[stem].tobytes() for stem in stems), np.uint16)
        of_stem = np.repeat(np.arange(len(stems)), [len(self._postings[stem]) for stem in stems])
        new = np.diff(repeated, prepend=0).astype(bool) | np.diff(of_stem, prepend=-1).astype(bool)
        starts = np.flatnonzero(new)  # each row of each stem once
        rows, counts = repeated[starts], np.diff(starts, append=len(repeated)).astype(np.uint16)
        offsets = np.searchsorted(of_stem[starts], np.arange(len(stems) + 1))
        texts = {"names": _packed(self.names), "stems": _packed(stems)}
        buffer = io.BytesIO()
        columns = {name: self.column(name) for name in self._values}
        np.savez(buffer, allow_pickle=False, **columns, **texts, offsets=offsets, rows=rows, counts=counts)
        return buffer.getvalue()


class Block:
    """`BLOCK` rows that no longer change."""

    def __init__(self, data: bytes) -> None:
        import numpy as np

        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            self._arrays: dict[str, np.ndarray] = {name: found[name] for name in found.files}
        self.names = _unpacked(self._arrays["names"])
        self._stems = {stem: number for number, stem in enumerate(_unpacked(self._arrays["stems"]))}

    def __len__(self) -> int:
        return len(self._arrays["ids"])

    def column(self, name: str) -> "np.ndarray":
        """See Rows."""
        return self._arrays[name]

    def postings(self, stem: str) -> "Postings | None":
        """See Rows."""
        number = self._stems.get(stem)
        if number is None:
            return None
        begin, end = self._arrays["offsets"][number : number + 2].tolist()
        return self._arrays["rows"][begin:end], self._arrays["counts"][begin:end]


def _packed(texts: list[str]) -> "np.ndarray":
    """Texts as bytes with NUL between them; no stored text has one."""
    import numpy as np

    return np.frombuffer("\0".join(texts).encode(), np.uint8)


def _unpacked(data: "np.ndarray") -> list[str]:
    return data.tobytes().decode().split("\0") if data.size else []
