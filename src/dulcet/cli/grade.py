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
    from dulcet.benchmarks.backend.grader import Grader
    from dulcet.task import Task
    from dulcet.trajectory import Grade


class GradeCommand(Command):
    """Grade answers against the tasks' hidden tests, each in a sandboxed process of its own.

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
    """'strict' compares types and values; 'paper' gives the released grader's verdict, its defects included; 'both'
    is strict, and says how many verdicts of 'paper' differ, and why."""
    workers: Annotated[int, Field(ge=0)] = 0
    """Programs at a time; 0: as many as there are processor cores."""
    isolation: Isolation | None = None
    """What must hold around answers, or nothing is graded: process (limits only), contained (no files, no network),
    layered (each kept by two layers). Default: contained on Linux, process elsewhere."""
    cache: Path | None = None
    """A file in which verdicts are kept for the next time."""

    def run(self) -> Result:
        """Grade all answers and sum them up."""
        from dulcet.benchmarks.backend.tasks import load_tasks
        from dulcet.progress import progress

        tasks = load_tasks(self.tasks)
        answers = [task.hidden for task in tasks] if self.answers == "reference" else read_answers(self.answers, tasks)
        began = time.monotonic()
        pairs = list(zip(tasks, answers, strict=True))
        with self._grader() as grader, progress("grade", len(tasks)) as bar:
            grades = grader.grade_many(pairs, lambda index, grade: bar.advance())
            layers = grader.layers
            seconds = time.monotonic() - began
            compared = self._compared(pairs, grades, grader) if self.mode == "both" else {}
        data = summary(tasks, grades, seconds) | {"mode": self.mode, "isolation": layers} | compared
        _print(data)
        return Result(data)

    def _grader(self, mode: Literal["strict", "paper"] | None = None) -> "Grader":
        from dulcet.benchmarks.backend.grader import Grader

        mode = mode or ("paper" if self.mode == "paper" else "strict")
        return Grader(mode, self.workers or None, cache=self.cache, isolation=self.isolation)

    def _compared(self, pairs: "list[tuple[Task, str]]", strict: "list[Grade]", grader: "Grader") -> dict[str, Any]:
        """How the released grader would have judged, and why otherwise where it would."""
        from dulcet.benchmarks.backend.differences import why_different
        from dulcet.progress import progress

        with self._grader("paper") as paper_grader, progress("grade as the paper", len(pairs)) as bar:
            paper = paper_grader.grade_many(pairs, lambda index, grade: bar.advance())
        reasons = [
            why_different(task, answer, one, other, grader.reference_results(task))
            for (task, answer), one, other in zip(pairs, strict, paper, strict=True)
        ]
        return {
            "paper": {
                "passed": sum(grade.success for grade in paper),
                "tests_passed": sum(grade.tests_passed for grade in paper) / len(paper),
                "differences": dict(Counter(why for why in reasons if why is not None).most_common()),
                "results": [
                    {"tests_passed": grade.tests_passed, "why": why} for grade, why in zip(paper, reasons, strict=True)
                ],
            }
        }


def read_answers(path: str, tasks: "list[Task]") -> list[str]:
    """One answer for each task. Raises InputError for a bad line and for a wrong number of lines."""
    from dulcet.benchmarks.backend.tasks import load_object, numbered_lines

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


def _print(data: dict[str, Any]) -> None:
    outcomes: dict[str, int] = {}
    for result in data["results"]:
        outcomes[result["outcome"]] = outcomes.get(result["outcome"], 0) + 1
    print(f"{data['passed']} of {data['tasks']} pass, {data['tests_passed']:.1%} of the tests, {data['seconds']:.1f} s")
    print("Outcomes: " + ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))
    print(f"Isolation: {', '.join(data['isolation']) or 'not needed, all verdicts were cached'}")
    if "paper" in data:
        _print_paper(data["paper"])


def _print_paper(paper: dict[str, Any]) -> None:
    count = sum(paper["differences"].values())
    print(f"The released grader: {paper['passed']} pass, {paper['tests_passed']:.1%} of the tests; {count} differ")
    for why, answers in paper["differences"].items():
        print(f"  {answers}: {why}")
