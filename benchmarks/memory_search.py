"""Searching a memory: dulcet's way beside its parts and others', on the same passages and questions, in one run.

    hybrid      dulcet's search as an agent gets it, passages read from the file included
    bm25        its half by words alone, vectors its half by meaning alone
    numpy       a matrix in memory times the question's vector, and the best ten: no store, no words
    fts5        SQLite's full-text search alone, any of the question's words, best ten by its bm25
    usearch     a vector library's exact search alone (pip install usearch; left out where it is missing)

Passages are of words drawn as in English (the commonest are its stop words, the others Zipf), 60 each; vectors are
random, which exact search does not mind. A question has eight words of a passage. Its vector is given: what an embedder
takes comes on top and is the last line, where the small model is installed. The ways take turns, question by question.
`CPU ms` is the median of what all threads of the process worked, which other work on the machine disturbs less.

Usage: python benchmarks/memory_search.py [--passages 10000 100000] [--questions 100] [--words 60]
"""

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from dulcet.errors import MissingDependencyError
from dulcet.memory.base import NewPassage
from dulcet.memory.opening import open_store
from dulcet.memory.search.words import STOP

DIMENSION, VOCABULARY, BEST = 384, 30_000, 10
Way = Callable[[str, np.ndarray], object]


class Given:
    """An embedder that has every vector already."""

    dimension = DIMENSION
    identity = {"kind": "benchmark"}  # noqa: RUF012

    def __init__(self, vectors: dict[str, np.ndarray]) -> None:
        self._vectors = vectors

    def embed(self, texts: Sequence[str], *, query: bool) -> np.ndarray:
        """Looked up."""
        return np.stack([self._vectors[text] for text in texts])


def make(passages: int, words: int, questions: int) -> tuple[list[str], list[str]]:
    """Passages and questions, the same in every run."""
    draw = np.random.default_rng(0)
    vocabulary = np.array([*sorted(STOP), *(f"word{number}" for number in range(VOCABULARY))])
    weights = 1 / np.arange(1, len(vocabulary) + 1)
    drawn = draw.choice(len(vocabulary), (passages, words), p=weights / weights.sum())
    texts = [" ".join(vocabulary[row]) for row in drawn]
    return texts, [" ".join(vocabulary[draw.choice(drawn[draw.integers(passages)], 8)]) for _ in range(questions)]


def units(texts: Sequence[str], seed: int) -> np.ndarray:
    """A random direction for each text."""
    vectors = np.random.default_rng(seed).standard_normal((len(texts), DIMENSION), np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def full_text(path: Path, texts: Sequence[str]) -> Way:
    """SQLite's FTS5 alone."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE passage USING fts5(text, tokenize = 'porter unicode61')")
    with connection:
        connection.executemany("INSERT INTO passage VALUES (?)", [(text,) for text in texts])
    ask = f"SELECT text FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT {BEST}"

    def search(question: str, vector: np.ndarray) -> object:
        said = [word for word in question.split() if word not in STOP] or question.split()
        return connection.execute(ask, (" OR ".join(f'"{word}"' for word in said),)).fetchall()

    return search


def library(matrix: np.ndarray) -> Way | None:
    """Usearch's exact search, where it is installed."""
    try:
        from usearch.index import MetricKind
        from usearch.index import search as exact
    except ModuleNotFoundError:
        return None
    return lambda question, vector: exact(matrix, vector, BEST, MetricKind.IP, exact=True)


def by_numpy(matrix: np.ndarray) -> Way:
    """What the arithmetic alone costs."""

    def search(question: str, vector: np.ndarray) -> object:
        scores = matrix @ vector
        best = np.argpartition(-scores, BEST)[:BEST]
        return best[np.argsort(-scores[best])]

    return search


def run(folder: Path, passages: int, words: int, questions: int) -> None:
    """One size: the ways in turn."""
    texts, asked = make(passages, words, questions)
    matrix, asking = units(texts, 1), units(asked, 2)
    given = Given(dict(zip([*texts, *asked], [*matrix, *asking], strict=True)))
    path = folder / f"{passages}.db"
    store = open_store(path, given)
    store.memory().archival.insert_many([NewPassage(text) for text in texts])
    while store.embed_missing():
        pass
    began = time.perf_counter()
    store.memory().archival.search(asked[0])
    built = time.perf_counter() - began
    store.close()
    began = time.perf_counter()
    store = open_store(path, given)
    archival = store.memory().archival
    archival.search(asked[0])
    first = time.perf_counter() - began
    ways: dict[str, Way | None] = {
        mode: lambda question, vector, mode=mode: archival.search(question, size=BEST, mode=mode)  # type: ignore[misc]
        for mode in ("hybrid", "bm25", "vectors")
    }
    ways |= {
        "numpy": by_numpy(matrix),
        "fts5": full_text(folder / f"{passages}.fts", texts),
        "usearch": library(matrix),
    }
    spent: dict[str, list[float]] = {name: [] for name, way in ways.items() if way}
    work: dict[str, list[float]] = {name: [] for name in spent}
    for question, vector in zip(asked, asking, strict=True):
        for name, way in ways.items():
            if way:
                began, worked = time.perf_counter(), time.process_time()
                way(question, vector)
                spent[name].append(1000 * (time.perf_counter() - began))
                work[name].append(1000 * (time.process_time() - worked))
    print(
        f"\n{passages} passages of {words} words, {DIMENSION} numbers a vector; file {path.stat().st_size / 1e6:.0f} MB"
    )
    print(f"first search ever {built:.2f} s, first of a new process {first:.2f} s, opening included")
    print(f"{'way':<10}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}")
    for name, times in spent.items():
        figures = (statistics.median(times), statistics.quantiles(times, n=20)[-1], statistics.median(work[name]))
        print(f"{name:<10}" + "".join(f"{figure:>9.2f}" for figure in figures))
    store.close()


def embedding() -> None:
    """What a question's vector takes."""
    from dulcet.memory.embedding_minilm import MiniLM

    try:
        embedder = MiniLM()
    except MissingDependencyError:
        return
    times = []
    for number in range(31):
        began = time.perf_counter()
        embedder.embed([f"What did you say about the weather in the year {number}?"], query=True)
        times.append(1000 * (time.perf_counter() - began))
    print(f"\nall-MiniLM-L6-v2: p50 {statistics.median(times[1:]):.1f} ms for a question's vector")


def main() -> None:
    """Measure every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--words", type=int, default=60)
    options = parser.parse_args()
    versions = f"SQLite {sqlite3.sqlite_version}, numpy {np.__version__}"
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {versions}")
    with tempfile.TemporaryDirectory() as folder:
        for passages in options.passages:
            run(Path(folder), passages, options.words, options.questions)
    embedding()


if __name__ == "__main__":
    main()
