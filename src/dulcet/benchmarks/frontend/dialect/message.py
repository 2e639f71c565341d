"""Finds the page in a message of the agent: HTML or the dialect, in a fence or bare.

What decides: a closed or open `<html>`; else `<body>`; else a fenced block; else lines of the dialect. A message may
hold several pages; the last one of the first form that is there counts, as later words amend earlier ones.
"""

import re
from dataclasses import dataclass
from typing import Literal

from dulcet.benchmarks.frontend.dialect.compile import compile_page
from dulcet.benchmarks.frontend.dialect.parse import DialectError, read_page
from dulcet.benchmarks.frontend.dialect.spec import KINDS

_HTML = re.compile(r"(?:<!doctype[^>]*>\s*)?<html\b.*?(?:</html\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_BODY = re.compile(r"<body\b.*?(?:</body\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_FENCE = re.compile(r"^[ \t]*```[ \t]*(?P<language>[\w+-]*)[^\n]*\n(?P<code>.*?)(?:^[ \t]*```|\Z)", re.M | re.S)
_FIRST_WORD = re.compile(rf"^[ \t]*(?:{'|'.join(['page', *KINDS])})\b[^|\n]*(?:\||$)", re.IGNORECASE | re.MULTILINE)
_TAG = re.compile(r"<[a-z][a-z0-9]*[\s>]", re.IGNORECASE)


@dataclass(frozen=True)
class FoundPage:
    """A page in a message."""

    html: str
    """What a browser is given: compiled, where the message holds the dialect."""
    form: Literal["html", "dialect"]
    source: str
    """What the agent wrote."""
    faults: tuple[DialectError, ...] = ()
    """Lines of the dialect that could not be read and were left out."""


def is_dialect(text: str) -> bool:
    """Whether the first line that says something is a line of the dialect."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return _FIRST_WORD.match(first) is not None and not _TAG.search(first)


def find_page(message: str) -> FoundPage | None:
    """The page that a message shows, or None where it holds none."""
    for pattern in (_HTML, _BODY):
        found = [match.group() for match in pattern.finditer(message)]
        if found:
            return FoundPage(found[-1].strip(), "html", found[-1].strip())
    for block in reversed(list(_FENCE.finditer(message))):
        page = _of_text(block["code"].strip("\n"))
        if page is not None:
            return page
    return _of_text(_bare(message))


def _of_text(text: str) -> FoundPage | None:
    if is_dialect(text):
        reading = read_page(text)
        if reading.page.sections:
            return FoundPage(compile_page(reading.page), "dialect", text.strip(), reading.faults)
        return None
    return FoundPage(text.strip(), "html", text.strip()) if _TAG.search(text) else None


def _bare(message: str) -> str:
    """The message from the first line of the dialect on, where there is one: words may come before."""
    if _TAG.search(message):
        return message
    start = _FIRST_WORD.search(message)
    return message[start.start() :] if start else message
