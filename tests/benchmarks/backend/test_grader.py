import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor

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


RIGHT = "def f(x):\n    if x < 0:\n        raise ValueError\n    return x * 2\n"
FENCED = f"Here:\n```python\n{RIGHT}```\nDone."
RIGHT_ANSWERS = {
    "as it is": RIGHT,
    "helper": "def check(x):\n    if x < 0: raise ValueError\n    return x\ndef f(x): return check(x) * 2",
    "import and constant": "from operator import mul\nTWO = 2\ndef f(x):\n    if x < 0: raise ValueError\n"
    "    return mul(TWO, x)",
    "recursion": "def f(x):\n    if x < 0: raise ValueError\n    return 0 if x == 0 else 2 + f(x - 1)",
    "class": "class Doubler:\n    def __init__(self, x):\n        if x < 0: raise ValueError\n        self.x = x\n"
    "    def value(self): return self.x * 2\ndef f(x): return Doubler(x).value()",
    "main": RIGHT + "if __name__ == '__main__':\n    print(f(int(input())))\n    raise SystemExit(f(1))",
    "other defaults": RIGHT.replace("(x)", "(x=5, factor=2, *, unused=None)"),
    "other parameter name": RIGHT.replace("x", "number"),
    "annotations": "from typing import Optional, List\n" + RIGHT.replace("(x)", "(x: Optional[List[int]]) -> 'int'"),
    "annotations never read": "from __future__ import annotations\n" + RIGHT.replace("(x)", "(x: Never[Heard]) -> Of"),
    "annotated constant": "import typing as t\nTWO: t.Final[int] = 2\n" + RIGHT.replace("* 2", "* TWO"),
    "decorator": "import functools\n@functools.lru_cache(maxsize=None)\n" + RIGHT,
    "lambda": "def no(): raise ValueError\nf = lambda x: no() if x < 0 else x * 2",
    "method of a class": "class A:\n    @staticmethod\n    def f(x):\n        if x < 0: raise ValueError\n"
    "        return x * 2\nf = A.f",
    "callable object": "class F:\n    def __call__(self, x):\n        if x < 0: raise ValueError\n"
    "        return x * 2\nf = F()",
    "generator inside": RIGHT.replace("x * 2", "sum(x for _ in range(2))"),
    "global counter": "calls = 0\n"
    + RIGHT.replace("    if", "    global calls\n    calls += 1\n    if").replace("* 2", "* (calls + 1)"),
    "structural matching": "def f(x):\n    match x:\n        case int() if x < 0: raise ValueError\n"
    "        case _: return x * 2",
    "message of its own": RIGHT.replace("raise ValueError", "raise ValueError(f'{x} is negative')"),
    "prints and logs": "import logging, sys\n"
    + RIGHT.replace("    if", "    print(x, file=sys.stderr); logging.warning(x)\n    if", 1),
    "words that look bad": RIGHT.replace("    if", "    'quit(), sudo, import os; eval(x)'\n    if"),
    "fence": f"```python\n{RIGHT}```",
    "prose and several fences": "First install:\n```bash\npip install x\n```\nThen:\n```Python3\nTWO = 2\n```\nand\n"
    f"```py\n{RIGHT.replace('* 2', '* TWO')}```\nTry `f(1)`:\n```\n>>> f(1)\n2\n```",
    "tildes": f"~~~\n{RIGHT}~~~",
    "indented fence": "- like so:\n\n    ```python\n"
    + "".join(f"    {line}\n" for line in RIGHT.splitlines())
    + "    ```",
    "windows": FENCED.replace("\n", "\r\n"),
    "tabs": RIGHT.replace("    ", "\t"),
    "byte order mark": "\ufeff" + RIGHT,
    "typographic quotes": f"“Of course” — it’s this:\n\n{RIGHT}\n…isn’t it?",
    "never closed": f"Sure:\n```python\n{RIGHT}",
    "names in other alphabets": "π = 2\n" + RIGHT.replace("* 2", "* π"),
}


