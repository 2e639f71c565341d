"""What a tool gives back, in as many tokens as it may take."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dulcet.memory.base import Entry, Page, Passage
from dulcet.memory.events import stamp
from dulcet.memory.items import Item, cut
from dulcet.memory.tokens import Counter
from dulcet.memory.tools.errors import CallError


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
    low, high = 16, max(16, *(len(row.text) for row in page.items))
    while low < high:
        middle = (low + high + 1) // 2
        fits = counter.text(_rows(page.items, middle, query, times)) <= most
        low, high = (middle, high) if fits else (low, middle - 1)
    return Result(_rows(page.items, low, query, times), where)


def _rows(items: Sequence[Entry | Passage], most: int, query: str, times: bool) -> str:
    return "\n".join(f"[{_head(row, times)}] {cut(row.text, most, _place(row.text, query))}" for row in items)


def _head(row: Entry | Passage, times: bool) -> str:
    who = [str(row.meta.get("speaker") or row.role)] if isinstance(row, Entry) else []
    return " ".join([f"#{row.id}", *([stamp(row.time)] if times else []), *who])


def _place(text: str, query: str) -> str:
    """The piece of the query to show the text around: all of it, or its longest word that stands there."""
    folded = text.lower()
    words = sorted(re.findall(r"\w{3,}", query), key=len, reverse=True)
    return next((piece for piece in [query, *words] if piece and piece.lower() in folded), "")
