"""Backend Programming as the rest of dulcet knows it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dulcet import protocol
from dulcet.benchmarks.backend.prompts import PROMPTS
from dulcet.benchmarks.base import Benchmark, Findings, Graded, Grading, OnDone, Split
from dulcet.protocol import Mode, Parsed
from dulcet.task import Task
from dulcet.trajectory import Grade

if TYPE_CHECKING:
    from dulcet.benchmarks.backend.grader import Grader


class Backend(Benchmark):
    """A vague request for a function, and a person who knows what it should do."""

    name: ClassVar[str] = "backend"
    hidden_name: ClassVar[str] = "function"
    language: ClassVar[str] = "python"
    score_name: ClassVar[str] = "tests passed"
    score_of: ClassVar[str] = "of the tests"
    passing: ClassVar[str] = "the answer passed all hidden tests"
    reply_limit: ClassVar[int] = 400
    prompts: ClassVar[Mapping[str, str]] = PROMPTS

    def recognises(self, row: Mapping[str, Any]) -> bool:
        """By the tests."""
        return "test_cases" in row

    def parse_row(self, row: dict[str, Any], where: str, default_id: str) -> Task:
        """See `tasks.py`."""
        from dulcet.benchmarks.backend.tasks import parse_task

        return parse_task(row, where, default_id)

    def as_row(self, task: Task) -> dict[str, Any]:
        """See `tasks.py`."""
        from dulcet.benchmarks.backend.tasks import as_row

        return as_row(task)

    def synthesise(
        self, count: int, *, seed: int, split: Split, difficulty: int, families: Sequence[str] | None = None
    ) -> list[Task]:
        """See `synthesis/make.py`."""
        from dulcet.benchmarks.backend.synthesis import synthesise

        return synthesise(count, seed=seed, split=split, difficulty=difficulty, families=families)

    def hand_written(self) -> list[Task]:
        """See `synthesis/hand_written.py`."""
        from dulcet.benchmarks.backend.synthesis.make import hand_written

        return hand_written()

    def parse(self, text: str, mode: Mode, *, last: bool, earlier: Sequence[str]) -> Parsed:
        """The answer stands in the message that ends the episode; what was said before does not matter."""
        return protocol.parse(text, mode, last=last)

    def open_grader(self, mode: Literal["strict", "paper"] = "strict") -> "Grader":
        """See `grader.py`."""
        from dulcet.benchmarks.backend.grader import Grader

        return Grader(mode)

    def grade_all(self, pairs: Sequence[tuple[Task, str]], how: Grading, on_done: OnDone) -> Graded:
        """See `grading.py`."""
        from dulcet.benchmarks.backend.grading import grade_all

        return grade_all(pairs, how, on_done)

    def verdict(self, grade: Grade, checks: int) -> str:
        """How many tests passed; their share where the task is not known."""
        passed = f"{round(grade.tests_passed * checks)} of {checks}" if checks else f"{grade.tests_passed:.0%} of"
        return f"{passed} hidden tests passed"

    def check(self, tasks: Sequence[Task], on_done: OnDone) -> Findings:
        """See `checking.py`."""
        from dulcet.benchmarks.backend.checking import check

        return check(tasks, on_done)
