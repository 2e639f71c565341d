"""The guard: no reply of a person reaches the agent unchecked, whoever that person is.

What a leak is depends on what is hidden: each benchmark has a check of its own.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from dulcet.humans.base import Human
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Message

FindLeak = Callable[[str, str], str | None]
"""`find(reply, hidden)`: the first leaking part of the reply, exactly as it stands there, or None."""
LEAK_CHECKS = {"backend": "dulcet.humans.leak:find_leak", "frontend": "dulcet.humans.leak_html:find_leak"}
"""Benchmark -> `module:function`."""
NEUTRAL = "Please ask me about a single detail."


def leak_check(benchmark: str) -> FindLeak:
    """The check of the replies to this benchmark's tasks."""
    module, _, name = LEAK_CHECKS[benchmark].partition(":")
    found: FindLeak = getattr(import_module(module), name)
    return found


def cut(text: str, limit: int = 400) -> str:
    """`text` cut at a word boundary to at most `limit` characters."""
    text = text.strip()
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    space = max(head.rfind(" "), head.rfind("\n"))
    return (head[:space] if space > 0 else head[:limit]).rstrip()


@dataclass(frozen=True)
class Reply:
    """What the agent gets to see of a person's reply."""

    text: str
    leaks: int = 0
    """Replies that leaked before this one was let through."""
    redacted: bool = False
    """Whether the leaking parts of `text` were taken out."""


@dataclass(frozen=True)
class Unguarded:
    """A person whose replies reach the agent as they are, leaks only counted: to see what the guard is good for."""

    human: Human

    @property
    def identity(self) -> dict[str, Any]:
        """The person's, and that nobody watches over it."""
        return {**self.human.identity, "guard": False}

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        """The person's reply."""
        return await self.human.reply(task, messages, seed=seed)

    async def close(self) -> None:
        """Close the person, where it has anything to close."""
        close = getattr(self.human, "close", None)
        if close is not None:
            await close()


async def guarded_reply(
    human: Human, task: Task, messages: Sequence[Message], *, seed: int, retries: int = 2, limit: int = 400
) -> Reply:
    """The person's reply, checked. A reply that leaks is asked again (`retries` times), then redacted; each is counted.

    That of an `Unguarded` person passes, and is counted. Raises what `human.reply` raises.
    """
    find, leaks = leak_check(task.benchmark), 0
    for attempt in range(retries + 1):
        text = await human.reply(task, messages, seed=seed if attempt == 0 else derive(seed, "leak", attempt))
        short = cut(text, limit)
        if find(text, task.hidden) is None and find(short, task.hidden) is None:
            return Reply(short, leaks)
        leaks += 1
        if isinstance(human, Unguarded):
            return Reply(short, leaks)
    return Reply(cut(redact(text, task.hidden, find), limit), leaks, redacted=True)


def redact(text: str, hidden: str, find: FindLeak) -> str:
    """`text` without its leaking parts; a neutral sentence where hardly anything is left."""
    before = None
    while before != text:  # what a backtick held apart may leak once it is gone
        before = text
        while (part := find(text, hidden)) is not None:
            text = text.replace(part, " ")
        text = " ".join(text.replace("`", "").split())
    return text if len(re.findall(r"[^\W\d_]{2,}", text)) >= 3 else NEUTRAL
