"""What is in a zygote's memory before it forks: the same modules always, and traces of a harmless program."""

import pytest

from dulcet.sandbox import Limits, Status, Worker, request, run
from dulcet.sandbox.inside import preloading, rehearsal
from dulcet.sandbox.inside.calls import is_plain

LIMITS = Limits(cpu_seconds=5, seconds=5, total_seconds=10)
LOADED = "import sys\ndef f(): return sorted(sys.modules)"
ASKING = (
    "import dataclasses, decimal, hashlib, numpy, pandas, sqlite3, tempfile, urllib.parse, uuid\ndef f(): return 1",
    "# import pandas\ndef f(): return 1",
)


def value(worker, code, call="f()"):
    (result,) = worker.run(request(code, [call], ["f"]), LIMITS)
    assert result.status is Status.VALUE, result
    return result.value


@pytest.fixture
def worker():
    with Worker() as worker:
        yield worker


def test_what_is_usual_is_there_and_what_is_seldom_needed_is_not(worker):
    loaded = set(value(worker, LOADED))
    assert set(preloading.MODULES) <= loaded
    assert not loaded & {"decimal", "tempfile", "numpy", "uuid", "dataclasses", "shutil", "hashlib", "ssl"}


def test_it_is_the_same_whatever_ran_before(worker):
    pytest.importorskip("pandas", reason="pandas is not installed: pip install 'dulcet[test]'")
    first = value(worker, LOADED)
    for code in ASKING * 12:
        value(worker, code)
    assert value(worker, LOADED) == first


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.environ.clear()\nimport tempfile\ndef f(): return tempfile.TemporaryFile().write(b'four')",
        "import os\nos.environ['TMPDIR'] = '/nonexistent'\nimport tempfile\n"
        "def f(): return tempfile.TemporaryFile().write(b'four')",
        "import os\nos.chdir('/')\nimport tempfile\ndef f(): return tempfile.TemporaryFile().write(b'four')",
        "import importlib\ndef f(): return len(importlib.util.find_spec('json').name)",
        "from _decimal import Decimal\ndef f(): return 4 if Decimal('4') == 4 else 0",
    ],
)
def test_modules_work_that_are_loaded_late(worker, code):
    assert value(worker, code) == 4


def test_the_accelerated_decimal_is_a_decimal(worker):
    assert value(worker, "from _decimal import Decimal\ndef f(): return Decimal('1.50')") == {"Decimal": "15E-1"}


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
