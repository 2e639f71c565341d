"""What stands in the queue: messages, the agent's calls of tools, and their results.

An item is a view of an entry in recall storage, which has it whole: the queue is kept as a list of (entry, characters
shown), and so is small however long the messages are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from dulcet.memory.base import Entry, NewEntry, Role
from dulcet.trajectory import Message

Kind = Literal["event", "said", "result"]


@dataclass(frozen=True)
class Call:
    """The call of one tool."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One message as the model sees it."""

    kind: Kind
    role: Role
    text: str
    """What is shown of an event's message, of a result; of the agent's, what it said to the person."""
    time: datetime
    entry: int = -1
    """Id in recall storage."""
    shown: int | None = None
    """Most characters of the text that are shown; None is all."""
    details: dict[str, Any] = field(default_factory=dict)
    """Of an event its type and further fields, of a result its status."""
    thoughts: str = ""
    calls: tuple[Call, ...] = ()
    answers: str | None = None
    """Id of the call whose result this is."""

    def within(self, limit: int) -> "Item":
        """A view of a whole item: at most `limit` characters of its text, its thoughts and each argument."""
        calls = tuple(_within(call, limit) for call in self.calls)
        return replace(self, text=cut(self.text, limit), thoughts=cut(self.thoughts, limit), calls=calls, shown=limit)

    @property
    def longest(self) -> int:
        """Characters of its longest part: a larger limit cuts nothing."""
        parts = [self.text, self.thoughts, *(call.name for call in self.calls)]
        return max(
            map(len, [*parts, *(_plain(one) for call in self.calls for pair in call.arguments.items() for one in pair)])
        )


def stored(item: Item) -> NewEntry:
    """The entry that recall storage keeps; `meta["context"]` is what the queue needs beyond role, text and time."""
    calls = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in item.calls]
    more = {"kind": item.kind, "details": item.details, "thoughts": item.thoughts, "calls": calls}
    return NewEntry(item.role, item.text, item.time, {"context": more | {"answers": item.answers}})


def restored(entry: Entry, shown: int | None = None) -> Item:
    """The item of an entry that `stored` made; one that was imported is an event of its role."""
    more = entry.meta.get("context") or {}
    calls = tuple(Call(**call) for call in more.get("calls", ()))
    details = more.get("details") or ({"type": "user_message"} if entry.role == "user" else {"type": "system_alert"})
    kind, thoughts, answers = more.get("kind", "event"), more.get("thoughts", ""), more.get("answers")
    whole = Item(kind, entry.role, entry.text, entry.time, entry.id, None, details, thoughts, calls, answers)
    return whole if shown is None else whole.within(shown)


def past(message: Message, number: int, time: datetime) -> list[Item]:
    """A message of an earlier conversation, the `number`-th, as if it had been said here."""
    text = clean(message["content"])
    if message["role"] != "assistant":
        kind = "user_message" if message["role"] == "user" else "system_alert"
        return [Item("event", message["role"], text, time, details={"type": kind})]
    call = Call(f"p{number:08d}", "send_message", {"message": text})
    sent = Item("result", "tool", "Sent.", time, details={"status": "ok"}, answers=call.id)
    return [Item("said", "assistant", text, time, calls=(call,)), sent]


def groups(queue: Sequence[Item]) -> list[list[Item]]:
    """The queue in pieces that must not be parted: a message of the agent together with the results of its calls."""
    found: list[list[Item]] = []
    for item in queue:
        if item.kind == "result" and found:
            found[-1].append(item)
        else:
            found.append([item])
    return found


def unanswered(queue: Sequence[Item]) -> list[Call]:
    """The calls whose results are missing, in order: the process ended between a call and its result."""
    answered = {item.answers for item in queue}
    return [call for item in queue for call in item.calls if call.id not in answered]


def clean(value: Any) -> Any:
    """Any JSON value with texts that every store and server takes: no half of a surrogate pair, no NUL."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if isinstance(value, list):
        return [clean(one) for one in value]
    if isinstance(value, dict):
        return {clean(name): clean(one) for name, one in value.items()}
    return value


def _within(call: Call, limit: int) -> Call:
    if all(len(_plain(value)) <= limit for value in [call.name, *call.arguments, *call.arguments.values()]):
        return call
    arguments = {cut(name, limit): cut(_plain(value), limit) for name, value in call.arguments.items()}
    return Call(call.id, cut(call.name, limit), arguments)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def cut(text: str, limit: int, around: str = "") -> str:
    """At most `limit` (>= 0) characters of a text, with a mark that says how much is missing.

    Where `around` stands in the text, the piece is taken from there; else it is the beginning and the end.
    """
    if len(text) <= limit:
        return text
    mark = f" [... {limit} of {len(text)} characters shown ...] "
    room = limit - len(mark)
    if room < 8:
        return text[:limit]
    place = text.lower().find(around.lower()) if around else -1
    if place > room // 2:
        start = min(max(0, place - room // 4), len(text) - room)
        return f"{mark}{text[start : start + room]}"
    head = room - room // 3
    return f"{text[:head]}{mark}{text[len(text) - (room - head) :]}"
