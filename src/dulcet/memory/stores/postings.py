"""Words in PostgreSQL: an inverted index as a table, and BM25 as a statement over it.

PostgreSQL's own full-text search has no BM25 and other stems. With a table of words the scores are those of the SQLite
store to the last digits, and the same question finds the same answers wherever a memory is kept.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dulcet.memory.search.bm25 import K1, B, idf
from dulcet.memory.search.words import stems
from dulcet.memory.stores.log import Kind, Lineage, Log, seen
from dulcet.memory.stores.vectors import text_of

POSTING_TABLES = """
CREATE TABLE IF NOT EXISTS fact (
    item BIGINT PRIMARY KEY, branch BIGINT NOT NULL, kind INTEGER NOT NULL, length INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS fact_of_branch ON fact (branch, kind, item) INCLUDE (length);
CREATE TABLE IF NOT EXISTS posting (
    branch BIGINT NOT NULL, kind INTEGER NOT NULL, stem TEXT NOT NULL, item BIGINT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (branch, kind, stem, item));
CREATE TABLE IF NOT EXISTS speaker (
    branch BIGINT NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL, item BIGINT NOT NULL,
    PRIMARY KEY (branch, kind, name));
"""
"""`fact`: stems in an item. `posting`: how often a stem is in it. `speaker`: who speaks, and first in which item."""
BATCH = 1000
"""Items that are taken in in one transaction."""


class PostingTables:
    """The tables, brought up to date by whoever searches."""

    def __init__(self, log: Log) -> None:
        self._log, self._database = log, log.database

    def catch_up(self, branch: int, kind: Kind) -> None:
        """Take in a branch's items that are not there yet."""
        while self._log.rows_after(branch, kind, self._last(branch, kind), limit=1):
            with self._database.writing():  # another process may be at it too
                self._take_in(branch, kind, self._log.rows_after(branch, kind, self._last(branch, kind), limit=BATCH))

    def _last(self, branch: int, kind: Kind) -> int:
        found = self._database.rows("SELECT max(item) FROM fact WHERE branch = ? AND kind = ?", (branch, int(kind)))
        return int(found[0][0] or 0)

    def _take_in(self, branch: int, kind: Kind, rows: Sequence[tuple[Any, ...]]) -> None:
        facts: list[tuple[Any, ...]] = []
        postings: list[tuple[Any, ...]] = []
        speakers: dict[str, tuple[Any, ...]] = {}
        for number, _, speaker, _, text in rows:
            found = stems(text_of(speaker, text))
            facts.append((number, branch, int(kind), len(found)))
            postings += [(branch, int(kind), stem, number, count) for stem, count in Counter(found).items()]
            if speaker is not None:
                speakers.setdefault(speaker, (branch, int(kind), speaker, number))
        for table, values in (("fact", facts), ("posting", postings), ("speaker", list(speakers.values()))):
            marks = ", ".join("?" * (len(values[0]) if values else 0))
            self._database.run_many(f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO NOTHING", values)

    def speakers(self, lineage: Lineage, kind: Kind) -> list[str]:
        """Everybody who speaks in what a lineage sees."""
        condition, values = seen(lineage, kind, "speaker", "item")
        return [
            str(name) for (name,) in self._database.rows(f"SELECT DISTINCT name FROM speaker WHERE {condition}", values)
        ]

    def bm25(
        self,
        lineage: Lineage,
        kind: Kind,
        wanted: Sequence[str],
        *,
        where: str = "TRUE",
        values: Sequence[Any] = (),
        limit: int | None = None,
    ) -> dict[int, float]:
        """Id -> BM25 of items that have any of the stems and for which `where` holds (of `item`), best first."""
        condition, bounds = seen(lineage, kind, "posting", "item")
        weights, average = self._weights(lineage, kind, wanted)
        if not weights:
            return {}
        rows = self._database.rows(
            f"SELECT item.id, sum(asked.weight * {K1 + 1} * posting.count / (posting.count + {K1} * ({1 - B} + "
            f"{B} * fact.length / ?::float8))) AS score FROM posting "
            "JOIN unnest(?::text[], ?::float8[]) AS asked (stem, weight) ON asked.stem = posting.stem "
            "JOIN fact ON fact.item = posting.item JOIN item ON item.id = posting.item "
            f"WHERE {condition} AND {where} GROUP BY item.id ORDER BY score DESC, item.id DESC"
            + (f" LIMIT {int(limit)}" if limit is not None else ""),
            [average, list(weights), list(weights.values()), *bounds, *values],
        )
        return {int(number): float(score) for number, score in rows}

    def _weights(self, lineage: Lineage, kind: Kind, wanted: Sequence[str]) -> tuple[dict[str, float], float]:
        """Stem -> inverse document frequency, of those stems that are there; and the mean length."""
        condition, bounds = seen(lineage, kind, "fact", "item")
        ((texts, average),) = self._database.rows(f"SELECT count(*), avg(length) FROM fact WHERE {condition}", bounds)
        condition, bounds = seen(lineage, kind, "posting", "item")
        rows = self._database.rows(
            f"SELECT stem, count(*) FROM posting WHERE stem = ANY(?) AND {condition} GROUP BY stem",
            [list(wanted), *bounds],
        )
        return {str(stem): idf(texts, having) for stem, having in rows}, max(float(average or 0), 1.0)
