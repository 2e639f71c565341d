"""A real person who looks at pages: in their own browser, on a small page of this machine (`browser_desk`)."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console

from dulcet.benchmarks.frontend.browser import RenderError
from dulcet.benchmarks.frontend.dialect import find_page
from dulcet.benchmarks.frontend.shared import SharedBrowser
from dulcet.humans.browser_desk import Desk
from dulcet.humans.browser_page import View
from dulcet.humans.terminal import PersonLeft
from dulcet.task import Task
from dulcet.trajectory import Message

VERSION = "1"


def tell(url: str) -> None:
    """Say where to look, and open it where there is a screen."""
    Console(stderr=True).print(f"Look at the pages and answer here: {url}", soft_wrap=True)
    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)


class BrowserPerson:
    """The person (kind `browser`). One conversation at a time; others wait for their turn.

    `announce` is told the address of the page once, when the first message is to be answered.
    """

    def __init__(self, announce: Callable[[str], None] = tell, eyes: SharedBrowser | None = None) -> None:
        self.announce, self.eyes = announce, eyes or SharedBrowser()
        self._turn = asyncio.Lock()
        self._desk: Desk | None = None
        self._number = 0

    @property
    def identity(self) -> dict[str, Any]:
        """Who this is, for every result file."""
        return {"kind": "browser", "name": "person at the browser", "version": VERSION}

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        """Show both pictures and wait for an answer.

        Raises PersonLeft where the person leaves, RenderError where the page in mind cannot be drawn.
        """
        async with self._turn:
            self._number += 1
            view = await self._look(task, messages)
            if self._desk is None:
                self._desk = Desk()
                self.announce(self._desk.url)
            reply = await self._desk.ask(view)
            if reply is None:
                raise PersonLeft
            return reply

    async def close(self) -> None:
        """Stop the page and give back the browser."""
        desk, self._desk = self._desk, None
        if desk is not None:
            await desk.close()
        await self.eyes.close()

    async def _look(self, task: Task, messages: Sequence[Message]) -> View:
        content = messages[-1]["content"]
        page, shown, note = find_page(content), None, "There is no page in this message."
        if page is not None:
            try:
                shown = (await self.eyes.render(page.html)).png
            except RenderError as error:
                note = f"This page cannot be drawn: {error}"
        return View(
            turn=self._number,
            request=task.prompt,
            target=(await self.eyes.render(task.hidden)).png,
            shown=shown,
            words=_words(content, page.source if page else ""),
            note=note,
            said=tuple(message["content"] for message in messages[1:] if message["role"] == "user"),
        )


def _words(content: str, source: str) -> str:
    """What the message says beside the page, without the fence around it."""
    words = content.replace(source, "") if source else content
    return "\n".join(line for line in words.splitlines() if line.strip() and not line.startswith("```"))
