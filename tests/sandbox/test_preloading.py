"""Modules that are in memory before a program asks for them."""

import sys

import pytest

from dulcet.sandbox import Limits, Status, Worker, request, run
from dulcet.sandbox.inside import preloading, rehearsal
from dulcet.sandbox.inside.calls import is_plain

LIMITS = Limits(cpu_seconds=5, seconds=5, total_seconds=10)
LOADED = "import sys\ndef f(name): return name in sys.modules"


@pytest.fixture
def worker():
    with Worker() as worker:
        yield worker


def value(worker, code, call):
    (result,) = worker.run(request(code, [call], ["f"]), LIMITS)
    assert result.status is Status.VALUE, result
    return result.value


def test_what_is_usual_is_there_and_what_is_seldom_needed_is_not(worker):
    assert all(value(worker, LOADED, f"f({name!r})") for name in preloading.USUAL)
    for name in ("decimal", "tempfile", "numpy", "uuid", "dataclasses"):
        assert not value(worker, LOADED, f"f({name!r})"), name


def test_what_programs_keep_asking_for_is_loaded_before_they_do(worker):
    asking = "from decimal import Decimal\ndef f(x): return Decimal(x)"
    for number in range(preloading.FEWEST):
        assert not value(worker, LOADED, "f('decimal')"), number
        assert value(worker, asking, "f('1.50')") == {"Decimal": "15E-1"}
    assert value(worker, LOADED, "f('decimal')")
    assert value(worker, asking, "f('1.50')") == {"Decimal": "15E-1"}


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("uuid", "import uuid\ndef f(): return str(uuid.uuid4()), str(uuid.uuid1()), str(uuid.uuid1())"),
        ("numpy", "import numpy\ndef f(): return numpy.random.rand(), numpy.random.default_rng().random()"),
        (
            "sqlite3",
            "import sqlite3\ndef f(): return sqlite3.connect('').execute('select random(), date()').fetchall()",
        ),
        ("decimal", "import decimal\ndef f(): return decimal.Decimal(1) / 3, decimal.getcontext().prec"),
    ],
)
def test_a_program_does_the_same_whether_or_not_its_modules_were_there(worker, module, code):
    pytest.importorskip(module, reason=f"{module} is not installed: pip install 'dulcet[colbench]'")
    first = value(worker, code, "f()")
    for _ in range(preloading.FEWEST):
        assert value(worker, code, "f()") == first
    assert value(worker, LOADED, f"f({module!r})")


@pytest.fixture
def loaded(monkeypatch):
    """A Preloading that only notes what it would load."""
    names = []
    monkeypatch.setattr(preloading.Preloading, "_load", lambda self, name: names.append(name))
    return preloading.Preloading(), names


def test_a_module_that_few_of_many_ask_for_is_not_loaded(loaded):
    counting, names = loaded
    for number in range(4000):
        counting.seen("import csv" if number % 100 == 99 else "def f(): return 1")
    assert names == []


def test_each_module_is_loaded_once(loaded):
    counting, names = loaded
    for _ in range(3 * preloading.FEWEST):
        counting.seen("import csv\nfrom urllib.parse import quote\nimport csv, socket\n# important")
    assert sorted(names) == ["csv", "urllib.parse"]


def test_a_module_that_is_not_there_is_no_harm(monkeypatch):
    monkeypatch.setattr(preloading, "gc", None)  # nothing was loaded: nothing is frozen
    preloading.Preloading()._load("no_such_module_anywhere")
    assert "no_such_module_anywhere" not in sys.modules


def test_only_names_that_are_listed_are_ever_loaded(loaded):
    counting, names = loaded
    for _ in range(3 * preloading.FEWEST):
        counting.seen("import antigravity, this\nfrom os import path\nimport numpyx\nfrom csv_tools import x")
    assert names == []


def test_the_rehearsed_program_is_a_harmless_one_that_works():
    assert is_plain(rehearsal.PROGRAM)
    (result,) = run(rehearsal.PROGRAM, ["tally([1, 2, 3, 4])"], LIMITS)
    assert result.status is Status.VALUE
    with Worker() as worker:
        replies = [request(reply, ["tally([1, 2, 3, 4])"], ["tally"], extract=True) for reply in rehearsal.REPLIES]
        assert [worker.run(reply, LIMITS) for reply in replies] == [[result], [result]]


def test_a_program_that_would_reset_the_zygote_is_not_rehearsed(monkeypatch):
    monkeypatch.setattr(rehearsal, "PROGRAM", "import os\n" + rehearsal.PROGRAM)
    with pytest.raises(ValueError, match="would be reset"):
        rehearsal.rehearse(-1)
