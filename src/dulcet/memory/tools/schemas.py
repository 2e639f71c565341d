"""The eight tools: names as in MemGPT's lectures, arguments, and their JSON schemas for servers that take tools."""

import json
from dataclasses import dataclass
from typing import Any

from dulcet.memory.config import ContextSpec

HEARTBEAT = "request_heartbeat"
"""The argument by which the agent asks for control back right after the call (function chaining)."""


@dataclass(frozen=True)
class Argument:
    """One argument: its JSON type, and what it means."""

    kind: str
    meaning: str
    required: bool = True


@dataclass(frozen=True)
class Tool:
    """One tool."""

    name: str
    does: str
    arguments: dict[str, Argument]

    @property
    def signature(self) -> str:
        """E.g. `recall_memory_search(query, page=0)`."""
        words = [name if one.required else f"{name}=0" for name, one in self.arguments.items()]
        return f"{self.name}({', '.join(words)})"


_PAGE = Argument("integer", "which page of the results, counted from 0", required=False)
_QUERY = Argument("string", "what to look for")


def _search(name: str, does: str) -> Tool:
    return Tool(name, does, {"query": _QUERY, "page": _PAGE})


def tools_of(spec: ContextSpec) -> tuple[Tool, ...]:
    """The tools of a context with these blocks."""
    block = Argument("string", f"the block: {' or '.join(spec.blocks)}")
    day = "a day as YYYY-MM-DD, included"
    return (
        Tool("send_message", "Say something to the person; they see nothing else.", {
            "message": Argument("string", "what to say"),
        }),
        Tool("working_context_append", "Add a line to a block of the working context, which is always in view.", {
            "name": block, "content": Argument("string", "the line"),
        }),
        Tool("working_context_replace", "Replace a piece of a block; an empty new_content deletes it.", {
            "name": block,
            "old_content": Argument("string", "the piece, word for word"),
            "new_content": Argument("string", "what stands there instead"),
        }),
        _search("recall_memory_search", "Search all earlier messages of this conversation."),
        _search("recall_memory_search_ignore_case", "The same, whether letters are capital or small."),
        Tool("recall_memory_search_date", "The messages of some days.", {
            "start_date": Argument("string", day), "end_date": Argument("string", day), "page": _PAGE,
        }),
        Tool("archival_memory_insert", "Write a passage into the archive, to be found later.", {
            "content": Argument("string", "the passage; it should make sense by itself"),
        }),
        _search("archival_memory_search", "Search the archive."),
    )  # fmt: skip


def schemas(tools: tuple[Tool, ...]) -> list[dict[str, Any]]:
    """The tools as OpenAI-compatible servers take them."""
    return [{"type": "function", "function": _function(tool)} for tool in tools]


def described(tools: tuple[Tool, ...], *, brief: bool) -> str:
    """The tools in words, for models that are given no schemas."""
    if brief:
        return "\n".join(tool.signature for tool in tools)
    return "\n".join(f"- {tool.signature}: {tool.does}" for tool in tools)


def _function(tool: Tool) -> dict[str, Any]:
    properties = {name: {"type": one.kind, "description": one.meaning} for name, one in tool.arguments.items()}
    if tool.name != "send_message":
        properties[HEARTBEAT] = {"type": "boolean", "description": "true to go on after this call"}
    required = [name for name, one in tool.arguments.items() if one.required]
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"name": tool.name, "description": tool.does, "parameters": parameters}


def example(name: str, **arguments: Any) -> str:
    """A call in the JSON form."""
    return json.dumps({"tool": name, "arguments": arguments}, ensure_ascii=False)
