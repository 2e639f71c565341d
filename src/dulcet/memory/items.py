"""What stands in the queue: messages, the calls in them and the results of those, as JSON that a store can keep."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dulcet.memory.base import Role


class Call(BaseModel):
    """The call of one tool."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class Item(BaseModel):
    """One message as the model sees it. What is cut here is whole in recall storage, under `entry`."""

    model_config = ConfigDict(frozen=True)

    role: Role
    text: str
    """What is shown: an event as JSON, the agent's thoughts, or a result as JSON."""
    time: datetime
    entry: int | None = None
    """Id in recall storage."""
    kind: Literal["event", "alert", "said", "result"] = "event"
    calls: tuple[Call, ...] = ()
    """What the agent called, where it is the agent's."""
    answers: str | None = None
    """Id of the call whose result this is."""


def groups(queue: list[Item]) -> list[list[Item]]:
    """The queue in pieces that must not be parted: a message of the agent together with the results of its calls."""
    found: list[list[Item]] = []
    for item in queue:
        if item.kind == "result" and found:
            found[-1].append(item)
        else:
            found.append([item])
    return found


def cut(text: str, limit: int, around: str = "") -> str:
    """At most `limit` characters of a text, with a mark that says how much is missing; `limit` >= 0.

    Where `around` stands in the text, the piece is taken from there; else it is the beginning and the end.
    """
    if len(text) <= limit:
        return text
    mark = f"[... {limit} of {len(text)} characters shown ...]"
    room = limit - len(mark)
    if room < 8:
        return text[:limit]
    place = text.lower().find(around.lower()) if around else -1
    if place > room // 2:
        start = min(max(0, place - room // 4), len(text) - room)
        return f"{mark}{text[start : start + room]}"
    head = room - room // 3
    return f"{text[:head]}{mark}{text[len(text) - (room - head) :]}"
