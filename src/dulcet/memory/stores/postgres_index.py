"""Search in PostgreSQL: words and vectors find candidates there, and the same ranking as everywhere orders them here.

Candidates are the best by words, the best by meaning, and the neighbours of both; the SQLite store ranks everything, so
the two may differ from where the evidence is thin. Vectors are compared exactly, within one memory: an approximate
index of pgvector knows nothing of memories and would look among everybody's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dulcet.errors import InputError
from dulcet.memory.base import Embedder
from dulcet.memory.search.ranking import Evidence, Question, Weights, fuse, rank, read_question, usual_cosine
from dulcet.memory.search.rows import DAY, FIRST_DAY
from dulcet.memory.search.spoken_time import spans
from dulcet.memory.search.words import words
from dulcet.memory.stores.index import EMBEDDED_AT_SEARCH, FOUND, Query
from dulcet.memory.stores.literal import filters, literal_search
from dulcet.memory.stores.log import Kind, Lineage, Log, seen
from dulcet.memory.stores.postings import PostingTables
from dulcet.memory.stores.vectors import VectorTable

if TYPE_CHECKING:
    import numpy as np

DEPTH = 200
"""Candidates by words, and as many by meaning."""


@dataclass(frozen=True)
class Scope:
    """Where a search looks: a condition on `item`, with its values."""

    lineage: Lineage
    kind: Kind
    where: str
    values: list[Any]


class PostgresIndex:
    """Finds items of a log in PostgreSQL."""

    def __init__(self, log: Log, vectors: VectorTable, embedder: Embedder | None) -> None:
        self._log, self._database, self._postings = log, log.database, PostingTables(log)
        self._vectors, self._embedder, self.weights = vectors, embedder, Weights()

    def search(self, lineage: Lineage, kind: Kind, query: Query) -> list[int]:
        """Ids, best first; literal modes: all, oldest first."""
        if query.mode.startswith("literal"):
            return literal_search(self._log, lineage, kind, query)
        if self._embedder is None and query.mode == "vectors":
            raise InputError("the store was opened without an embedder", do="Give one, or search with mode='bm25'.")
        for branch, _ in lineage:
            self._postings.catch_up(branch, kind)
        newest = self._log.items(lineage, kind, limit=1, newest=True)
        if not newest:
            return []
        scope, today = self._scope(lineage, kind, query), date.fromordinal(newest[0][2] // DAY + FIRST_DAY)
        spoken = self._postings.speakers(lineage, kind) if query.mode == "hybrid" else []
        question = read_question(query.text, {name: tuple(words(name)) for name in spoken}, today)
        return self._ranked(scope, query, question)[:FOUND]

    def _scope(self, lineage: Lineage, kind: Kind, query: Query) -> Scope:
        condition, bounds = seen(lineage, kind)
        where, values = filters(query)
        if kind == Kind.PASSAGE and (deleted := self._log.deleted(lineage)):
            where.append("id <> ALL(?)")
            values.append(list(deleted))
        return Scope(lineage, kind, " AND ".join([condition, *where]), [*bounds, *values])

    def _ranked(self, scope: Scope, query: Query, question: Question) -> list[int]:
        """Ids, best first."""
        by_words: dict[int, float] = {}
        if query.mode != "vectors":
            by_words = self._bm25(scope, question, where=scope.where, values=scope.values, limit=DEPTH)
        if query.mode == "bm25":
            return list(by_words)
        by_meaning, usual, vector = self._nearest(scope, query)
        if query.mode == "vectors":
            return [number for number, cosine in by_meaning.items() if cosine > 0]
        if query.mode == "rrf":
            return _fused(by_words, by_meaning)
        return self._hybrid(scope, query, question, {*by_words, *by_meaning}, usual, vector)

    def _bm25(self, scope: Scope, question: Question, **options: Any) -> dict[int, float]:
        return self._postings.bm25(scope.lineage, scope.kind, question.stems, **options)

    def _nearest(self, scope: Scope, query: Query) -> tuple[dict[int, float], float, str | None]:
        """Id -> cosine of the nearest, nearest first; the usual cosine; and the question's vector."""
        if self._embedder is None:
            return {}, 0.0, None
        self._embed_some(self._embedder, scope)
        vector = str(self._embedder.embed([query.text], query=True)[0].tolist())
        rows = self._database.rows(
            "SELECT item.id, 1 - (data <=> ?::public.vector) AS cosine, "
            "sum(1 - (data <=> ?::public.vector)) OVER (), count(*) OVER () "
            f"FROM item JOIN vector ON vector.item = item.id WHERE {scope.where} "
            f"ORDER BY cosine DESC, item.id DESC LIMIT {DEPTH}",
            [vector, vector, *scope.values],
        )
        usual = usual_cosine(float(rows[0][2]), int(rows[0][3])) if rows else 0.0
        return {int(number): float(cosine) for number, cosine, *_ in rows}, usual, vector

    def _embed_some(self, embedder: Embedder, scope: Scope) -> None:
        missing = self._database.rows(
            f"SELECT id FROM item WHERE {scope.where} AND NOT EXISTS (SELECT 1 FROM vector WHERE item = item.id) "
            f"ORDER BY id DESC LIMIT {EMBEDDED_AT_SEARCH}",
            scope.values,
        )
        if missing:
            self._vectors.make(embedder, [int(number) for (number,) in missing])

    def _hybrid(
        self, scope: Scope, query: Query, question: Question, found: set[int], usual: float, vector: str | None
    ) -> list[int]:
        """The candidates and their neighbours, ranked."""
        import numpy as np

        pairs = self._neighbours(scope, query, sorted(found)) if scope.kind == Kind.ENTRY else set()
        numbers = sorted(found | {number for pair in pairs for number in pair})
        if not numbers:
            return []
        evidence = self._evidence(scope, question, numbers, pairs, usual, vector)
        scores = rank(question, evidence, self.weights)
        rows = self._database.rows(f"SELECT id FROM item WHERE id = ANY(?) AND {scope.where}", [numbers, *scope.values])
        allowed = np.isin(numbers, [number for (number,) in rows]) & (scores > 0)
        order = np.lexsort((-np.array(numbers), -scores))
        return [numbers[place] for place in order if allowed[place]]

    def _neighbours(self, scope: Scope, query: Query, numbers: Sequence[int]) -> set[tuple[int, int]]:
        """(message, the message right after it) for every pair of which one is among `numbers`."""
        before: dict[int, int] = {}
        after: dict[int, int] = {}
        roles = list(query.roles or ())
        for branch, upto in scope.lineage:
            side = "SELECT id FROM item WHERE branch = ? AND kind = ? AND role = ANY(?) AND id <= ? AND id {} asked.id"
            values = [branch, int(scope.kind), roles, upto]
            rows = self._database.rows(
                "SELECT asked.id, last.id, next.id FROM unnest(?::bigint[]) AS asked (id) "
                f"LEFT JOIN LATERAL ({side.format('<')} ORDER BY id DESC LIMIT 1) AS last ON TRUE "
                f"LEFT JOIN LATERAL ({side.format('>')} ORDER BY id LIMIT 1) AS next ON TRUE",
                [list(numbers), *values, *values],
            )
            for number, last, following in rows:
                if last is not None:
                    before[number] = max(before.get(number, 0), last)
                if following is not None:
                    after[number] = min(after.get(number, following), following)
        return {(last, number) for number, last in before.items()} | set(after.items())

    def _evidence(
        self,
        scope: Scope,
        question: Question,
        numbers: list[int],
        pairs: set[tuple[int, int]],
        usual: float,
        vector: str | None,
    ) -> Evidence:
        """What is known of the items with these ids, ascending."""
        import numpy as np

        by_words = self._bm25(scope, question, where="item.id = ANY(?)", values=[numbers])
        cosines: dict[int, float] = {}
        if vector is not None:
            ask = "SELECT item, 1 - (data <=> ?::public.vector) FROM vector WHERE item = ANY(?)"
            cosines = {int(number): float(cosine) for number, cosine in self._database.rows(ask, [vector, numbers])}
        rows = self._database.rows("SELECT speaker, time, text FROM item WHERE id = ANY(?) ORDER BY id", [numbers])
        said = [date.fromordinal(time // DAY + FIRST_DAY) for _, time, _ in rows]
        days = [(place, *span) for place, (_, _, text) in enumerate(rows) for span in spans(text, said[place])]
        return Evidence(
            np.array([by_words.get(number, 0.0) for number in numbers]),
            np.array([cosines.get(number, 0.0) for number in numbers]),
            np.array([time for _, time, _ in rows], np.int64),
            np.array([speaker in question.speakers for speaker, _, _ in rows]),
            np.array(days, np.int64).reshape(-1, 3),
            follows=_follow(numbers, pairs) if scope.kind == Kind.ENTRY else None,
            usual=usual,
        )


def _follow(numbers: Sequence[int], pairs: set[tuple[int, int]]) -> "np.ndarray":
    import numpy as np

    return np.array([pair in pairs for pair in pairwise(numbers)], bool)


def _fused(*lists: dict[int, float]) -> list[int]:
    """Ids by reciprocal rank fusion."""
    import numpy as np

    numbers = sorted({number for each in lists for number in each})
    scores = fuse(*(np.array([each.get(number, 0.0) for number in numbers]) for each in lists), depth=FOUND)
    order = np.lexsort((-np.array(numbers), -scores))
    return [numbers[place] for place in order if scores[place] > 0]
