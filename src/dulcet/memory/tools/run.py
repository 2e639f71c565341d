"""The eight tools at work. Each is a method; a fault is a CallError, which the model is told."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from dulcet.errors import InputError
from dulcet.memory.base import Entry, Memory, Mode, Page, Passage
from dulcet.memory.items import Call
from dulcet.memory.main_context import MainContext
from dulcet.memory.tools.errors import CallError
from dulcet.memory.tools.results import Result, page_result
from dulcet.memory.tools.schemas import Tool

SEARCHES = (
    "recall_memory_search",
    "recall_memory_search_ignore_case",
    "recall_memory_search_date",
    "archival_memory_search",
)
"""Tools whose result is of use only if the agent goes on after it."""


class Toolbox:
    """The tools over one memory and its main context. `clock` says what time it is."""

    def __init__(self, memory: Memory, context: MainContext, clock: Callable[[], datetime]) -> None:
        self.memory, self.context, self.clock = memory, context, clock
        self.tools = {tool.name: tool for tool in context.tools}

    def run(self, call: Call, most: int) -> Result:
        """Do what is called; a search takes about `most` tokens. A fault is in the result, never raised."""
        try:
            if call.name not in self.tools:
                names = ", ".join(self.tools)
                raise CallError("unknown_tool", f"There is no tool of that name. There are: {names}.")
            method: Callable[..., Result] = getattr(self, f"_{call.name}")
            return method(checked(self.tools[call.name], call.arguments), most)
        except CallError as fault:
            return Result(fault=fault)
        except InputError as error:  # what the store says of a wrong argument
            return Result(fault=CallError("failed", str(error)))

    def _send_message(self, given: dict[str, Any], most: int) -> Result:
        if not given["message"].strip():
            raise CallError("bad_arguments", "The message is empty.")
        return Result("Sent.")

    def _working_context_append(self, given: dict[str, Any], most: int) -> Result:
        old = self._block(given["name"])
        return self._write(given["name"], f"{old}\n{given['content']}" if old else given["content"])

    def _working_context_replace(self, given: dict[str, Any], most: int) -> Result:
        old, piece = self._block(given["name"]), given["old_content"]
        if not piece or piece not in old:
            raise CallError("failed", f"The block {given['name']} does not hold old_content word for word.")
        return self._write(given["name"], old.replace(piece, given["new_content"], 1).strip("\n"))

    def _recall_memory_search(self, given: dict[str, Any], most: int) -> Result:
        return self._recall(given, self.context.spec.search, most)

    def _recall_memory_search_ignore_case(self, given: dict[str, Any], most: int) -> Result:
        return self._recall(given, "literal_ignore_case", most)

    def _recall_memory_search_date(self, given: dict[str, Any], most: int) -> Result:
        start, end = _day(given, "start_date"), _day(given, "end_date")
        if end < start:
            raise CallError("bad_arguments", "end_date is before start_date.")
        return self._page(self.memory.recall.between(start, end, page=given["page"], size=self._size), most)

    def _archival_memory_insert(self, given: dict[str, Any], most: int) -> Result:
        if not given["content"].strip():
            raise CallError("bad_arguments", "The content is empty.")
        self.memory.archival.insert(given["content"], time=self.clock().astimezone(UTC))
        return Result("Archived.")

    def _archival_memory_search(self, given: dict[str, Any], most: int) -> Result:
        mode: Mode = "hybrid" if self.context.spec.search.startswith("literal") else self.context.spec.search
        found = self.memory.archival.search(_asked(given), page=given["page"], size=self._size, mode=mode)
        return self._page(found, most, given["query"])

    def _recall(self, given: dict[str, Any], mode: Mode, most: int) -> Result:
        found = self.memory.recall.search(_asked(given), page=given["page"], size=self._size, mode=mode)
        return self._page(found, most, given["query"])

    def _page(self, found: Page[Entry] | Page[Passage], most: int, query: str = "") -> Result:
        return page_result(found, self.context.counter, most, query=query, times=self.context.times)

    @property
    def _size(self) -> int:
        return self.context.spec.page_size

    def _block(self, name: str) -> str:
        blocks = self.context.state.blocks
        if name not in blocks:
            raise CallError("bad_arguments", f"There is no such block. There are: {', '.join(blocks)}.")
        return blocks[name]

    def _write(self, name: str, text: str) -> Result:
        size, limit = self.context.counter.text(text), self.context.block_limit()
        if size > limit:
            do = "Shorten it with working_context_replace, or move what matters less to the archive."
            raise CallError("failed", f"The block {name} would hold {size} tokens, and {limit} is the most. {do}")
        self.context.state.blocks[name] = text
        return Result("Written.", {"tokens": size, "limit": limit})


def checked(tool: Tool, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments that the tool has, each of its type. Raises CallError for a missing or wrong one."""
    values: dict[str, Any] = {}
    for name, argument in tool.arguments.items():
        if name not in given and argument.required:
            raise CallError("bad_arguments", f"{name} is missing. The tool is {tool.signature}.")
        value = given.get(name, 0)
        values[name] = _whole(name, value) if argument.kind == "integer" else _text(name, value)
    return values


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise CallError("bad_arguments", f"{name} has to be a text.")
    return str(value)


def _whole(name: str, value: Any) -> int:
    if value is None:
        return 0
    try:
        number = -1 if isinstance(value, bool) else int(str(value))
    except ValueError:
        number = -1
    if not 0 <= number < 10**9:
        raise CallError("bad_arguments", f"{name} has to be a whole number from 0 on.")
    return number


def _asked(given: dict[str, Any]) -> str:
    query: str = given["query"]
    if not query.strip():
        raise CallError("bad_arguments", "The query is empty.")
    return query


def _day(given: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(given[name].strip()[:10])
    except ValueError:
        raise CallError("bad_arguments", f"{name} has to be a day such as 2026-11-21.") from None
