"""How the context is said to a model, and how its calls are heard: as native tool calls, as JSON in plain messages, or
with no tools at all.

The JSON form needs nothing of the chat template but user and assistant, taking turns: what the template does not know
(tools, calls, results, alerts) becomes text of one of the two, neighbours of one role are joined, and where there is no
system message its text opens the first message of the user. Without tools the conversation is shown as it was said: for
models that were raised on plain conversations and cannot be told of tools, what is left of the memory is the queue and
its summary.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dulcet.memory.events import stamp
from dulcet.memory.items import Call, Item, clean
from dulcet.memory.tools.errors import CallError
from dulcet.memory.tools.parsing import parse_arguments, read_calls
from dulcet.memory.tools.schemas import Tool, schemas
from dulcet.models.base import Completion, Model, Sampling, ToolModel

Chat = list[dict[str, Any]]


@dataclass(frozen=True)
class Heard:
    """A completion, understood."""

    completion: Completion
    thoughts: str
    calls: tuple[Call, ...]
    faults: tuple[CallError | None, ...]
    """For each call why its arguments cannot be read, where they cannot."""
    fault: CallError | None = None
    """Why the whole completion cannot be read; there are no calls then."""
    plain: str = ""
    """The completion's text where it is no call at all; there are no thoughts then."""


class Dialect(Protocol):
    """One way of calling tools."""

    told: bool
    """Whether the model is told of its memory: instructions, blocks, alerts."""

    @property
    def tools(self) -> list[dict[str, Any]]:
        """The schemas that go to the server; none where the tools are told in words."""
        ...

    def chat(self, system: str, summary: str, queue: Sequence[Item], *, times: bool) -> Chat:
        """The messages for the model. `summary` is one line of JSON, or empty; `times`: moments are shown."""
        ...

    async def ask(self, model: Model, chat: Chat, sampling: Sampling, *, seed: int) -> Heard:
        """One completion, understood."""
        ...


class JsonDialect:
    """Tools told in words, calls written as JSON. `system`: the chat template has a system message."""

    told = True

    def __init__(self, tools: Sequence[Tool], *, system: bool = True) -> None:
        self._names, self._system = [tool.name for tool in tools], system

    @property
    def tools(self) -> list[dict[str, Any]]:
        """None."""
        return []

    def chat(self, system: str, summary: str, queue: Sequence[Item], *, times: bool) -> Chat:
        """See Dialect."""
        said = [_user(summary)] if summary else []
        return _joined([*_opening(system, self._system), *said, *(self._message(item, times) for item in queue)])

    async def ask(self, model: Model, chat: Chat, sampling: Sampling, *, seed: int) -> Heard:
        """See Dialect."""
        plain: Any = chat
        (completion,) = await model.sample(plain, sampling, seed=seed)
        return _read(completion, self._names)

    def _message(self, item: Item, times: bool) -> dict[str, Any]:
        if item.kind != "said":
            return _user(shown(item, times))
        if not item.calls:
            return {"role": "assistant", "content": item.thoughts or "(nothing)"}
        rows = [{"tool": call.name, "arguments": call.arguments} for call in item.calls]
        first = {"thoughts": item.thoughts} | rows[0] if item.thoughts else rows[0]
        return {"role": "assistant", "content": "\n".join(_json(row) for row in [first, *rows[1:]])}


class NativeDialect:
    """Tools as schemas, calls and results as the server's own; a call in the text is understood, too."""

    told = True

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._names, self._schemas = [tool.name for tool in tools], schemas(tuple(tools))

    @property
    def tools(self) -> list[dict[str, Any]]:
        """Their schemas."""
        return self._schemas

    def chat(self, system: str, summary: str, queue: Sequence[Item], *, times: bool) -> Chat:
        """See Dialect."""
        said = [_user(summary)] if summary else []
        opening: Chat = [{"role": "system", "content": system}]
        return _joined([*opening, *said, *(self._message(item, times) for item in queue)])

    async def ask(self, model: Model, chat: Chat, sampling: Sampling, *, seed: int) -> Heard:
        """See Dialect."""
        assert isinstance(model, ToolModel)
        completion = await model.call_tools(chat, self._schemas, sampling, seed=seed)
        if not completion.calls:
            return _read(completion, self._names)
        pairs = [_argued(call.arguments, completion) for call in completion.calls]
        calls = tuple(Call("", one.name, given) for one, (given, _) in zip(completion.calls, pairs, strict=True))
        return Heard(completion, clean(completion.text.strip()), calls, tuple(fault for _, fault in pairs))

    def _message(self, item: Item, times: bool) -> dict[str, Any]:
        if item.kind == "event":
            return _user(shown(item, times))
        if item.kind == "result":
            return {"role": "tool", "tool_call_id": item.answers, "content": shown(item, times)}
        calls = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _json(call.arguments)}}
            for call in item.calls
        ]
        return {"role": "assistant", "content": item.thoughts} | ({"tool_calls": calls} if calls else {})


class PlainDialect:
    """No tools: what was said, as it was said; whatever the model writes is a message to the person."""

    told = False

    def __init__(self, *, system: bool = True) -> None:
        self._system = system

    @property
    def tools(self) -> list[dict[str, Any]]:
        """None."""
        return []

    def chat(self, system: str, summary: str, queue: Sequence[Item], *, times: bool) -> Chat:
        """See Dialect."""
        opening = _opening(system, self._system) if system else []
        said = [_user(json.loads(summary)["message"])] if summary else []
        roles = {"event": "user", "said": "assistant"}
        rows = [{"role": roles[item.kind], "content": item.text} for item in queue if item.kind in roles]
        return _joined([*opening, *said, *rows])

    async def ask(self, model: Model, chat: Chat, sampling: Sampling, *, seed: int) -> Heard:
        """See Dialect."""
        plain: Any = chat
        (completion,) = await model.sample(plain, sampling, seed=seed)
        return Heard(completion, "", (), (), plain=clean(completion.text))


def _opening(system: str, known: bool) -> Chat:
    return [{"role": "system", "content": system}] if known else [_user(system)]


def shown(item: Item, times: bool) -> str:
    """An event or a result as one line of JSON. A result has no time: it was just now."""
    if item.kind == "result":
        return _json({"type": "tool_result", **item.details, "message": item.text})
    when = {"time": stamp(item.time)} if times else {}
    return _json({**item.details, "message": item.text, **when})


def _argued(text: str, completion: Completion) -> tuple[dict[str, Any], CallError | None]:
    try:
        if completion.finish == "length":
            json.loads(text)  # what was cut off is not mended
        return parse_arguments(text), None
    except CallError as fault:
        return {}, fault
    except ValueError:
        return {}, CallError("cut_off", "The call was cut off at the token limit. Write a shorter one.")


def _read(completion: Completion, names: Sequence[str]) -> Heard:
    try:
        read = read_calls(completion.text, names, whole=completion.finish != "length")
    except CallError as fault:
        return Heard(completion, clean(completion.text.strip()), (), (), fault)
    return Heard(completion, read.thoughts, read.calls, (None,) * len(read.calls), plain=read.plain)


def _joined(chat: Chat) -> Chat:
    """Neighbours of one role as one message; calls and results of tools stay apart."""
    joined: Chat = []
    for message in chat:
        last = joined[-1] if joined else {}
        if message["role"] == last.get("role") in ("user", "assistant") and "tool_calls" not in {**last, **message}:
            joined[-1] = {**last, "content": f"{last['content']}\n{message['content']}"}
        else:
            joined.append(message)
    return joined


def _user(content: str) -> dict[str, Any]:
    return {"role": "user", "content": content}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
