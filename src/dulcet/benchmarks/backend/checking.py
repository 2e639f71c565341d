"""What is wrong with tasks that can be read: references that fail their own tests, tests that a constant passes."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dulcet.benchmarks.backend.grader import Grader
from dulcet.benchmarks.base import Findings, OnDone
from dulcet.sandbox import Status
from dulcet.task import Task


def check(tasks: Sequence[Task], on_done: OnDone) -> Findings:
    """Every reference against its own tests, and the best constant answer to each task."""
    failing: list[dict[str, Any]] = []
    constant: list[dict[str, Any]] = []
    with Grader() as grader:
        grades = grader.grade_many([(task, task.hidden) for task in tasks], lambda index, grade: on_done())
        for task, grade in zip(tasks, grades, strict=True):
            if not grade.success:
                failing.append({"id": task.id, "outcome": grade.outcome, "detail": grade.detail})
            share = constant_share(grader, task)
            if share >= 0.5:
                constant.append({"id": task.id, "share": share})
    tests = sum(len(task.checks) for task in tasks)
    data = {"tests": tests, "failing_references": failing, "constant_answers": constant}
    return Findings(f"{tests} tests", data, _lines(failing, constant), bool(failing))


def constant_share(grader: Grader, task: Task) -> float:
    """Share of the task's tests that the best constant answer passes."""
    expected = grader.reference_results(task)
    values = [json.dumps(one.result.value) for one in expected if one.usable and one.result.status is Status.VALUE]
    return max(Counter(values).values(), default=0) / len(expected)


def _lines(failing: Sequence[dict[str, Any]], constant: Sequence[dict[str, Any]]) -> list[str]:
    always = sum(task["share"] == 1 for task in constant)
    return [
        f"{len(failing)} references fail their own tests",
        *(f"  {task['id']}: {task['outcome']} ({task['detail']})" for task in failing),
        f"{len(constant)} tasks where a constant passes half of the tests, {always} where it passes all",
    ]
