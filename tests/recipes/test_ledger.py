"""What a run spends is written down, also by a process that is killed."""

import os
import signal
import subprocess
import sys
import time

import pytest

from dulcet.recipes import ledger
from dulcet.recipes.ledger import Ledger

TICKS = 0.02  # the system counts in hundredths, user and system time apart
CHILD = """
import sys, time
from pathlib import Path
from dulcet.recipes import ledger
ledger.EVERY = 0.05
with ledger.Ledger(Path(sys.argv[1])).step("train x"):
    while True:
        sum(range(1000))
"""


def total(book, name):
    return next(one for one in book.totals() if one.step == name)


def busy(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_step_is_charged_once_and_others_apart(tmp_path):
    for _ in range(2):  # the second time as a run that was started again
        book = Ledger(tmp_path / "costs.jsonl")
        with book.step("a"):
            busy(0.1)
        with book.step("a"):
            busy(0.1)
        with book.step("b"):
            pass
    a = total(book, "a")
    assert a.finished and 0.1 - TICKS <= a.cpu_seconds < 0.15 and a.wall_seconds >= 0.1 and a.gpu_seconds == 0
    assert total(book, "b").cpu_seconds < 0.03


def test_what_children_spent_counts_when_they_have_ended(tmp_path):
    book = Ledger(tmp_path / "costs.jsonl", gpu=True)
    with book.step("a"):
        subprocess.run([sys.executable, "-c", "sum(range(10**6))"], check=True)
    assert total(book, "a").cpu_seconds > 0.01 and total(book, "a").gpu_seconds == total(book, "a").wall_seconds


def test_a_step_that_failed_is_charged_and_goes_on(tmp_path):
    book = Ledger(tmp_path / "costs.jsonl")
    with pytest.raises(RuntimeError), book.step("a"):
        busy(0.1)
        raise RuntimeError
    assert not total(book, "a").finished
    with book.step("a"):
        busy(0.1)
    assert total(book, "a").finished and total(book, "a").cpu_seconds >= 2 * (0.1 - TICKS)


def test_a_killed_process_is_charged_for_what_it_did(tmp_path):
    path = tmp_path / "costs.jsonl"
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], start_new_session=True)
    while not path.exists() or path.read_bytes().count(b"\n") < 6:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    spent = total(Ledger(path), "train x")
    assert not spent.finished and 0.25 <= spent.wall_seconds < 5 and spent.cpu_seconds > 0
    with Ledger(path).step("train x"):
        pass
    after = total(Ledger(path), "train x")
    assert after.finished and after.wall_seconds >= spent.wall_seconds


def test_it_writes_every_few_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr(ledger, "EVERY", 0.01)
    with Ledger(tmp_path / "costs.jsonl").step("a"):
        time.sleep(0.1)
    assert (tmp_path / "costs.jsonl").read_bytes().count(b"\n") >= 4
