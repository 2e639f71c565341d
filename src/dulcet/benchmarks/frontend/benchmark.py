"""Frontend Design as the rest of dulcet knows it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dulcet.benchmarks.base import Benchmark, Findings, Graded, Grading, OnDone, Split
from dulcet.benchmarks.frontend.prompts import PROMPTS
from dulcet.errors import InputError
from dulcet.protocol import Mode, Parsed
from dulcet.task import Task
from dulcet.trajectory import Grade

if TYPE_CHECKING:
    from dulcet.benchmarks.frontend.grader import PageGrader


ALIKE = 0.95
"""Similarity from which on an answer is a success."""


class Frontend(Benchmark):
    """A vague request for a web page, and a person who has one in mind and sees only pictures."""

    name: ClassVar[str] = "frontend"
    hidden_name: ClassVar[str] = "page"
    language: ClassVar[str] = "html"
    looked_at: ClassVar[bool] = True
    score_name: ClassVar[str] = "similarity"
    score_of: ClassVar[str] = "similar on average"
    passing: ClassVar[str] = f"the page looks like the one in mind (similarity of at least {ALIKE})"
    reply_limit: ClassVar[int] = 1000
    wins: ClassVar[bool] = True
    pair_margin: ClassVar[float] = 0.1
    every_pair: ClassVar[bool] = True
    prompts: ClassVar[Mapping[str, str]] = PROMPTS

    def recognises(self, row: Mapping[str, Any]) -> bool:
        """By a page where a reference is, or by WebSight's fields."""
        from dulcet.benchmarks.frontend.tasks import recognises

        return recognises(row)

    def parse_row(self, row: dict[str, Any], where: str, default_id: str) -> Task:
        """See `tasks.py`."""
        from dulcet.benchmarks.frontend.tasks import parse_task

        return parse_task(row, where, default_id)

    def as_row(self, task: Task) -> dict[str, Any]:
        """See `tasks.py`."""
        from dulcet.benchmarks.frontend.tasks import as_row

        return as_row(task)

    def synthesise(
        self, count: int, *, seed: int, split: Split, difficulty: int, families: Sequence[str] | None = None
    ) -> list[Task]:
        """See `synthesis/make.py`."""
        from dulcet.benchmarks.frontend.synthesis import synthesise

        if families:
            raise InputError("pages have no families of rules to choose from", do="Leave --families out.")
        return synthesise(count, seed=seed, split=split, difficulty=difficulty)

    def for_critic(self, task: Task) -> Task:
        """A page that was made from the dialect is shown as such: a twentieth of the tokens."""
        from dulcet.benchmarks.frontend.dialect import dialect_of

        return task.model_copy(update={"hidden": dialect_of(task.hidden) or task.hidden})

    def parse(self, text: str, mode: Mode, *, last: bool, earlier: Sequence[str]) -> Parsed:
        """See `protocol.py`."""
        from dulcet.benchmarks.frontend.protocol import parse

        return parse(text, mode, last=last, earlier=earlier)

    def measure(self, mode: Literal["strict", "paper"]) -> dict[str, Any]:
        """See `measure.py`."""
        from dulcet.benchmarks.frontend.measure import identity

        return identity(mode)

    def require(self) -> None:
        """A browser and what drives it. Raises what a `Browser` that is opened raises for what is missing."""
        from dulcet.benchmarks.frontend.browser.browser import require

        require()

    def open_grader(self, mode: Literal["strict", "paper"] = "strict") -> "PageGrader":
        """See `grader.py`."""
        from dulcet.benchmarks.frontend.grader import PageGrader

        return PageGrader(mode)

    def grade_all(self, pairs: Sequence[tuple[Task, str]], how: Grading, on_done: OnDone) -> Graded:
        """See `grading.py`."""
        from dulcet.benchmarks.frontend.grading import grade_all

        return grade_all(pairs, how, on_done)

    def check(self, tasks: Sequence[Task], on_done: OnDone) -> Findings:
        """See `grading.py`."""
        from dulcet.benchmarks.frontend.grading import check

        return check(tasks, on_done)

    def code_in(self, content: str) -> str | None:
        """The page that a message shows."""
        from dulcet.benchmarks.frontend.dialect import find_page

        page = find_page(content)
        return page.source if page else None

    def verdict(self, grade: Grade, checks: int) -> str:
        """The similarity."""
        return f"similarity {grade.tests_passed:.3f}"

    def pictures(self, sources: Sequence[str]) -> dict[str, bytes]:
        """See `pictures.py`."""
        from dulcet.benchmarks.frontend.pictures import pictures

        return pictures(sources)
