"""Events: whatever makes the agent think. Each becomes one line of JSON in the queue (MemGPT, section 2.4).

JSON, because no message can then pretend to be another event: a quoted text stays quoted.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from dulcet.memory.items import Item, clean, cut

LONGEST = 120
"""Characters of a further field of an event; only its text is kept whole elsewhere and shown in part."""
Kind = Literal["user_message", "system_alert", "login", "upload", "timed"]


@dataclass(frozen=True)
class Event:
    """Something that happened: a message, an alert, what the person did (a login, an upload), a moment that came."""

    kind: Kind
    text: str
    details: Mapping[str, Any] = field(default_factory=dict)
    """Further fields, e.g. `file`; plain JSON values."""

    def item(self, time: datetime) -> Item:
        """The event as it stands in the queue. Only what the person said has the person's role in recall storage."""
        role: Literal["user", "system"] = "user" if self.kind == "user_message" else "system"
        details = {cut(name, LONGEST): _short(value) for name, value in clean(dict(self.details)).items()}
        return Item("event", role, clean(self.text), time, details={"type": self.kind, **details})


def user_message(text: str) -> Event:
    """The person says something."""
    return Event("user_message", text)


def system_alert(text: str) -> Event:
    """The machinery says something, e.g. that the window fills."""
    return Event("system_alert", text)


def login(last: datetime | None = None) -> Event:
    """The person came; `last` is when they were here before."""
    before = f"last seen {stamp(last)}" if last else "for the first time"
    return Event("login", f"The person opened the conversation ({before}).")


def upload(name: str, note: str = "") -> Event:
    """The person added a file to what can be searched."""
    return Event("upload", f"The person uploaded {name}." + (f" {note}" if note else ""), {"file": name})


def timed(reason: str) -> Event:
    """A moment came that was set before: the agent thinks without being spoken to."""
    return Event("timed", reason)


def stamp(time: datetime) -> str:
    """A moment as the model reads it, in the zone it comes in: 2026-11-21 15:04."""
    return f"{time:%Y-%m-%d %H:%M}"


def _short(value: Any) -> Any:
    if isinstance(value, bool | int | float) or value is None:
        return value
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), LONGEST)


async def every(seconds: float, reason: str) -> AsyncIterator[Event]:
    """A timed event every so many seconds, for ever; cancel it to end it."""
    while True:
        await asyncio.sleep(seconds)
        yield timed(reason)