@pytest.mark.parametrize("name", RIGHT_ANSWERS)
def test_right_answers_are_right(grader, name):
    grade = grader.grade(task(), RIGHT_ANSWERS[name])
    assert grade.success, grade


def test_an_annotation_of_something_unknown_is_an_error_as_python_has_it(grader):
    """Before Python 3.14, which reads annotations only when asked for them."""
    grade = grader.grade(task(), RIGHT.replace("(x)", "(x: List[int])"))
    assert grade.success is (sys.version_info >= (3, 14))
    assert grade.outcome == ("passed" if grade.success else "raised")


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


REPEATABLE = {
    "random": "import random\ndef f(n): return random.sample(range(99), n)",
    "own generator": "import random\ndef f(n): return [random.Random().random() for _ in range(n)]",
    "secrets": "import secrets, uuid\ndef f(n): return secrets.token_hex(n), uuid.uuid4(), uuid.uuid1()",
    "clock": "import time, datetime as d\ndef f(n): return time.time() + n, d.datetime.now(), d.date.today()",
    "database": "import sqlite3\ndef f(n):\n    c = sqlite3.connect('d.db')\n    c.execute('create table t(a, b, c)')\n"
    "    c.executemany('insert into t values (?, random(), current_time)', [(i,) for i in range(n)])\n"
    "    return c.execute('select * from t order by b').fetchall()",
    "numpy": "import numpy as np\ndef f(n): return np.random.rand(n), np.random.default_rng().integers(0, 9, n)",
}


@pytest.mark.parametrize("name", REPEATABLE)
def test_references_that_draw_or_look_at_the_clock(grader, name):
    if name == "numpy":
        pytest.importorskip("numpy", reason="numpy is not installed: pip install 'dulcet[colbench]'")
    hard = task(REPEATABLE[name], "f(1)", "f(3)")
    assert grader.grade(hard, hard.hidden + "\n\n").success
    time.sleep(0.01)
    assert grader.grade(hard, "import os\n" + hard.hidden).success


def test_an_answer_that_undoes_it_undoes_it_for_itself(grader):
    clock = task(REPEATABLE["clock"], "f(1)")
    undo = "import time\ntime.time = lambda: 5\n"
    assert not grader.grade(clock, undo + clock.hidden).success
    assert grader.grade(clock, clock.hidden + "  # as ever").success


def test_what_a_call_leaves_behind_is_not_there_for_the_next(grader):
    leaves = (
        "import os, sqlite3\ndef f(x):\n    if os.path.exists('a'): return 'still there'\n    os.makedirs('a/b')\n"
        "    os.symlink('a', 'c')\n    sqlite3.connect('d').execute('create table t (a)')\n    os.chdir('a')\n"
        "    return os.getcwd().endswith('a')"
    )
    assert grader.grade(task(leaves, "f(1)", "f(2)", "f(3)"), "def f(x): return True").success


