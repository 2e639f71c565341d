"""`dulcet tasks check`: what is wrong with a task file."""

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro
from tyro.conf import Positional

from dulcet.cli.command import Command, Result

if TYPE_CHECKING:
    from dulcet.benchmarks.backend.grader import Grader
    from dulcet.task import Task


class TasksCheckCommand(Command):
    """Read a task file and say what is wrong with it.

    Lists lines that cannot be read, references that fail their own tests, and tasks in which one constant answer
    passes at least half of the tests. Exit code 1 where a line is bad or a reference fails.

    Examples:
        dulcet tasks check tasks.jsonl
        dulcet tasks check tasks.jsonl --json -
    """

    file: Annotated[Positional[Path], tyro.conf.arg(metavar="TASKS.jsonl")]
    """Tasks in ColBench's form."""

    def run(self) -> Result:
        """Check every line and every reference."""
        from dulcet.benchmarks.backend.grader import Grader
        from dulcet.benchmarks.backend.tasks import read_tasks
        from dulcet.progress import progress

        read = read_tasks(self.file)
        failing: list[dict[str, Any]] = []
        constant: list[dict[str, Any]] = []
        pairs = [(task, task.hidden) for task in read.tasks]
        with Grader() as grader, progress("check", len(pairs)) as bar:
            for task, grade in zip(read.tasks, grader.grade_many(pairs, lambda *_: bar.advance()), strict=True):
                if not grade.success:
                    failing.append({"id": task.id, "outcome": grade.outcome, "detail": grade.detail})
                share = constant_share(grader, task)
                if share >= 0.5:
                    constant.append({"id": task.id, "share": share})
        data = {
            "tasks": len(read.tasks),
            "tests": sum(len(task.checks) for task in read.tasks),
            "faults": [str(fault) for fault in read.faults],
            "failing_references": failing,
            "constant_answers": constant,
        }
        _print(data)
        return Result(data, exit_code=1 if read.faults or failing else 0)


def constant_share(grader: "Grader", task: "Task") -> float:
    """Share of the task's tests that the best constant answer passes."""
    from dulcet.sandbox import Status

    expected = grader.reference_results(task)
    values = [json.dumps(one.result.value) for one in expected if one.usable and one.result.status is Status.VALUE]
    return max(Counter(values).values(), default=0) / len(expected)


def _print(data: dict[str, Any]) -> None:
    print(f"{data['tasks']} tasks, {data['tests']} tests, {len(data['faults'])} bad lines")
    for fault in data["faults"]:
        print(f"  {fault}")
    print(f"{len(data['failing_references'])} references fail their own tests")
    for task in data["failing_references"]:
        print(f"  {task['id']}: {task['outcome']} ({task['detail']})")
    always = sum(task["share"] == 1 for task in data["constant_answers"])
    print(
        f"{len(data['constant_answers'])} tasks where a constant passes half of the tests, {always} where it passes all"
    )
