"""One browser for all who look at pages in one event loop: designer and grader share its processes and its memory.

eyes = SharedBrowser()
rendered = await eyes.render(html)      # the first one to look starts the browser
await eyes.close()                      # the last one to close ends it
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakKeyDictionary

from dulcet.benchmarks.frontend.browser import Browser
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.sandbox.isolation import Isolation

UNDER_WAY = 16
"""Pages looked at in the same moment; the browser draws as many as it has processes."""
One = TypeVar("One")
Found = TypeVar("Found")


@dataclass
class _Running:
    """The browser of one event loop, and how many use it."""

    browser: Browser | None = None
    users: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


_RUNNING: WeakKeyDictionary[asyncio.AbstractEventLoop, _Running] = WeakKeyDictionary()


class SharedBrowser:
    """A right to use the event loop's browser, which is started and ended as it is needed."""

    def __init__(self, processes: int | None = None, isolation: Isolation | None = None) -> None:
        """What the browser is opened with, where this is the first one to look (see `Browser`)."""
        self.processes, self.isolation = processes, isolation
        self._mine: _Running | None = None

    async def render(self, html: str) -> Rendered:
        """Draw one page. Raises RenderError for a page that cannot be drawn, BrowserError where there is no browser."""
        running = _RUNNING.setdefault(asyncio.get_running_loop(), _Running())
        async with running.lock:
            if running.browser is None:
                running.browser = await Browser(processes=self.processes, isolation=self.isolation).__aenter__()
            if self._mine is None:
                self._mine = running
                running.users += 1
        return await running.browser.render(html)

    @property
    def layers(self) -> list[str]:
        """What holds around every page; known once the first was drawn."""
        return self._mine.browser.layers if self._mine and self._mine.browser else []

    async def close(self) -> None:
        """Give the right back; a second call does nothing."""
        running, self._mine = self._mine, None
        if running is None:
            return
        async with running.lock:
            running.users -= 1
            if running.users == 0 and running.browser is not None:
                browser, running.browser = running.browser, None
                await browser.__aexit__(None, None, None)


async def each(
    things: Sequence[One], work: Callable[[One], Awaitable[Found]], on_done: Callable[[], None] | None = None
) -> list[Found]:
    """What `work` makes of each thing, in their order, a few at a time."""
    door = asyncio.Semaphore(UNDER_WAY)

    async def one(thing: One) -> Found:
        async with door:
            found = await work(thing)
        if on_done is not None:
            on_done()
        return found

    return list(await asyncio.gather(*(one(thing) for thing in things)))
