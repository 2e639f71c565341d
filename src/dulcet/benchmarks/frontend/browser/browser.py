"""A few browser processes that draw pages, one page at a time each."""

import asyncio
import hashlib
import signal
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Self

from dulcet.benchmarks.frontend.browser.answers import tailwind
from dulcet.benchmarks.frontend.browser.errors import Failure, RenderError
from dulcet.benchmarks.frontend.browser.executable import check
from dulcet.benchmarks.frontend.browser.limits import PageLimits
from dulcet.benchmarks.frontend.browser.process import Process
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.errors import MissingDependencyError
from dulcet.sandbox.isolation import Isolation
from dulcet.sandbox.pool import cores

MOST_KEPT, MOST_BYTES = 1000, 128 << 20
"""Pages that are kept, the latest used, for when one is asked for again, and bytes of their pictures."""


@contextmanager
def _not_interrupted() -> Iterator[None]:
    """What is started here does not hear Ctrl-C: it reaches this process alone, which then ends the others in order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def require() -> None:
    """Raises MissingDependencyError without Playwright, and what `check` raises for what else is missing."""
    try:
        import playwright.async_api  # noqa: F401 - whether it is there is all that is asked
    except ImportError as error:
        raise MissingDependencyError("playwright", "frontend") from error
    check()


class Browser:
    """Draws pages. Safe to use from many tasks of one event loop at once.

    `processes`: how many pages at a time (default: as many as there are cores, four at most); `isolation`: what must
    hold around them (default: what `Isolation.default` says), or BrowserError and SandboxError.
    """

    def __init__(
        self, limits: PageLimits | None = None, processes: int | None = None, isolation: Isolation | None = None
    ) -> None:
        self.limits, self.isolation = limits or PageLimits(), isolation
        self.count = processes or min(cores(), 4)
        self._stack = AsyncExitStack()
        self._processes: list[Process] = []
        self._free: asyncio.Queue[Process] = asyncio.Queue()
        self._kept: OrderedDict[bytes, Rendered] = OrderedDict()
        self._drawing: dict[bytes, asyncio.Task[Rendered]] = {}
        self._bytes = 0

    @property
    def layers(self) -> list[str]:
        """What holds around every page: the kernel's layers, and that no request is let through."""
        return [*self._processes[0].layers, "interception"] if self._processes else []

    async def __aenter__(self) -> Self:
        """Start. Raises BrowserError where something is missing or does not start, SandboxError for want of layers."""
        require()
        from playwright.async_api import async_playwright

        try:
            await asyncio.to_thread(tailwind, "")  # taken apart before the first page's time begins
            with _not_interrupted():
                driver = await self._stack.enter_async_context(async_playwright())
            for _ in range(self.count):
                process = Process(driver, self.limits, self.isolation)
                self._stack.push_async_callback(process.close)
                await process.start()
                self._processes.append(process)
                self._free.put_nowait(process)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        """End all processes."""
        for task in list(self._drawing.values()):
            task.cancel()
        await asyncio.gather(*self._drawing.values(), return_exceptions=True)
        await self._stack.aclose()

    async def render(self, html: str) -> Rendered:
        """Draw one page; the same page is drawn once.

        Raises RenderError for a page that takes too long, is too large or ends its process.
        """
        if len(html) > self.limits.most_characters:
            what = f"{len(html)} characters, more than {self.limits.most_characters}"
            raise RenderError(Failure.TOO_LARGE, what)
        key = hashlib.sha256(html.encode("utf-8", "replace")).digest()
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept
        if key not in self._drawing:
            self._drawing[key] = task = asyncio.create_task(self._draw(key, html))
            task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._drawing[key])

    async def _draw(self, key: bytes, html: str) -> Rendered:
        try:
            process = await self._free.get()
            try:
                rendered = await process.draw(html.encode("utf-8", "replace").decode())
            finally:
                self._free.put_nowait(process)
        finally:
            del self._drawing[key]
        self._keep(key, rendered)
        return rendered

    def _keep(self, key: bytes, rendered: Rendered) -> None:
        self._kept[key] = rendered
        self._bytes += len(rendered.png)
        while self._bytes > MOST_BYTES or len(self._kept) > MOST_KEPT:
            self._bytes -= len(self._kept.popitem(last=False)[1].png)
