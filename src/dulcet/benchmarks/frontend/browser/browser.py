"""A few browser processes that draw pages, one page at a time each."""

import asyncio
from pathlib import Path
from typing import Any, Self

from dulcet.benchmarks.frontend.browser.errors import BrowserError, Failure, RenderError
from dulcet.benchmarks.frontend.browser.limits import PageLimits
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.benchmarks.frontend.structure import read_blocks, script

EXECUTABLE = "/usr/bin/chromium-headless-shell"


class Browser:
    """Draws pages. Safe to use from many tasks of one event loop at once."""

    def __init__(self, limits: PageLimits | None = None, processes: int = 1) -> None:
        self.limits, self.processes = limits or PageLimits(), processes
        self._lock = asyncio.Lock()
        self._driver: Any = None
        self._browser: Any = None

    async def __aenter__(self) -> Self:
        """Start. Raises BrowserError where there is no browser."""
        from playwright.async_api import async_playwright

        if not Path(EXECUTABLE).exists():
            raise BrowserError("there is no browser here", do="Run: dulcet browser install")
        self._driver = await async_playwright().start()
        self._browser = await self._driver.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._browser.close()
        await self._driver.stop()

    async def render(self, html: str) -> Rendered:
        """Draw one page. Raises RenderError for a page that takes too long, is too large or ends its process."""
        if len(html) > self.limits.most_characters:
            raise RenderError(Failure.TOO_LARGE, f"{len(html)} characters")
        async with self._lock:
            context = await self._browser.new_context(
                java_script_enabled=False, offline=True, viewport={"width": 1280, "height": 720}
            )
            try:
                page = await context.new_page()
                await page.set_content(html)
                png = await page.screenshot(full_page=True)
                size = await page.evaluate(
                    "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
                )
                return Rendered(png, size[0], size[1], read_blocks(await page.evaluate(script()), png))
            finally:
                await context.close()
