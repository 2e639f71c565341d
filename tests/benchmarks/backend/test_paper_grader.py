"""The defects of the released grader, reproduced: what it misjudges, `paper` misjudges and `strict` does not."""

import pytest

from dulcet.benchmarks.backend.grader import Grader
from dulcet.task import Task
from tests.benchmarks.backend.data import needs_data

TASK = Task(id="t", prompt="", hidden="def f(x):\n    return x * 2", checks=tuple(f"f({x})" for x in range(1, 11)))


@pytest.fixture(scope="module")
def paper():
    with Grader("paper") as grader:
        yield grader


RIGHT_BUT_MISJUDGED = {
    "helper": "def g(x): return x + x\ndef f(x): return g(x)",
    "import": "import math\ndef f(x): return math.floor(x) * 2",
    "constant": "TWO = 2\ndef f(x): return x * TWO",
    "recursion": "def f(x): return 2 if x == 1 else f(x - 1) + 2",
    "a word in a docstring": "def f(x):\n    'do not quit()'\n    return x * 2",
    "two blocks": "```python\nONE = 1\n```\n```python\ndef f(x): return x * 2\n```",
}
SCORES = {"recursion": 0.1}
WRONG_BUT_ACCEPTED = {
    "equals everything": "class A:\n    __eq__ = lambda self, other: True\nf = lambda x, A=A: A()",
    "other type": "def f(x): return x * 2.0",
}


@pytest.mark.parametrize("name", RIGHT_BUT_MISJUDGED)
def test_right_answers_that_it_misjudges(grader, paper, name):
    assert grader.grade(TASK, RIGHT_BUT_MISJUDGED[name]).success
    assert paper.grade(TASK, RIGHT_BUT_MISJUDGED[name]).tests_passed == pytest.approx(SCORES.get(name, 0))


@pytest.mark.parametrize("name", WRONG_BUT_ACCEPTED)
def test_wrong_answers_that_it_accepts(grader, paper, name):
    assert grader.grade(TASK, WRONG_BUT_ACCEPTED[name]).tests_passed == 0
    assert paper.grade(TASK, WRONG_BUT_ACCEPTED[name]).success


def test_ordinary_answers(paper):
    assert paper.grade(TASK, "```python\ndef f(x):\n    import math\n    return math.floor(x) * 2\n```").success
    half = paper.grade(TASK, "def f(x): return x * 2 if x <= 5 else 0")
    assert (half.tests_passed, half.outcome) == (0.5, "wrong")
    assert paper.grade(TASK, "").tests_passed == 0


def test_a_reference_value_of_none_never_passes(grader, paper):
    task = Task(id="n", prompt="", hidden="def f(x): return x or None", checks=("f(0)", "f(1)"))
    assert paper.grade(task, task.hidden).tests_passed == 0.5
    assert grader.grade(task, task.hidden).success


def test_whole_comparisons_are_compared(paper):
    task = Task(id="c", prompt="", hidden="def f(x): return x", checks=("f(1) == 5", "f(2) == 2"))
    assert paper.grade(task, "def f(x): return 3").tests_passed == 0.5  # both comparisons are False in the first


def test_what_would_have_killed_or_hung_the_original(paper):
    assert paper.grade(TASK, "raise SystemExit").tests_passed == 0
    loop = paper.grade(TASK.model_copy(update={"checks": ("f(1)", "f(2)")}), "def f(x):\n    while True: pass")
    assert (loop.tests_passed, loop.outcome) == (0, "wrong")
    assert paper.grade(TASK, TASK.hidden).success


@needs_data
def test_the_real_references(paper, real_tasks):
    pytest.importorskip("bs4", reason="bs4 is not installed: pip install 'dulcet[colbench]'")
    grades = paper.grade_many([(task, task.hidden) for task in real_tasks])
    failed = {task.id for task, grade in zip(real_tasks, grades, strict=True) if not grade.success}
    # the sheet of facts: a random reference never equals itself, one contains a forbidden word
    assert failed == {"backend-264", "backend-456"}
