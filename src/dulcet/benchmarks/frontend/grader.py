"""The grader: how much does a page look like the one that the person has in mind?

`Grade.tests_passed` is the similarity of the two rendered pages, in [0, 1]. A success is a similarity of at least
`ALIKE` (docs/frontend.md says how much may differ there).
"""

from enum import StrEnum
from typing import Literal, Self

from dulcet.benchmarks.frontend.benchmark import ALIKE
from dulcet.benchmarks.frontend.browser import BrowserError, Failure, RenderError
from dulcet.benchmarks.frontend.dialect import find_page
from dulcet.benchmarks.frontend.measure import open_measure
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.benchmarks.frontend.shared import SharedBrowser
from dulcet.task import Task
from dulcet.trajectory import Grade


class PageOutcome(StrEnum):
    """What became of an answer."""

    ALIKE = "alike"
    DIFFERENT = "different"
    NO_PAGE = "no_page"
    """The answer holds no page."""
    NOT_RENDERED = "not_rendered"
    """The answer's page cannot be drawn: too slow, too large, or it ends its process."""
    REFERENCE_FAILED = "reference_failed"
    """The page in mind cannot be drawn."""


class PageGrader:
    """Grades answers to frontend tasks. Use as an async context manager, in one event loop."""

    def __init__(self, mode: Literal["strict", "paper"] = "strict", eyes: SharedBrowser | None = None) -> None:
        """Raises InputError where `paper` has no weights (`measure.py`)."""
        self.measure, self.eyes = open_measure(mode), eyes or SharedBrowser()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.eyes.close()

    async def agrade(self, task: Task, answer: str | None) -> Grade:
        """The verdict on one answer; `None` (there is none) is graded as an empty one. Raises BrowserError."""
        try:
            target = await self._draw(task.hidden)
        except RenderError as error:
            return _failed(PageOutcome.REFERENCE_FAILED, str(error))
        page = find_page(answer or "")
        if page is None:
            return await self._nothing(target, PageOutcome.NO_PAGE)
        try:
            shown = await self._draw(page.html)
        except RenderError as error:
            return await self._nothing(target, PageOutcome.NOT_RENDERED, str(error))
        score = await self.measure.similarity(target, shown)
        alike = score >= ALIKE
        outcome = PageOutcome.ALIKE if alike else PageOutcome.DIFFERENT
        return Grade(tests_passed=round(score, 6), success=alike, outcome=outcome.value)

    async def _nothing(self, target: Rendered, outcome: PageOutcome, detail: str = "") -> Grade:
        """The verdict on a page that is not there: 0, but for the paper's measure, which sees a black square."""
        failed = _failed(outcome, detail)
        if self.measure.nothing is None:
            return failed
        score = await self.measure.similarity(target, self.measure.nothing)
        return failed.model_copy(update={"tests_passed": round(score, 6)})

    async def _draw(self, html: str) -> Rendered:
        try:
            return await self.eyes.render(html)
        except RenderError as error:
            if error.kind is not Failure.LOST:
                raise
            raise BrowserError(f"the browser went away ({error})", do="Run the same command again.") from error


def _failed(outcome: PageOutcome, detail: str = "") -> Grade:
    return Grade(tests_passed=0.0, success=False, outcome=outcome.value, detail=detail)
