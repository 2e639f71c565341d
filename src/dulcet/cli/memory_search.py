"""`dulcet memory search`: find something in a memory."""

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro
from pydantic import Field
from rich.console import Console
from rich.markup import escape
from tyro.conf import Positional

from dulcet.cli.command import Result
from dulcet.cli.memory_file import SearchableCommand
from dulcet.memory.base import PAGE_SIZE, Mode

if TYPE_CHECKING:
    from dulcet.memory.base import Entry, Memory, Page, Passage


MEANING: tuple[Mode, ...] = ("hybrid", "vectors", "rrf")
"""The modes that search by meaning where the memory has vectors."""


class SearchCommand(SearchableCommand):
    """Find something in a memory, best first: in the messages, in the archive, or in both.

    The exit code is 1 where there is nothing to show. With vectors (hybrid, vectors, rrf) every row is more or less
    near in meaning: the nearest are shown, also where none speaks of it; --mode bm25 finds words alone.

    Examples:
        dulcet memory search mine.memory "when did I move to Oslo"
        dulcet memory search mine.memory Oslo --place messages --mode literal --page 2
    """

    query: Annotated[Positional[str], tyro.conf.arg(metavar="QUERY")]
    """What to look for."""
    place: Literal["both", "messages", "archive"] = "both"
    """Where to look."""
    mode: Mode = "hybrid"
    """How: hybrid is best; literal finds the query word for word, oldest first."""
    page: int = Field(default=1, ge=1)
    """Which page of the results, counted from 1."""
    size: int = Field(default=PAGE_SIZE, ge=1)
    """Results on a page."""

    def run(self) -> Result:
        """Search and show."""
        console, found = Console(file=sys.stdout), {}
        with self.opened(self.embedder) as (store, memory):
            nearest = store.identity.get("embedder") is not None and self.mode in MEANING
            for place, page in self._pages(memory):
                found[place] = show(console, place, page, nearest=nearest)
        total = sum(one["total"] for one in found.values())
        return Result({"query": self.query, **found}, exit_code=0 if total else 1)

    def _pages(self, memory: "Memory") -> "list[tuple[str, Page[Any]]]":
        asked: dict[str, Any] = {"page": self.page - 1, "size": self.size, "mode": self.mode}
        pages: list[tuple[str, Page[Any]]] = []
        if self.place != "archive":
            pages.append(("messages", memory.recall.search(self.query, **asked)))
        if self.place != "messages":
            pages.append(("archive", memory.archival.search(self.query, **asked)))
        return pages


def show(console: Console, place: str, page: "Page[Entry] | Page[Passage]", *, nearest: bool = False) -> dict[str, Any]:
    """Print a page; the same as JSON. `nearest`: what is near in meaning is on it, whether or not it is an answer."""
    where = f"page {page.page + 1} of {page.pages}" if page.pages else "nothing"
    if page.page >= page.pages > 0:
        where = f"there is no page {page.page + 1}, the last is {page.pages}"
    found = "nearest in words and meaning" if nearest and page.total else "found"
    console.print(f"[bold]{place}[/]: {page.total} {found}, {where}")
    items: tuple[Entry | Passage, ...] = page.items
    rows = [{"id": item.id, "time": item.time.isoformat(), "who": who(item), "text": item.text} for item in items]
    for item in items:
        head = " ".join(filter(None, [f"#{item.id}", f"{item.time:%Y-%m-%d %H:%M}", who(item)]))
        console.print(f"  [dim]{escape(head)}[/] {escape(item.text)}")
    return {"total": page.total, "page": page.page + 1, "pages": page.pages, "rows": rows}


def who(row: "Entry | Passage") -> str:
    """The speaker of a message; nobody for a passage."""
    return str(row.meta.get("speaker") or getattr(row, "role", ""))
