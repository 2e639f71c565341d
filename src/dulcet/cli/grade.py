"""`dulcet grade`: answers against the tasks' hidden tests."""

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro
from pydantic import Field
from tyro.conf import Positional

from dulcet.cli.command import Command, Result
from dulcet.errors import InputError
from dulcet.sandbox.isolation import Isolation

if TYPE_CHECKING:
    from dulcet.task import Task
    from dulcet.trajectory import Grade


class GradeCommand(Command):
    """Grade answers: functions by the tasks' hidden tests, each in a sandboxed process of its own; pages by how much
    they look like the one in mind, drawn in a confined browser.

    Examples:
        dulcet grade tasks.jsonl --answers reference --json result.json
        dulcet grade tasks.jsonl --answers answers.jsonl --mode paper --json -
        dulcet grade tasks.jsonl --answers answers.jsonl --mode both
    """

    tasks: Annotated[Positional[Path], tyro.conf.arg(metavar="TASKS.jsonl")]
    """Tasks in ColBench's form."""
    answers: str = "reference"
    """A file with one {"answer": "..."} a line in the order of the tasks, or 'reference': each task's own solution."""
    mode: Literal["strict", "paper", "both"] = "strict"
    """'strict' compares types and values, and of pages blocks and looks; 'paper' gives the released grader's verdict,
    its defects included, and of pages the cosine of CLIP; 'both' (functions alone) is strict, and says how many
    verdicts of 'paper' differ, and why."""
    workers: Annotated[int, Field(ge=0)] = 0
    """Programs or pages at a time; 0: as many as there are processor cores (of pages four at most)."""
    isolation: Isolation | None = None
    """What must hold around answers, or nothing is graded: process (limits only), contained (no files, no network),
    layered (each kept by two layers). Default: contained on Linux, process elsewhere."""
    cache: Path | None = None
    """A file in which verdicts are kept for the next time (functions alone)."""

    def run(self) -> Result:
        """Grade all answers and sum them up."""
        from dulcet.benchmarks.base import Grading
        from dulcet.benchmarks.open import benchmark_of
        from dulcet.benchmarks.task_file import load_tasks
        from dulcet.progress import progress

        tasks = load_tasks(self.tasks)
        benchmark = benchmark_of(tasks)
        answers = [task.hidden for task in tasks] if self.answers == "reference" else read_answers(self.answers, tasks)
        how = Grading(mode=self.mode, workers=self.workers or None, isolation=self.isolation, cache=self.cache)
        began = time.monotonic()
        with progress("grade", len(tasks)) as bar:
            graded = benchmark.grade_all(list(zip(tasks, answers, strict=True)), how, bar.advance)
        data = summary(tasks, graded.grades, time.monotonic() - began) | graded.data
        _print(data, graded.lines, benchmark.score_of)
        return Result(data)


def read_answers(path: str, tasks: "list[Task]") -> list[str]:
    """One answer for each task. Raises InputError for a bad line and for a wrong number of lines."""
    from dulcet.benchmarks.task_file import load_object, numbered_lines

    answers = []
    for number, line in numbered_lines(Path(path)):
        row = load_object(line, f"{path}:{number}")
        if "answer" not in row:
            raise InputError("field 'answer': missing", where=f"{path}:{number}")
        if not isinstance(row["answer"], str | None):
            raise InputError("field 'answer': a text is needed", where=f"{path}:{number}")
        answers.append(row["answer"] or "")
    if len(answers) != len(tasks):
        do = "Give one line for each task, in the order of the tasks."
        raise InputError(f"holds {len(answers)} answers for {len(tasks)} tasks", where=path, do=do)
    return answers


def summary(tasks: "list[Task]", grades: "list[Grade]", seconds: float) -> dict[str, Any]:
    """What `--json` writes."""
    results = [
        {
            "id": task.id,
            "tests_passed": grade.tests_passed,
            "success": grade.success,
            "outcome": grade.outcome,
            "detail": grade.detail,
        }
        for task, grade in zip(tasks, grades, strict=True)
    ]
    return {
        "tasks": len(tasks),
        "passed": sum(grade.success for grade in grades),
        "tests_passed": sum(grade.tests_passed for grade in grades) / len(grades),
        "seconds": round(seconds, 3),
        "results": results,
    }


def _print(data: dict[str, Any], lines: list[str], score_of: str) -> None:
    outcomes = Counter(result["outcome"] for result in data["results"])
    print(f"{data['passed']} of {data['tasks']} pass, {data['tests_passed']:.1%} {score_of}, {data['seconds']:.1f} s")
    print("Outcomes: " + ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))
    for line in lines:
        print(line)
