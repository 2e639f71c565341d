import pytest

from dulcet.benchmarks.backend.grader import Grader
from dulcet.benchmarks.backend.references import References, leaves_nothing
from dulcet.sandbox import Limits, Status
from dulcet.task import Task
from tests.benchmarks.backend.data import needs_data

LIMITS = Limits(cpu_seconds=0.5, seconds=1.0, total_seconds=2.0)
PLAIN = (
    "def f(x): return x + 1",
    "BASE = 2\ndef g(x): return x * BASE\ndef f(x):\n    return sorted({g(x)}) + ['a'.upper()]",
    "def f(x):\n    seen = {}\n    seen.setdefault(x, []).append(x)\n    return seen",
)
STATEFUL = (
    "import decimal\ndef f(x): return x",
    "def f(x): return open('a', 'w')",
    "def f(x): return (lambda: 0).__globals__",
    "def f(x): return (n for n in ()).gi_frame",
    "def f(x): return __import__('os')",
    "def f(x): return eval('x')",
    "class A: pass\ndef f(x): return A()",
    "def f(x):\n    try: 1 / 0\n    except ZeroDivisionError as e: return e.tb_frame",
)


def task(source, *checks):
    return Task(id=source, prompt="p", hidden=source, checks=checks or ("f(1)", "f(2)"), meta={})


@pytest.mark.parametrize("source", PLAIN)
def test_what_touches_values_alone_leaves_nothing(source):
    assert leaves_nothing(source)


@pytest.mark.parametrize("source", STATEFUL)
def test_what_could_leave_something_behind_has_a_process_of_its_own(source):
    assert not leaves_nothing(source)


@needs_data
def test_together_and_alone_agree(real_tasks):
    some = real_tasks[:60]
    together, alone = References(2, LIMITS, None), References(2, LIMITS, None)
    try:
        together.prepare(some, lambda function, argument: function(argument))
        assert [together.results(one) for one in some] == [alone.results(one) for one in some]
        assert all(expected.usable for one in some for expected in together.results(one))
    finally:
        together.pool.close()
        alone.pool.close()


def test_a_reference_that_fails_costs_its_neighbours_nothing():
    loop, fine = task("def f(x):\n    while True: pass", "f(1)"), task("def f(x): return x")
    crash = task("def f(x): return f(x) if x else 0", "f(1)")
    found = References(1, LIMITS, None)
    try:
        found.prepare([loop, fine, crash], lambda function, argument: function(argument))
        assert [one.result.status for one in found.results(loop)] == [Status.TIMED_OUT]
        assert [one.result.value for one in found.results(fine)] == [1, 2]
        assert [one.result.status for one in found.results(crash)] == [Status.RAISED]
    finally:
        found.pool.close()


def test_references_are_run_once(monkeypatch):
    asked = []
    with Grader() as grader:
        run = grader._references.pool.reports
        monkeypatch.setattr(
            grader._references.pool, "reports", lambda request, limits: asked.append(request) or run(request, limits)
        )
        pairs = [(task(source), source) for source in PLAIN for _ in range(3)]
        assert all(grade.success for grade in grader.grade_many(pairs))
    assert [len(request["codes"]) for request in asked] == [3]
