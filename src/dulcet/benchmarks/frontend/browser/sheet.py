"""One page's place in a browser: a context of its own, in which its scripts do not run and nothing is let out."""

import asyncio
import base64
from functools import cache
from pathlib import Path
from typing import Any, Self

from dulcet.benchmarks.frontend.browser import tailor
from dulcet.benchmarks.frontend.browser.answers import answer
from dulcet.benchmarks.frontend.browser.errors import Failure, RenderError
from dulcet.benchmarks.frontend.browser.limits import PageLimits
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.benchmarks.frontend.structure import read_blocks, script

ADDRESS = "http://page.invalid/"
POLICY = "sandbox; script-src 'none'; object-src 'none'; frame-src 'none'; worker-src 'none'; form-action 'none'"
"""Sent with the page. Its scripts are off anyway; this is the second lock."""
COMMON = {
    "device_scale_factor": 1, "locale": "en-US", "timezone_id": "UTC", "color_scheme": "light", "offline": True,
    "service_workers": "block", "accept_downloads": False,
}  # fmt: skip


class Sheet:
    """Opened with `open`, used for one page, then closed."""

    def __init__(self, browser: Any, context: Any, limits: PageLimits) -> None:
        self._browser, self._context, self._limits = browser, context, limits
        self._page: Any = None
        self._session: Any = None
        self._source = ""
        self._served: str | None = None
        self._asked, self._too_many = 0, asyncio.Event()
        self._refused: dict[str, None] = {}
        self._notes: dict[str, None] = {}

    @classmethod
    async def open(cls, browser: Any, limits: PageLimits) -> Self:
        """A new sheet of a browser of Playwright."""
        window = {"width": limits.width, "height": limits.height}
        context = await browser.new_context(java_script_enabled=False, viewport=window, **COMMON)
        sheet = cls(browser, context, limits)
        await context.route("**/*", sheet._answer)
        sheet._page = await context.new_page()
        sheet._session = await context.new_cdp_session(sheet._page)
        await sheet._session.send("Animation.enable")
        await sheet._session.send("Animation.setPlaybackRate", {"playbackRate": 0})  # in shadow trees, too
        return sheet

    async def close(self) -> None:
        """Close the context: nothing of the page is left."""
        await self._context.close()

    async def draw(self, source: str) -> Rendered:
        """Draw a page. Raises RenderError for one that is too large, and Playwright's errors."""
        self._source = source
        self._served = await self._dress(source)
        await self._load()
        found = await self._page.evaluate(_survey(), self._limits.most_elements)
        self._check(found)
        for url in found["framed"]:
            self._refused[url] = None
        claimed = await self._page.evaluate(script())
        height = self._height(found["height"])
        png = await self._picture(height)
        blocks = await asyncio.to_thread(read_blocks, claimed, png)
        return Rendered(png, self._limits.width, height, blocks, tuple(sorted(self._refused)), tuple(self._notes))

    async def _load(self) -> None:
        """Load the page. A page with too many requests is not waited for."""
        loading = asyncio.create_task(self._page.goto(ADDRESS, wait_until="load", timeout=0))
        too_many = asyncio.create_task(self._too_many.wait())
        try:
            await asyncio.wait({loading, too_many}, return_when=asyncio.FIRST_COMPLETED)
            if too_many.done():
                raise RenderError(Failure.TOO_LARGE, f"more than {self._limits.most_requests} requests")
            await loading
        finally:
            loading.cancel()
            too_many.cancel()
            await asyncio.gather(loading, too_many, return_exceptions=True)

    async def _dress(self, source: str) -> str:
        """The page with the styles that it would have made by a script."""
        if not tailor.may_bring(source):
            return source
        context = await self._browser.new_context(**COMMON)
        try:
            await context.route("**/*", lambda route: route.abort())
            css = await tailor.styles(await context.new_page(), source, self._notes)
        finally:
            await context.close()
        return tailor.dressed(source, css) if css else source

    def _check(self, found: dict[str, Any]) -> None:
        if found["elements"] > self._limits.most_elements:
            what = f"{found['elements']} elements, more than {self._limits.most_elements}"
            raise RenderError(Failure.TOO_LARGE, what)
        if found["pixels"] > self._limits.most_pixels:
            raise RenderError(Failure.TOO_LARGE, f"its pictures have {found['pixels'] / 1e6:.0f} million pixels")

    def _height(self, found: int) -> int:
        if found > self._limits.most_height:
            self._notes[f"the page is {found} pixels high; the picture ends at {self._limits.most_height}"] = None
        return min(max(found, self._limits.height), self._limits.most_height)

    async def _picture(self, height: int) -> bytes:
        """The page from its top, `height` pixels, in a format that loses nothing."""
        clip = {"x": 0, "y": 0, "width": self._limits.width, "height": height, "scale": 1}
        found = await self._session.send(
            "Page.captureScreenshot",
            {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": True, "clip": clip},
        )
        return base64.b64decode(found["data"])

    async def _answer(self, route: Any, request: Any) -> None:
        """Answer a request from here, or refuse and count it."""
        if request.url == ADDRESS and self._served is not None:
            served, self._served = self._served, None  # once: a page that sends itself elsewhere stays where it is
            headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": POLICY}
            await route.fulfill(body=served, headers=headers)
            return
        self._asked += 1
        if self._asked > self._limits.most_requests:
            self._too_many.set()
            await route.abort()
            return
        found = answer(request.url, self._source)
        if found is None:
            self._refused[request.url] = None
            await (route.fulfill(status=204) if request.is_navigation_request() else route.abort())
            return
        if found.note:
            self._notes[found.note] = None
        await route.fulfill(
            body=found.body, headers={"content-type": found.content_type, "access-control-allow-origin": "*"}
        )


@cache
def _survey() -> str:
    return (Path(__file__).parent / "survey.js").read_text(encoding="utf-8")
