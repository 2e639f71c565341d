"""Draws pages that nobody trusts, in a real browser without a network, the same way each time.

async with Browser() as browser:
    rendered = await browser.render("<h1>Hello</h1>")
"""

from dulcet.benchmarks.frontend.browser.browser import Browser
from dulcet.benchmarks.frontend.browser.errors import BrowserError, Failure, RenderError
from dulcet.benchmarks.frontend.browser.limits import PageLimits

__all__ = ["Browser", "BrowserError", "Failure", "PageLimits", "RenderError"]
