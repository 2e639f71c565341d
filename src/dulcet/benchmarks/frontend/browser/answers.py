"""What a page's requests are answered with: styles and pictures from here, and nothing else."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlsplit

from dulcet.benchmarks.frontend.browser import parts
from dulcet.benchmarks.frontend.browser.pictures import picture
from dulcet.benchmarks.frontend.browser.stylesheet import Stylesheet

_TAILWIND_CSS = re.compile(r"/tailwindcss(?:@[^/]*)?(?:/[^/]*)*?/tailwind(?:\.min)?\.css$")
_OTHER_VERSION = re.compile(r"/tailwindcss[@/]v?(?:0|1|3|4)\b")
LONGEST = 4096
"""Characters of an address that is looked at."""
REPLACED = "Tailwind 2.2.19 was used in place of {url}"


@dataclass(frozen=True)
class Answer:
    """What the browser is handed. `note`: what a person should know about it."""

    body: str
    content_type: str
    note: str = ""


def answer(url: str, source: str) -> Answer | None:
    """The answer to a request of a page with this source, or None: it is refused."""
    address = urlsplit(url) if len(url) <= LONGEST else urlsplit("")
    if address.scheme not in ("http", "https"):
        return None
    if _TAILWIND_CSS.search(address.path):
        return Answer(tailwind(source), "text/css", REPLACED.format(url=url) if _OTHER_VERSION.search(url) else "")
    drawn = picture(url)
    return None if drawn is None else Answer(drawn, "image/svg+xml")


@lru_cache(maxsize=16)
def tailwind(source: str) -> str:
    """Tailwind v2 as far as a page can use it; all of it where the page checks what it gets against a hash."""
    sheet = _tailwind_2()
    return sheet.text if "integrity" in source.lower() else sheet.used_by(source)


@cache
def _tailwind_2() -> Stylesheet:
    return Stylesheet(parts.read(parts.TAILWIND_2))
