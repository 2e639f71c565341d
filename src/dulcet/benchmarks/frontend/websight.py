"""Rows of WebSight v0.2 (arXiv 2403.09029) as tasks: ColBench's Frontend Design is made from them.

`llm_generated_idea` is the request and `text` the page. Pictures come from a service that has closed: their addresses
become picsum's number 48 of the same size, as in ColBench's rows, so that a renderer can answer them.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

PICTURE = "https://picsum.photos/id/48/{width}/{height}"
USUAL_SIZE = (600, 400)
"""Width and height in pixels of a picture whose address says none."""
LARGEST = 5000
"""Pixels; picsum gives no wider or higher picture."""

_ADDRESS = re.compile(r"https?://(?:source|images)\.unsplash\.com[^\s\"'()<>\\]*", re.IGNORECASE)
_SIZE = re.compile(r"/(\d+)x(\d+)(?=[/?&]|$)", re.IGNORECASE)


def is_websight(row: Mapping[str, Any]) -> bool:
    """Whether a row has WebSight's fields and not ColBench's."""
    return "llm_generated_idea" in row and "text" in row and "ground_truth" not in row


def rewrite_pictures(html: str) -> str:
    """The page with every address of the closed service replaced; the same page for the same page."""
    return _ADDRESS.sub(lambda match: _picture(match.group()), html)


def _picture(address: str) -> str:
    width, height = _size(address.replace("&amp;", "&"))
    return PICTURE.format(width=width, height=height)


def _size(address: str) -> tuple[int, int]:
    """Width and height in pixels that an address asks for: `/300x200/`, or `?w=300&h=200`."""
    parts = urlsplit(address)
    if (match := _SIZE.search(parts.path)) is not None:
        return _within(int(match[1])), _within(int(match[2]))
    query = parse_qs(parts.query)
    width, height = _number(query, "w"), _number(query, "h")
    usual_width, usual_height = USUAL_SIZE
    if width is None and height is None:
        return USUAL_SIZE
    if width is None:
        return _within(round((height or 0) * usual_width / usual_height)), _within(height or 0)
    return _within(width), _within(height if height is not None else round(width * usual_height / usual_width))


def _number(query: dict[str, list[str]], name: str) -> int | None:
    text = query.get(name, [""])[0]
    return int(text) if text.isascii() and text.isdigit() else None


def _within(pixels: int) -> int:
    return max(1, min(LARGEST, pixels))
