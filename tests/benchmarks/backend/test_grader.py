import asyncio
import time

import pytest

from dulcet.benchmarks.backend.checks import parse_check
from dulcet.benchmarks.backend.grader import Grader
from dulcet.sandbox import Limits
from dulcet.task import Task
from tests.benchmarks.backend.data import needs_data

REFERENCE = "def f(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x * 2"


def task(hidden=REFERENCE, *checks, **fields):
    return Task(
        id="t", prompt="Double it.", hidden=hidden, checks=checks or ("f(1)", "f(2)", "f(3)", "f(-1)"), **fields
    )


def test_an_answer_that_is_right(grader):
    grade = grader.grade(task(), "Here:\n```python\nimport math\ndef g(x):\n    return x + x\n\ndef f(x):\n"
                         "    if x < 0:\n        raise ValueError\n    return g(x)\n```")  # fmt: skip
    assert (grade.tests_passed, grade.success, grade.outcome) == (1.0, True, "passed")


ANSWERS = {
    "wrong": ("def f(x):\n    if x < 0: raise ValueError\n    return x * 2 if x < 3 else 0", 0.75),
    "wrong type": ("def f(x):\n    if x < 0: raise ValueError\n    return x * 2.0", 0.25),
    "wrong exception": ("def f(x):\n    if x < 0: raise KeyError\n    return x * 2", 0.75),
    "raised instead": ("def f(x): raise ValueError", 0.25),
    "missing_function": ("def g(x): return x * 2", 0.0),
    "syntax_error": ("def f(x) return x", 0.0),
    "syntax_error of nothing": ("", 0.0),
    "crashed": ("import os\ndef f(x): os._exit(0)", 0.0),
    "not_comparable": ("class A:\n    def __eq__(self, other): return True\ndef f(x): return A()", 0.0),
    "out_of_memory": ("def f(x): return [0] * 10**11", 0.0),
}
OUTCOMES = {"wrong exception": "raised", "wrong type": "wrong", "raised instead": "raised"}
OUTCOMES |= {"syntax_error of nothing": "missing_function"}


@pytest.mark.parametrize("name", ANSWERS)
def test_outcomes(grader, name):
    answer, passed = ANSWERS[name]
    grade = grader.grade(task(), answer)
    assert (grade.outcome, grade.tests_passed, grade.success) == (OUTCOMES.get(name, name), passed, False)


def test_no_answer_at_all(grader):
    assert grader.grade(task(), None).tests_passed == 0


def test_a_slow_answer_is_cut():
    limits = Limits(cpu_seconds=0.3, seconds=0.6, total_seconds=1.5)
    with Grader(workers=1, limits=limits) as grader:
        grader.grade(task(), REFERENCE)
        began = time.monotonic()
        grade = grader.grade(task(), "def f(x):\n    while x > 2: pass\n    return x * 2 if x > 0 else int('x')")
        assert time.monotonic() - began < 2
        assert (grade.outcome, grade.tests_passed) == ("timed_out", 0.75)


CHEATS = {
    "equals everything": "class A(int):\n    __eq__ = lambda self, other: True\ndef f(x): return A()",
    "reads frames": "import sys\ndef f(x):\n    frame = sys._getframe()\n    while frame:\n"
    "        for name, value in {**frame.f_locals, **frame.f_globals}.items():\n"
    "            if name in ('expected', 'reference'): return value\n        frame = frame.f_back",
    "searches memory": "import gc\ndef f(x):\n    for o in gc.get_objects():\n"
    "        if isinstance(o, dict) and 'neg' + 'ative' in str(o)[:9999]: return x * 2\n    return -1",
    "forges a report": "import os\ndef f(x):\n    for fd in range(3, 20):\n"
    '        try: os.write(fd, b\'["passed", 1, ""]\\n\')\n'
    "        except OSError: pass\n    os._exit(0)",
    "patches the comparison": "import sys\nfor m in list(sys.modules.values()):\n    for n in ('same', 'judge'):\n"
    "        if hasattr(m, n): setattr(m, n, lambda *a: True)\ndef f(x): return 0",
}


