"""What a message of the agent means when a page is made: every message may show one, the last one shown is the answer.

The order that the agent is asked for is thoughts, `OUTPUT:`, page; the answer marker ends the episode wherever it
stands, but for inside a page. In `paper` mode a marker before `OUTPUT:` is lost and the episode goes on, as in the
released code. docs/protocol.md has the table.
"""

import re
from collections.abc import Sequence

from dulcet.benchmarks.frontend.dialect import FoundPage, find_page
from dulcet.protocol import ANSWER_MARKER, FIRST_ANSWER, OUTPUT_MARKER, PAPER_NO_ANSWER, Mode, Parsed

_CLOSED = re.compile(
    r"<html\b.*?</html\s*>|<body\b.*?</body\s*>|^[ \t]*```[^\n]*\n.*?^[ \t]*```",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
"""Whole pages and closed fences: what they say is no word of the agent's."""
_PAPER_PAGES = (re.compile(r"<html\b.*?</html>", re.DOTALL), re.compile(r"<body\b.*?</body>", re.DOTALL))


def parse(text: str, mode: Mode, *, last: bool, earlier: Sequence[str]) -> Parsed:
    """Take one message apart; `earlier` are the contents of the messages before, oldest first."""
    return _parse_paper(text, last, earlier) if mode == "paper" else _parse_default(text, last, earlier)


def _parse_default(text: str, last: bool, earlier: Sequence[str]) -> Parsed:
    outside = _CLOSED.sub(lambda page: " " * len(page.group()), text)
    marker = FIRST_ANSWER.search(outside)
    divider = outside.find(OUTPUT_MARKER, 0, marker.start() if marker else len(text))
    thought = text[:divider].strip() if divider >= 0 else ""
    said = divider + len(OUTPUT_MARKER) if divider >= 0 else 0
    content = text[said:].strip()
    if marker is None and not last:
        return Parsed(thought, content, complete=False)
    before, after = (text[said : marker.start()], text[marker.end() :]) if marker else (content, "")
    page = find_page(after) or find_page(before)
    answer = page.source if page else _last_shown(earlier)
    return Parsed(
        thought, content, answer, marked=marker is not None, complete=page is not None and _closed(page, text)
    )


def _last_shown(earlier: Sequence[str]) -> str:
    """The latest page, "" where none was shown."""
    return next((page.source for content in reversed(earlier) if (page := find_page(content))), "")


def _closed(page: FoundPage, text: str) -> bool:
    """Whether the page surely ends before the message does."""
    if page.source.lower().endswith(("</html>", "</body>")):
        return True
    return any(page.source in whole.group() for whole in _CLOSED.finditer(text))


def _parse_paper(text: str, last: bool, earlier: Sequence[str]) -> Parsed:
    pieces = text.split(OUTPUT_MARKER)
    thought, content = (pieces[0], pieces[1]) if len(pieces) > 1 else ("", text)
    marked = ANSWER_MARKER in content
    if not (marked or last):
        return Parsed(thought, content)
    shown = (page for said in (content, *reversed(earlier)) if (page := _paper_page(said)))
    return Parsed(thought, content, next(shown, PAPER_NO_ANSWER), marked=marked)


def _paper_page(content: str) -> str | None:
    found = (pattern.search(content) for pattern in _PAPER_PAGES)
    return next((match.group() for match in found if match), None)
