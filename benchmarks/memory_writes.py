"""Storing messages durably and opening what was stored, beside a bare table with the same promises.

Each batch is a transaction that is on the disk when it ends (write-ahead log, synchronous = FULL). `bare` is a table of
texts in SQLite; `fts5` is SQLite's full-text index, which works out at writing what dulcet works out at the first
search. Ways take turns, round after round; printed are medians of messages a second. Then a store of `--messages`
messages is opened by new objects, as a new process would: opened, counted, and its last ten messages read; and taken
back and forth in time.

Usage: python benchmarks/memory_writes.py [--messages 100000] [--rounds 3]
"""

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from dulcet.memory.base import NewEntry
from dulcet.memory.opening import open_store

BATCHES = (1, 10, 100, 1000)
AT_ONCE = 2000
"""Messages in a round (a twentieth of them in batches of one)."""


def messages(count: int) -> list[NewEntry]:
    """Twenty words each."""
    said = "and then we went to the market number {} to buy some apples for the cake that my sister wanted to bake"
    return [NewEntry("user" if each % 2 else "assistant", said.format(each)) for each in range(count)]


def table(path: Path, statement: str) -> Callable[[Sequence[NewEntry]], object]:
    """A table of texts."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(statement)

    def store(batch: Sequence[NewEntry]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO message (text) VALUES (?)", [(each.text,) for each in batch])
        connection.execute("COMMIT")

    return store


def rate(store: Callable[[Sequence[NewEntry]], object], batch: int) -> float:
    """Messages a second."""
    entries = messages(AT_ONCE if batch > 1 else AT_ONCE // 20)
    began = time.perf_counter()
    for start in range(0, len(entries), batch):
        store(entries[start : start + batch])
    return len(entries) / (time.perf_counter() - began)


def writes(folder: Path, rounds: int) -> None:
    """The ways, in turn."""
    ways: dict[str, Callable[[Sequence[NewEntry]], object]] = {
        "dulcet": open_store(folder / "dulcet.db").memory().recall.append,
        "bare": table(folder / "bare.db", "CREATE TABLE message (text TEXT)"),
        "fts5": table(folder / "fts.db", "CREATE VIRTUAL TABLE message USING fts5(text, tokenize = 'porter')"),
    }
    found: dict[tuple[str, int], list[float]] = {(name, batch): [] for name in ways for batch in BATCHES}
    for _ in range(rounds):
        for name, batch in found:
            found[name, batch].append(rate(ways[name], batch))
    print("messages a second, durably, in batches of" + "".join(f"{batch:>10}" for batch in BATCHES))
    for name in ways:
        medians = (statistics.median(found[name, batch]) for batch in BATCHES)
        print(f"{name:<41}" + "".join(f"{median:>10,.0f}" for median in medians))


def opening(folder: Path, count: int, rounds: int) -> None:
    """Open a store, look at its end, and search it."""
    path = folder / "large.db"
    store = open_store(path)
    store.memory().recall.append(messages(count))
    store.close()
    times, searches = [], []
    for _ in range(rounds + 1):  # the first search ever works out what later ones read
        began = time.perf_counter()
        store = open_store(path)
        recall = store.memory().recall
        assert recall.count() == count and len(recall.last(10)) == 10
        times.append(time.perf_counter() - began)
        recall.search("apples of market number 4711")
        searches.append(time.perf_counter() - began - times[-1])
        store.close()
    store = open_store(path)
    memory, moves = store.memory(), {"snapshot": [], "restore": [], "fork": []}
    for number in range(20):
        began = time.perf_counter()
        moment = memory.snapshot()
        moves["snapshot"].append(time.perf_counter() - began)
        memory.recall.append(messages(1))
        began = time.perf_counter()
        memory.restore(moment)
        moves["restore"].append(time.perf_counter() - began)
        began = time.perf_counter()
        memory.fork(agent=f"fork {number}")
        moves["fork"].append(time.perf_counter() - began)
    store.close()
    typical, longest = 1000 * statistics.median(times), 1000 * max(times)
    print(f"opening a store of {count:,} messages: {typical:.0f} ms (longest {longest:.0f})")
    print(", ".join(f"{name} {1000 * statistics.median(spent):.1f} ms" for name, spent in moves.items()))
    print(f"first search ever {searches[0]:.2f} s; first search after opening {statistics.median(searches[1:]):.2f} s")


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, SQLite {sqlite3.sqlite_version}")
    with tempfile.TemporaryDirectory() as folder:
        writes(Path(folder), options.rounds)
        opening(Path(folder), options.messages, options.rounds)


if __name__ == "__main__":
    main()
