"""A real person at the terminal: reads the agent's message, types a line."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from dulcet.errors import DulcetError
from dulcet.task import Task
from dulcet.trajectory import Message

VERSION = "1"
HELP = "Type your answer. /hidden shows what only you know, /quit ends."


class PersonLeft(DulcetError):  # noqa: N818  (leaving is no error of the person's)
    """The person at the terminal ended the conversation. Exit code 0: that is allowed."""

    exit_code = 0

    def __init__(self) -> None:
        super().__init__("the person left the conversation")


class TerminalHuman:
    """The person (kind `terminal`). One conversation at a time; others wait for their turn."""

    def __init__(self, console: Console | None = None, read: Callable[[str], str] = input) -> None:
        self.console, self.read = console or Console(), read
        self._turn = asyncio.Lock()
        self._greeted = False

    @property
    def identity(self) -> dict[str, Any]:
        """Who this is, for every result file."""
        return {"kind": "terminal", "name": "person at the terminal", "version": VERSION}

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        """Show the agent's last message and wait for a line. Raises PersonLeft for /quit and at the end of input."""
        async with self._turn:
            self._show("agent", messages[-1]["content"], "cyan")
            if not self._greeted:
                self.console.print(HELP, style="dim")
                self._greeted = True
            while True:
                line = (await read_line(self.read, "you> ")).strip()
                if line == "/quit":
                    raise PersonLeft
                if line == "/hidden":
                    self._show("only you know this", task.hidden, "yellow")
                elif line:
                    return line

    def _show(self, title: str, text: str, style: str) -> None:
        self.console.print(Panel(Text(text.strip()), title=title, title_align="left", border_style=style))


async def read_line(read: Callable[[str], str], prompt: str) -> str:
    """`read(prompt)` in a thread of its own, so that the event loop lives on and Ctrl-C need not wait for a line.

    Raises PersonLeft at the end of input.
    """
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def settle(text: str | None) -> None:
        if line.done():
            return
        if text is None:
            line.set_exception(PersonLeft())
        else:
            line.set_result(text)

    def work() -> None:
        try:
            text: str | None = read(prompt)
        except (EOFError, OSError, ValueError):  # the end of input, or a closed terminal
            text = None
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, text)

    threading.Thread(target=work, daemon=True).start()
    return await line
