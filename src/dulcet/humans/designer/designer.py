"""The person of Frontend Design who needs no model: sees the agent's page beside the one in mind, says what differs.

What was left out: no taste, no patience to lose, no second thoughts. It names things by the words that are seen on
them, colours by plain names, sizes by about how many pixels; it never speaks of a page's source, which it has not seen:
it works on two rendered pages alone.
"""

import re
from collections.abc import Sequence
from typing import Any, Protocol

from dulcet.benchmarks.frontend.browser import Failure, RenderError
from dulcet.benchmarks.frontend.dialect import find_page
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.benchmarks.frontend.shared import SharedBrowser
from dulcet.errors import InputError
from dulcet.humans.designer.answers import answer
from dulcet.humans.designer.differences import describe
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Message

VERSION = "1"
NO_PAGE = ("I don't see a page in your message, please send one.", "There is no page here, please show me one.")
EMPTY = ("I see an empty page.", "The page shows nothing.")
BROKEN = {
    Failure.TIMEOUT: "Your page takes too long to load, I can't see it.",
    Failure.TOO_LARGE: "Your page is too large, it does not load.",
    Failure.CRASHED: "Your page crashes the browser, I can't see it.",
    Failure.LOST: "Your page did not load.",
}
_FENCED = re.compile(r"```.*?(?:```|\Z)|<html\b.*?(?:</html\s*>|\Z)|<body\b.*?(?:</body\s*>|\Z)", re.DOTALL | re.I)


class Eyes(Protocol):
    """What shows the designer a page."""

    async def render(self, html: str) -> Rendered:
        """Draw one page. Raises RenderError."""
        ...


class ScriptedDesigner:
    """The scripted designer (kind `scripted`). Its reply depends on the task, the last message and the seed alone.

    `picker`: it says colours also in hexadecimal, as somebody with a colour picker does.
    """

    def __init__(self, eyes: Eyes | None = None, *, picker: bool = False) -> None:
        self.eyes, self.picker = eyes or SharedBrowser(), picker

    @property
    def identity(self) -> dict[str, Any]:
        """Who this is, for every result file."""
        name = "scripted designer with a colour picker" if self.picker else "scripted designer"
        return {"kind": "scripted", "name": name, "version": VERSION}

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        """Say what differs, or answer a question where there is no page.

        Raises ValueError when the last message is not the agent's, InputError where the page in mind cannot be drawn,
        and BrowserError where there is no browser.
        """
        if not messages or messages[-1]["role"] != "assistant":
            raise ValueError("the last message is not the agent's")
        said = messages[-1]["content"]
        target = await self._target(task)
        page = find_page(said)
        asked = _FENCED.sub(" ", said) if page else said
        known = answer(asked, target, self.picker) if "?" in asked else ""
        if page is None:
            return known or _one(NO_PAGE, seed, said)
        try:
            shown = await self.eyes.render(page.html)
        except RenderError as error:
            return BROKEN[error.kind]
        told = describe(shown, target, seed=seed, picker=self.picker)
        empty = len(shown.blocks) <= 1 < len(target.blocks)
        return " ".join(part for part in (known, _one(EMPTY, seed, said) if empty else "", told) if part)

    async def close(self) -> None:
        """Give back the browser, where the designer opened one."""
        if isinstance(self.eyes, SharedBrowser):
            await self.eyes.close()

    async def _target(self, task: Task) -> Rendered:
        try:
            return await self.eyes.render(task.hidden)
        except RenderError as error:
            do = "Leave the task out; 'dulcet tasks check' finds such tasks."
            raise InputError(f"the page in mind cannot be drawn ({error})", where=f"task {task.id}", do=do) from error


def _one(variants: Sequence[str], seed: int, said: str) -> str:
    return variants[derive(seed, said) % len(variants)]
