"""The corpus of hostile and honest answers (corpus/README.md), graded through the real grader.

What a hostile answer reaches is observed: a secret that is the value asked for, files, sockets and a process to harm.
"""

import ctypes
import json
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from dulcet.benchmarks.backend.grader import Grader
from dulcet.sandbox import Isolation, Limits, launch
from tests.sandbox.corpus import entries
from tests.sandbox.corpus.canaries import Canaries, descendants

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="namespaces, Landlock and seccomp are layers of Linux"
)
SHORT = Limits(cpu_seconds=0.2, seconds=0.3, total_seconds=0.6, memory_bytes=1 << 28)
HOSTILE, HONEST = entries.read("hostile"), entries.read("honest")
WRAPPERS = ("bubblewrap", "namespaces")
SYSTEM = ("file", "socket", "process", "signal", "limits", "priority", "environment", "shared", "leftover", "memory")
"""Families that reach for the system and not for the grader: tried without namespaces as well."""


def by_name(which):
    return pytest.mark.parametrize("entry", which, ids=[entry.name for entry in which])


@pytest.fixture(scope="module")
def canaries():
    libc = ctypes.CDLL(None)
    libc.prctl(36, 1, 0, 0, 0)  # processes that leave their family come to us, to be seen
    with Canaries() as canaries:
        yield canaries
    libc.prctl(36, 0, 0, 0, 0)


class Bench:
    """A grader and how many processes it has when nothing runs."""

    def __init__(self, grader, canaries):
        self.grader, self.canaries = grader, canaries
        for name in entries.TASKS:
            self.score(name, "")
        self.processes = len(descendants())

    def score(self, name, code):
        places = self.canaries.places
        return self.grader.grade(entries.task(name, places), entries.fill(code, places)).tests_passed

    def processes_left(self):
        """How many more there are than before; one that is being killed is given a moment."""
        deadline = time.monotonic() + 1
        while (left := len(descendants()) - self.processes) > 0 and time.monotonic() < deadline:
            time.sleep(0.01)
        return left


@contextmanager
def bench(canaries, limits, without=(), isolation=None):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launch, "WITHOUT", without)
        if isolation:
            patch.setattr(Isolation, "default", classmethod(lambda _: isolation))
        with Grader(workers=1, limits=limits) as grader:
            yield Bench(grader, canaries)


@pytest.fixture(scope="module")
def strict(canaries):
    with bench(canaries, SHORT) as made:
        yield made


@pytest.fixture(scope="module")
def without_namespaces(canaries):
    with bench(canaries, SHORT, WRAPPERS) as made:
        assert made.grader.layers == ["process", "rlimits", "landlock", "seccomp"]
        yield made


def endure(bench, entry):
    """Grade a hostile answer, then a right and a wrong one, and look at what it left behind."""
    began = time.monotonic()
    score = bench.score(entry.task, entry.code)
    took = time.monotonic() - began
    assert score <= entry.honest_score + 0.01
    assert bench.canaries.breaches() == []
    assert bench.processes_left() == 0
    assert bench.score("double", f"def double(x): return x + x  # after {entry.name} {began}") == 1.0
    assert bench.score("double", f"def double(x): return x * 3  # after {entry.name} {began}") == 0.0
    return took


@by_name(HOSTILE)
def test_a_hostile_answer_gains_nothing(strict, entry):
    most = SHORT.total_seconds + 0.5
    took = endure(strict, entry)
    assert took < most or endure(strict, entry) < most  # a busy machine may be to blame once


@by_name([entry for entry in HOSTILE if entry.family in SYSTEM])
def test_nor_does_it_without_namespaces(without_namespaces, entry):
    endure(without_namespaces, entry)


@by_name(HONEST)
def test_an_honest_answer_passes_however_it_looks(honest, entry):
    assert honest.score(entry.task, entry.code) == entry.honest_score == 1.0


@pytest.fixture(scope="module")
def honest(canaries):
    with bench(canaries, Limits()) as made:
        yield made


@by_name([entry for entry in HOSTILE if entry.unconfined == "reaches"])
def test_the_secret_is_there_to_be_found(canaries, entry):
    """Without a sandbox these answers do find it: what the other tests see is the sandbox, not a broken attack."""
    code = entries.fill(f"{entry.code}\nprint(secret(1))", canaries.places)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=canaries.folder, capture_output=True, text=True, timeout=60, check=False)
    canaries.breaches()
    assert done.stdout.strip() == canaries.secret, done.stderr


@by_name([entry for entry in HOSTILE if entry.unconfined == "fools"])
def test_a_naive_grader_is_fooled(canaries, entry):
    task = entries.task(entry.task, canaries.places)
    given = json.dumps([task.hidden, entries.fill(entry.code, canaries.places), task.checks])
    command = [sys.executable, entries.FOLDER / "naive.py"]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=True)
    assert float(done.stdout) > entry.honest_score


@pytest.mark.parametrize(
    ("without", "name"),
    [
        ((*WRAPPERS, "landlock"), "file_open"),
        ((*WRAPPERS, "landlock"), "file_symbolic_link"),
        ((*WRAPPERS, "seccomp"), "socket_unix"),
        ((*WRAPPERS, "seccomp", "landlock"), "socket_tcp"),
    ],
)
def test_a_layer_that_is_off_shows(canaries, without, name):
    entry = next(entry for entry in HOSTILE if entry.name == name)
    with bench(canaries, SHORT, without, Isolation.PROCESS) as weak:
        assert weak.score(entry.task, entry.code) == 1.0
    canaries.breaches()


def test_the_corpus_is_large_and_complete():
    assert len(HOSTILE) >= 80
    assert len(HONEST) >= 25
    assert {entry.task for entry in HOSTILE + HONEST} <= set(entries.TASKS)
    assert all(entry.tries and compile(entry.code, entry.name, "exec") for entry in HONEST)
