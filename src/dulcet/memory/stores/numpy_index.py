"""Search of a log in this process's memory: exact, with numpy, kept up to date with what any process writes.

The first search of a memory reads its items and vectors; later ones read what was written since. Forks share what
they have in common.
"""

import threading
from collections import OrderedDict
from datetime import date
from typing import TYPE_CHECKING

from dulcet.errors import InputError
from dulcet.memory.base import Embedder
from dulcet.memory.search.bm25 import bm25
from dulcet.memory.search.ranking import Evidence, Question, Weights, fuse, rank, read_question
from dulcet.memory.search.rows import DAY, FIRST_DAY
from dulcet.memory.search.segment import Segment
from dulcet.memory.search.view import View
from dulcet.memory.search.words import words
from dulcet.memory.stores.blocks import Blocks
from dulcet.memory.stores.index import EMBEDDED_AT_SEARCH, FOUND, Query
from dulcet.memory.stores.literal import literal_search
from dulcet.memory.stores.log import Kind, Lineage, Log
from dulcet.memory.stores.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np

BRANCHES = 256
"""Branches kept in memory; the one longest unused goes first."""


class NumpyIndex:
    """Finds items of a log whose vectors lie in `vectors`."""

    def __init__(self, log: Log, vectors: Vectors, embedder: Embedder | None) -> None:
        self._log, self._vectors, self._embedder, self.weights = log, vectors, embedder, Weights()
        self._blocks = Blocks(log.database)
        self._segments: OrderedDict[tuple[int, Kind], Segment] = OrderedDict()
        self._names: dict[str, int] = {}
        """Roles and speakers, numbered for all segments."""
        self._lock = threading.RLock()

    def search(self, lineage: Lineage, kind: Kind, query: Query) -> list[int]:
        """Ids, best first; literal modes: all, oldest first."""
        if query.mode.startswith("literal"):
            return literal_search(self._log, lineage, kind, query)
        if self._embedder is None and query.mode == "vectors":
            raise InputError("the store was opened without an embedder", do="Give one, or search with mode='bm25'.")
        with self._lock:
            view = self._view(lineage, kind)
            if not view.size:
                return []
            if self._embedder and query.mode != "bm25":
                view = self._embed_some(view, lineage, kind, query)
            return self._ranked(view, lineage, kind, query)

    def _ranked(self, view: View, lineage: Lineage, kind: Kind, query: Query) -> list[int]:
        """Score what the view has, and keep the best."""
        import numpy as np

        today = date.fromordinal(int(view.times.max()) // DAY + FIRST_DAY)
        names = self._speakers(view) if query.mode == "hybrid" else {}
        question = read_question(query.text, names, today)
        allowed = self._allowed(view, lineage, kind, query)
        scores = self._scores(view, kind, query, question, allowed)
        rows = np.flatnonzero(allowed & (scores > 0))
        if len(rows) > FOUND:
            rows = rows[np.argpartition(-scores[rows], FOUND)[:FOUND]]
        order = np.lexsort((-rows, -scores[rows]))  # of equals the newest first
        return [int(number) for number in view.ids[rows[order]]]

    def _scores(self, view: View, kind: Kind, query: Query, question: Question, allowed: "np.ndarray") -> "np.ndarray":
        """[N]."""
        import numpy as np

        by_words = bm25(view, question.stems) if query.mode != "vectors" else np.zeros(view.size)
        if query.mode == "bm25":
            return by_words
        cosines = np.zeros(view.size)
        if self._embedder:
            cosines = view.cosines(self._embedder.embed([query.text], query=True)[0])
        if query.mode == "vectors":
            return np.maximum(cosines, 0)
        if query.mode == "rrf":
            return fuse(by_words * allowed, cosines * allowed, depth=FOUND)
        rows = np.flatnonzero(self._of_roles(view, query))  # neighbours are those of the conversation
        spans = view.spans if len(rows) == view.size else _renumbered(view.spans, rows)
        spoken = Evidence(
            by_words[rows],
            cosines[rows],
            view.times[rows],
            np.isin(view.speakers[rows], [self._names[name] for name in question.speakers]),
            spans,
            follows=np.ones(len(rows) - 1, bool) if kind == Kind.ENTRY and len(rows) else None,
        )
        scores = np.zeros(view.size)
        scores[rows] = rank(question, spoken, self.weights)
        return scores

    def _speakers(self, view: View) -> dict[str, tuple[str, ...]]:
        """Name -> its words, for everybody who speaks in the view."""
        import numpy as np

        there = set(np.flatnonzero(np.bincount(view.speakers + 1)) - 1)  # -1 is nobody
        return {name: tuple(words(name)) for name, code in self._names.items() if code in there}

    def _of_roles(self, view: View, query: Query) -> "np.ndarray":
        import numpy as np

        if query.roles is None:
            return np.ones(view.size, bool)
        view_roles = view.roles  # read first: it numbers the roles
        return np.isin(view_roles, [self._names[role] for role in query.roles if role in self._names])

    def _allowed(self, view: View, lineage: Lineage, kind: Kind, query: Query) -> "np.ndarray":
        """[N]: of a role, from a time and not forgotten."""
        import numpy as np

        allowed = self._of_roles(view, query)
        if query.start is not None:
            allowed &= view.times >= query.start
        if query.end is not None:
            allowed &= view.times <= query.end
        if kind == Kind.PASSAGE and (deleted := self._log.deleted(lineage)):
            allowed &= ~np.isin(view.ids, list(deleted))
        return allowed

    def _view(self, lineage: Lineage, kind: Kind) -> View:
        """Up to date with what is stored."""
        parts = []
        for branch, upto in reversed(lineage):
            segment = self._segment(branch, kind)
            parts.append((segment, segment.rows_upto(upto)))
        while len(self._segments) > max(BRANCHES, len(lineage)):
            self._segments.popitem(last=False)
        return View(parts)

    def _segment(self, branch: int, kind: Kind) -> Segment:
        """A branch's, with what was written since it was last looked at."""
        key = (branch, kind)
        if key not in self._segments:
            self._segments[key] = segment = Segment(self._embedder.dimension if self._embedder else 0, self._names)
            for data in self._blocks.of(branch, kind):
                segment.add_block(data)
        self._segments.move_to_end(key)
        segment = self._segments[key]
        if rows := self._log.rows_after(branch, kind, segment.last_id):
            before = len(segment.blocks)
            self._blocks.keep(branch, kind, before, segment.add(rows))
        while self._embedder and (found := self._vectors.after(branch, kind, segment.vector_sequence)):
            segment.add_vectors(found)
        return segment

    def _embed_some(self, view: View, lineage: Lineage, kind: Kind, query: Query) -> View:
        """The view with a few more vectors, where some are missing."""
        assert self._embedder is not None
        missing = view.without_vector()
        missing = missing[self._of_roles(view, query)[missing]][-EMBEDDED_AT_SEARCH:]
        if not len(missing):
            return view
        self._vectors.make(self._embedder, [int(number) for number in view.ids[missing]])
        return self._view(lineage, kind)


def _renumbered(spans: "np.ndarray", rows: "np.ndarray") -> "np.ndarray":
    """Spans of these rows alone, whose rows are counted among them."""
    import numpy as np

    at = np.searchsorted(rows, spans[:, 0])
    kept = (at < len(rows)) & (rows[np.minimum(at, len(rows) - 1)] == spans[:, 0]) if len(rows) else at < 0
    return np.column_stack([at[kept], spans[kept, 1:]])
