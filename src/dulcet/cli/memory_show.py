"""`dulcet memory show`: what a memory holds."""

import sys
from typing import TYPE_CHECKING, Any

from pydantic import Field
from rich.console import Console
from rich.markup import escape

from dulcet.cli.command import Result
from dulcet.cli.memory_file import MemoryCommand, several

if TYPE_CHECKING:
    from dulcet.memory.base import Memory


class ShowCommand(MemoryCommand):
    """Show what a memory holds: its working context, the summary of what left the window, and the newest of the rest.

    Examples:
        dulcet memory show mine.memory
        dulcet memory show mine.memory --user ann --last 20 --json -
    """

    last: int = Field(default=5, ge=0)
    """How many of the newest messages and passages are shown."""

    def run(self) -> Result:
        """Show it."""
        with self.opened() as (store, memory):
            held = {"memories": [list(pair) for pair in store.agents()], **holdings(memory, self.last)}
        print_holdings(Console(file=sys.stdout), held)
        return Result(held)


def holdings(memory: "Memory", last: int) -> dict[str, Any]:
    """What a memory holds, as JSON; of messages (those that were spoken) and passages the newest `last`."""
    state = memory.state()
    spoken = [entry for entry in memory.recall.last(8 * last) if entry.role in ("user", "assistant")]
    return {
        "role": memory.agent,
        "user": memory.user,
        "messages": memory.recall.count(),
        "passages": memory.archival.count(),
        "turns": len(memory.turns()),
        "hidden_messages": state.get("hidden", 0),
        "working_context": state.get("blocks", {}),
        "summary": state.get("summary", ""),
        "last_messages": [_row(one, one.role) for one in spoken[max(0, len(spoken) - last) :]],
        "last_passages": [_row(one, "") for one in memory.archival.last(last)],
    }


def print_holdings(console: Console, held: dict[str, Any]) -> None:
    """The same for people."""
    entries = "1 entry" if held["messages"] == 1 else f"{held['messages']} entries"
    console.print(
        f"{several(held['turns'], 'turn')}; {entries} in recall storage, {held['hidden_messages']} out of view; "
        f"{several(held['passages'], 'passage')} in the archive"
    )
    for name, text in held["working_context"].items():
        console.print(f"[bold]{escape(name)}[/]\n{escape(text) or '[dim](empty)[/]'}")
    if held["summary"]:
        console.print(f"[bold]summary of what left the window[/]\n{escape(held['summary'])}")
    for title in ("last_messages", "last_passages"):
        if held[title]:
            console.print(f"[bold]{title.replace('_', ' ')}[/]")
        for row in held[title]:
            head = " ".join(filter(None, [f"#{row['id']}", row["time"][:16].replace("T", " "), row["who"]]))
            console.print(f"  [dim]{escape(head)}[/] {escape(row['text'])}")


def _row(item: Any, role: str) -> dict[str, Any]:
    who = str(item.meta.get("speaker") or role)
    return {"id": item.id, "time": item.time.isoformat(), "who": who, "text": item.text}