@pytest.mark.parametrize("name", CHEATS)
def test_cheats_do_not_score(grader, name):
    assert grader.grade(task(), CHEATS[name]).tests_passed == 0
    assert grader.grade(task(), REFERENCE + "  #" + name).success  # and the next verdict is as ever


def test_values_that_the_reference_returns(grader):
    reference = (
        "import datetime, math\ndef f(x): return [math.nan, {'a': {1, 2}}, datetime.date(2024, 1, x), (x, 0.1 + 0.2)]"
    )
    answer = "import datetime\ndef f(x): return [float('nan'), {'a': {2, 1}}, datetime.date(2024, 1, x), (x, 0.3)]"
    assert grader.grade(task(reference, "f(1)", "f(2)"), answer).success


def test_a_comparison_in_a_test_case_shows_no_expected_value(grader):
    assert parse_check("f(1, 'a == b') == 2").call == "f(1, 'a == b')"
    assert parse_check("f(1)").call == "f(1)"
    assert [parse_check(text).function for text in ("f(g(1))", "round(f(2), 3)", "A(1).b()", "max(1)", "1")] == [
        "f", "f", "A", "max", ""
    ]  # fmt: skip
    comparing = task("def f(x): return x * 2", "f(1) == 2", "f(2) == 5")
    assert grader.grade(comparing, "def f(x): return x + x").success
    assert grader.grade(comparing, "def f(x): return 99").tests_passed == 0


def test_a_check_that_the_reference_cannot_do_is_passed_by_nobody(grader):
    broken = task("def f(x):\n    if x == 1: import not_installed_anywhere\n    return x", "f(1)", "f(2)")
    grade = grader.grade(broken, broken.hidden)
    assert (grade.tests_passed, grade.outcome) == (0.5, "reference_failed")
    opaque = task("def f(x): return lambda: x", "f(1)")
    assert grader.grade(opaque, opaque.hidden).outcome == "reference_failed"


def test_a_random_reference_agrees_with_itself(grader):
    reference = "import random\ndef f(n): return [random.random() for _ in range(n)]"
    assert grader.grade(task(reference, "f(1)", "f(5)"), reference + "\n\n").success


def test_many_keep_their_order(grader):
    pairs = [(task(), f"def f(x): return {number}") for number in range(2, 42)]
    seen = []
    grades = grader.grade_many(pairs, lambda index, grade: seen.append(index))
    assert sorted(seen) == list(range(40))
    assert [grade.tests_passed > 0 for grade in grades] == [number in (2, 4, 6) for number in range(2, 42)]


async def test_hundreds_at_once(grader):
    answers = [f"def f(x): return x * 2 + {number}" for number in range(200)]
    grades = await asyncio.gather(*(grader.agrade(task(), answer) for answer in answers))
    assert [grade.tests_passed for grade in grades] == [0.75] + [0.0] * 199


def test_verdicts_outlive_the_process(tmp_path):
    cache = tmp_path / "verdicts.jsonl"
    with Grader(workers=1, cache=cache) as grader:
        first = grader.grade(task(), REFERENCE)
    with Grader(workers=1, cache=cache) as grader:
        assert grader.grade(task(), REFERENCE) == first
        assert grader.layers == []  # nothing had to run
        assert not grader.grade(task(), "def f(x): return 0").success
    assert len(cache.read_text().splitlines()) == 2


def test_graders_leave_no_processes():
    with Grader(workers=2) as grader:
        grader.grade_many([(task(), f"x = {number}") for number in range(4)])
        processes = [worker._process for pool in (grader._answers, grader._references) for worker in pool._workers]
    assert all(process is None or process.poll() is not None for process in processes)


@needs_data
def test_all_real_references_pass_their_own_tests(grader, real_tasks):
    pytest.importorskip("numpy")
    pytest.importorskip("bs4")
    grades = grader.grade_many([(task, task.hidden) for task in real_tasks])
    failed = [(task.id, grade) for task, grade in zip(real_tasks, grades, strict=True) if not grade.success]
    assert failed == []
