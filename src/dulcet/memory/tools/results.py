"""What a tool gives back, in as many tokens as it may take."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dulcet.memory.base import Entry, Page, Passage
from dulcet.memory.events import stamp
from dulcet.memory.items import Item, cut
from dulcet.memory.tokens import Counter, largest
from dulcet.memory.tools.errors import CallError

GLIMPSE = 48
"""Characters of a row for which there is no room."""


@dataclass(frozen=True)
class Result:
    """What came of one call."""

    text: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    """Plain JSON values beside the text, e.g. the page and how many there are."""
    fault: CallError | None = None

    def item(self, call: str, time: datetime) -> Item:
        """The result as it stands in the queue."""
        if self.fault is not None:
            details = {"status": "failed", "error": self.fault.fault}
            return Item("result", "tool", self.fault.message, time, details=details, answers=call)
        return Item("result", "tool", self.text, time, details={"status": "ok", **self.details}, answers=call)


def page_result(
    page: Page[Entry] | Page[Passage], counter: Counter, most: int, *, query: str = "", times: bool = True
) -> Result:
    """A page of a search in about `most` tokens: of long rows the part where the query stands is shown."""
    where = {"page": page.page, "pages": page.pages, "total": page.total}
    if not page.items:
        text = "There is no such page." if page.total else "Nothing was found."
        return Result(text, where)
    text = _fitted(page.items, counter, most, query, times)
    return Result(text, where)


def _fitted(items: Sequence[Entry | Passage], counter: Counter, most: int, query: str, times: bool) -> str:
    """The rows: as many of the first as can be whole, the next in part, of the others a glimpse."""

    def rows(limits: Sequence[int]) -> str:
        pieces = zip(items, limits, strict=True)
        return "\n".join(
            f"[{_head(row, times)}] {cut(row.text, limit, _place(row.text, query))}" for row, limit in pieces
        )

    def fits(limits: Sequence[int]) -> bool:
        return counter.text(rows(limits)) <= most

    limits = [largest(lambda size: fits([size] * len(items)), GLIMPSE)] * len(items)
    for index, row in enumerate(items):
        before, after = limits[:index], limits[index + 1 :]
        limits[index] = max(limits[index], largest(lambda size: fits([*before, size, *after]), len(row.text)))  # noqa: B023
        if limits[index] < len(row.text):
            break
    return rows(limits)


def _head(row: Entry | Passage, times: bool) -> str:
    who = [str(row.meta.get("speaker") or row.role)] if isinstance(row, Entry) else []
    return " ".join([f"#{row.id}", *([stamp(row.time)] if times else []), *who])


def _place(text: str, query: str) -> str:
    """The piece of the query to show the text around: all of it, or its longest word that stands there."""
    folded = text.lower()
    words = sorted(re.findall(r"\w{3,}", query), key=len, reverse=True)
    return next((piece for piece in [query, *words] if piece and piece.lower() in folded), "")