STRANGE = {
    "text that cannot be stored": "def f(x): return '\\ud800' * 3",
    "number of many digits": "def f(x): return 10 ** 9999",
    "nested": "def f(x):\n    a = []\n    for _ in range(900): a = [a]\n    return a",
    "cycle": "def f(x):\n    a = {}\n    a['a'] = a\n    return a",
    "coroutine": "async def f(x): return x * 2",
    "message that cannot be stored": "def f(x): raise TypeError('\\ud800')",
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_values_have_an_outcome_that_can_be_stored(grader, name):
    grade = grader.grade(task(), STRANGE[name])
    assert grade.tests_passed == 0
    assert grade.outcome in ("wrong", "not_comparable", "raised")
    grade.model_dump_json()


def test_many_keep_their_order(grader):
    pairs = [(task(), f"def f(x): return {number}") for number in range(2, 42)]
    seen = []
    grades = grader.grade_many(pairs, lambda index, grade: seen.append(index))
    assert sorted(seen) == list(range(40))
    assert [grade.tests_passed > 0 for grade in grades] == [number in (2, 4, 6) for number in range(2, 42)]


def test_a_fault_ends_a_batch_and_the_grader_goes_on():
    with Grader(workers=1) as grader:
        begun = []
        real = grader._strict

        def strict(given, answer):
            begun.append(answer)
            if answer == "def f(x): return 5":
                raise OSError("disk full")
            return real(given, answer)

        grader._strict = strict
        pairs = [(task(), f"def f(x): return {number}") for number in range(400)]
        with pytest.raises(OSError, match="disk full"):
            grader.grade_many(pairs)
        assert len(begun) < 200
        grader._strict = real
        assert [grade.success for grade in grader.grade_many([(task(), REFERENCE), (task(), "")])] == [True, False]
        assert grader.grade_many([]) == []


def test_a_fault_in_what_is_told_ends_a_batch(grader):
    def on_done(index, grade):
        raise KeyboardInterrupt

    pairs = [(task(), f"def f(x): return {number} - 400") for number in range(400)]
    with pytest.raises(KeyboardInterrupt):
        grader.grade_many(pairs, on_done)


def test_a_grader_that_is_closed_drops_what_was_not_begun():
    slow = "import time\ndef f(x):\n    time.sleep(0.05)\n    return x + "
    grader = Grader(workers=1)
    with ThreadPoolExecutor() as threads:
        batches = [
            threads.submit(grader.grade_many, [(task(), slow + str(number)) for number in range(start, start + 80)])
            for start in (0, 80)
        ]
        while not grader.layers:
            time.sleep(0.01)
        began = time.monotonic()
        grader.close()
        assert time.monotonic() - began < 3
        for batch in batches:
            with pytest.raises(RuntimeError, match=r"closed|shutdown"):
                batch.result(timeout=3)
    assert grader.grade_many([]) == []


def test_two_batches_at_once(grader):
    def grade(start):
        return grader.grade_many([(task(), f"def f(x): return {number} / 3") for number in range(start, start + 60)])

    with ThreadPoolExecutor() as threads:
        found = list(threads.map(grade, [0, 60]))
    assert [len(grades) for grades in found] == [60, 60]
    assert not any(grade.success for grades in found for grade in grades)


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
        processes = [worker._process for pool in (grader._answers, grader._references.pool) for worker in pool._workers]
    assert all(process is None or process.poll() is not None for process in processes)


@needs_data
def test_all_real_references_pass_their_own_tests(grader, real_tasks):
    pytest.importorskip("numpy", reason="numpy is not installed: pip install 'dulcet[colbench]'")
    pytest.importorskip("bs4", reason="bs4 is not installed: pip install 'dulcet[colbench]'")
    grades = grader.grade_many([(task, task.hidden) for task in real_tasks])
    failed = [(task.id, grade) for task, grade in zip(real_tasks, grades, strict=True) if not grade.success]
    assert failed == []


FORGED = (
    "import os\ndef f(x):\n    for fd in range(3, 30):\n        try: os.write(fd, {line!r})\n"
    "        except OSError: pass\n"
    "    return 0"
)


@pytest.mark.parametrize(
    "line", [b'["raised", "\\ud800", "\\ud800"]\n', b'["raised", "' + b"a" * 100_000 + b'", ""]\n']
)
def test_a_forged_report_can_be_stored(grader, line):
    grade = grader.grade(task(), FORGED.format(line=line))
    assert grade.tests_passed == 0
    assert len(grade.model_dump_json()) < 1500


def test_a_test_case_that_is_no_python_is_passed_by_nobody(grader):
    grade = grader.grade(task(REFERENCE, "f(1"), REFERENCE)
    assert (grade.tests_passed, grade.outcome) == (0.0, "reference_failed")
