"""`dulcet browser install` and `dulcet browser check`: what pages are drawn with."""

import asyncio
from typing import Any

from dulcet.cli.command import Command, Result
from dulcet.sandbox.isolation import Isolation

PROBE = (
    '<h1 style="color:#123456">dulcet</h1><img src="https://picsum.photos/40/30"><img src="https://example.com/a.png">'
)
"""A page that needs a font and a picture, and asks for one thing that it must not get."""


class InstallCommand(Command):
    """Install the browser that pages are drawn with, its styles and its fonts; what is there already is left alone.

    The browser is Debian's chromium-headless-shell where apt-get may be used (as root, or by sudo without a password),
    else the one that Playwright fetches. Styles and fonts come from npm, with exact versions.

    Examples:
        dulcet browser install
    """

    def run(self) -> Result:
        """Install what is missing, then draw a page."""
        from dulcet.benchmarks.frontend.browser.install import install

        install(lambda line: print(line, flush=True))
        return Result(_check(None))


class CheckCommand(Command):
    """Draw a page, and say which browser drew it and what held it.

    Examples:
        dulcet browser check
        dulcet browser check --isolation layered --json -
    """

    isolation: Isolation | None = None
    """What must hold around the browser: process (nothing but that every request is answered here), contained (no
    network, no files), layered (each kept by two layers). Default: contained on Linux, process elsewhere."""

    def run(self) -> Result:
        """Draw it. Raises BrowserError for what is missing, with the command that mends it."""
        return Result(_check(self.isolation))


def _check(isolation: Isolation | None) -> dict[str, Any]:
    from dulcet.benchmarks.frontend.browser.executable import check

    executable = check()
    layers, refused = asyncio.run(_draw(isolation))
    print(f"Browser: {executable}")
    print(f"Isolation: {', '.join(layers)}")
    return {"browser": str(executable), "isolation": layers, "refused": refused}


async def _draw(isolation: Isolation | None) -> tuple[list[str], list[str]]:
    from dulcet.benchmarks.frontend.browser import Browser

    async with Browser(processes=1, isolation=isolation) as browser:
        return browser.layers, list((await browser.render(PROBE)).refused)
