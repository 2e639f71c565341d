"""What several processes do to one file, and what is left when one of them is killed."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dulcet.memory.base import NewEntry
from dulcet.memory.opening import open_store
from tests.memory.embedders import WordEmbedder

ROUNDS = int(os.environ.get("DULCET_KILLS", "6"))
"""How often a writer is killed. 200 was run by hand."""
ROOT = Path(__file__).parents[2]


def writer(path, name, count):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.memory.writer", str(path), name, str(count)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def numbers(memory, name):
    """The numbers of the messages of a writer, in the order of their ids."""
    texts = [entry.text for entry in memory.recall.last(10**6) if entry.text.startswith(name)]
    return [int(text.split()[2]) for text in texts]


def assert_search_agrees(memory):
    """Whatever is stored is found, and what is found is stored."""
    stored = {entry.id: entry.text for entry in memory.recall.last(10**6)}
    for topic in range(7):
        having = {number for number, text in stored.items() if text.endswith(f"topic{topic}")}
        for mode in ("bm25", "hybrid", "literal"):
            page = memory.recall.search(f"topic{topic}", mode=mode, size=100)
            assert {entry.id for entry in page.items} <= stored.keys()
            first = {entry.id for entry in page.items if entry.text.endswith(f"topic{topic}")}
            assert first == having if len(having) <= 50 and mode != "hybrid" else first <= having


def assert_whole(path):
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_two_processes_on_one_memory_lose_nothing(tmp_path):
    path = tmp_path / "memory.db"
    processes = [writer(path, name, 300) for name in ("shared-one", "shared-two", "alone")]  # they also make the file
    reader = open_store(path, WordEmbedder())
    memory = reader.memory(user="shared")
    while any(process.poll() is None for process in processes):
        for entry in memory.recall.search("topic3", size=100).items:  # what is found can be read, whoever goes back
            assert entry.text.startswith("shared")
        time.sleep(0.02)
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert sorted(numbers(reader.memory(user="alone"), "alone")) == list(range(300))
    connection = sqlite3.connect(path)  # going back to a snapshot may hide what the other wrote after it, not lose it
    for name in ("shared-one", "shared-two"):
        rows = connection.execute("SELECT text FROM item WHERE kind = 1 AND text LIKE ? ORDER BY id", (f"{name} %",))
        assert [int(text.split()[2]) for (text,) in rows] == list(range(300))
    connection.close()
    assert_search_agrees(memory)
    reader.close()
    assert_whole(path)


def test_what_was_acknowledged_survives_sigkill(tmp_path):
    draw, path = random.Random(0), tmp_path / "memory.db"
    for turn in range(ROUNDS):
        name = f"round{turn}"
        process = writer(path, name, 10**6)
        acknowledged = 0
        while acknowledged == 0:  # it writes
            acknowledged = int(process.stdout.readline())
        time.sleep(draw.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()
        acknowledged = max(
            [acknowledged, *(int(line) for line in said.splitlines(keepends=True) if line.endswith("\n"))]
        )
        store = open_store(path, WordEmbedder())
        memory = store.memory(user=name)
        found = numbers(memory, name)
        assert found[:acknowledged] == list(range(acknowledged)), f"round {turn}"
        assert found == list(range(len(found))), "nothing is there twice or in part"
        assert_search_agrees(memory)
        memory.recall.append([NewEntry("user", "and it goes on")])
        assert memory.recall.search("goes on", mode="literal").total == 1
        store.close()
        assert_whole(path)


def test_many_processes_can_make_the_file_at_once(tmp_path):
    path = tmp_path / "memory.db"
    processes = [writer(path, f"writer{number}", 3) for number in range(4)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    store = open_store(path)
    assert sum(store.memory(user=f"writer{number}").recall.count() for number in range(4)) == 12
    store.close()


@pytest.mark.parametrize("embedder", [WordEmbedder(), None])
def test_a_file_is_read_again_as_it_was_left(tmp_path, embedder):
    path = tmp_path / "memory.db"
    for count in range(3):
        store = open_store(path, embedder)
        memory = store.memory("agent", "ann")
        assert memory.recall.count() == count and memory.state() == ({"n": count} if count else {})
        memory.recall.append([NewEntry("user", f"number {count}")])
        memory.set_state({"n": count + 1})
        assert memory.recall.search("number", mode="bm25").total == count + 1
        store.close()
