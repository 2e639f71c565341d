"""One browser process: started confined, one page at a time, started anew when it is lost."""

import asyncio
import os
import signal
from contextlib import suppress
from typing import Any

from dulcet.benchmarks.frontend.browser.confinement import OWN_SANDBOX, Confined
from dulcet.benchmarks.frontend.browser.errors import BrowserError, Failure, RenderError
from dulcet.benchmarks.frontend.browser.executable import VARIABLE
from dulcet.benchmarks.frontend.browser.limits import PageLimits
from dulcet.benchmarks.frontend.browser.sheet import Sheet
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.sandbox.isolation import Isolation

FLAGS = (
    # the same pixels everywhere
    "--disable-gpu", "--hide-scrollbars", "--font-render-hinting=none", "--disable-lcd-text", "--lang=en-US",
    "--force-color-profile=srgb", "--disable-partial-raster", "--blink-settings=imageAnimationPolicy=2",
    # nothing that leads out, even where there are no namespaces
    "--host-resolver-rules=MAP * ~NOTFOUND", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp", "--no-pings", "--dns-prefetch-disable",
    "--disable-dev-shm-usage",
)  # fmt: skip
GRACE = 3.0
"""Seconds that closing a page or the browser may take before the process is killed."""


class Process:
    """One browser process and the sheet that its next page goes on. `driver`: Playwright's."""

    def __init__(self, driver: Any, limits: PageLimits, isolation: Isolation | None) -> None:
        self._driver, self._limits = driver, limits
        self._confined = Confined(isolation)
        self._browser: Any = None
        self._next: asyncio.Task[Sheet] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._sick = False

    @property
    def layers(self) -> list[str]:
        """What holds around this process."""
        return self._confined.layers

    async def start(self) -> None:
        """Start the process. Raises BrowserError where it does not start."""
        from playwright.async_api import Error

        try:
            self._browser = await self._driver.chromium.launch(
                executable_path=self._confined.file, chromium_sandbox=OWN_SANDBOX in self.layers, args=list(FLAGS),
                handle_sigint=False, handle_sigterm=False, handle_sighup=False,
            )  # fmt: skip
        except Error as error:
            said = next((line for line in str(error).splitlines() if line.strip()), "it said nothing")
            held = ", ".join(self.layers) or "nothing"
            do = f"Set {VARIABLE} to a Chromium that runs here; what held this one: {held}."
            where = str(self._confined.executable)
            raise BrowserError(f"the browser does not start ({said})", where=where, do=do) from error
        self._sick = False
        self._next = self._open()

    async def draw(self, source: str) -> Rendered:
        """Draw one page, on a sheet that no other page was on. Raises RenderError."""
        try:
            return await self._try(source)
        except RenderError as error:
            if error.kind != Failure.LOST:
                raise
        return await self._try(source)

    async def _try(self, source: str) -> Rendered:
        """One attempt; after one that fails the process is in order again, or another."""
        from playwright.async_api import Error

        if self._sick:
            await self._restart()
        sheet: Sheet | None = None
        try:
            async with asyncio.timeout(self._limits.seconds):
                sheet = await self._take()
                drawn = await sheet.draw(source)
        except BaseException as error:
            await self._put_away(sheet)
            if isinstance(error, TimeoutError):
                raise RenderError(Failure.TIMEOUT, f"not drawn within {self._limits.seconds:g} s") from error
            if isinstance(error, Error):
                raise self._failure(error) from error
            raise
        self._closing = asyncio.create_task(self._put_away(sheet))
        return drawn

    def _failure(self, error: Exception) -> RenderError:
        if self._sick:
            return RenderError(Failure.LOST, "the browser ended")
        return RenderError(Failure.CRASHED, str(error).splitlines()[0])

    async def _take(self) -> Sheet:
        """A fresh sheet; the one after it is begun with, and the one before it is gone."""
        if self._closing is not None:
            await self._closing
        taken, self._next = self._next or self._open(), self._open()
        try:
            return await taken
        except asyncio.CancelledError:
            taken.cancel()
            raise

    def _open(self) -> asyncio.Task[Sheet]:
        task = asyncio.create_task(Sheet.open(self._browser, self._limits))
        task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return task

    async def _put_away(self, sheet: Sheet | None) -> None:
        """Close a sheet. A process that does not manage to cannot be trusted any more."""
        try:
            async with asyncio.timeout(GRACE):
                if sheet is not None:
                    await sheet.close()
            self._sick = self._sick or sheet is None or not self._browser.is_connected()
        except Exception:  # whatever it was
            self._sick = True

    async def _restart(self) -> None:
        await self.stop()
        await self.start()

    async def stop(self) -> None:
        """End the process, in order where it still listens."""
        pending = [task for task in (self._next, self._closing) if task is not None]
        self._next = self._closing = None
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        try:
            async with asyncio.timeout(GRACE):
                await self._browser.close()
        except Exception:  # it does not listen
            self.kill()

    def kill(self) -> None:
        """End the process at once, and all that it started."""
        with suppress(OSError, ValueError):
            os.kill(int(self._confined.process.read_text()), signal.SIGKILL)

    async def close(self) -> None:
        """End the process for good."""
        if self._browser is not None:
            await self.stop()
        self._confined.close()
