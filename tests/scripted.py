"""Scripted parts for tests of the protocol: a person and a model that say what they are told to say."""

import asyncio
from collections.abc import Callable, Sequence

from dulcet.models.base import Completion, Sampling
from dulcet.task import Task
from dulcet.trajectory import Grade, Message

CODE = "def double(x):\n    return x + x"


def make_task(number: int = 0) -> Task:
    return Task(id=f"t{number}", prompt=f"Please write double(x). ({number})", hidden=CODE, checks=("double(2)",))


def make_page_task(number: int = 0) -> Task:
    hidden = f"<html><body><h1>Rosa {number}</h1></body></html>"
    return Task(id=f"p{number}", benchmark="frontend", prompt=f"Please make a page. ({number})", hidden=hidden)


class Person:
    """Replies with `text` (or what it returns for the task), after `delay` seconds."""

    def __init__(self, text: str | Callable[[Task], str] = "Twice as much.", delay: float = 0.0):
        self.text, self.delay, self.asked = text, delay, 0
        self.identity = {"kind": "test"}

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        self.asked += 1
        await asyncio.sleep(self.delay)
        return self.text(task) if callable(self.text) else self.text


class Script:
    """A model that writes `lines[k]` in turn k (the last one for ever)."""

    def __init__(self, *lines: str, delay: float = 0.0):
        self.lines, self.delay, self.calls = lines, delay, 0
        self.seen: list[list[Message]] = []
        self.seeds: list[int] = []
        self.identity = {"kind": "test"}

    async def sample(self, messages: Sequence[Message], sampling: Sampling, *, seed: int, n: int = 1):
        self.calls += 1
        self.seen.append(list(messages))
        self.seeds.append(seed)
        await asyncio.sleep(self.delay)
        turn = sum(message["role"] == "assistant" for message in messages)
        text = self.lines[min(turn, len(self.lines) - 1)]
        return [Completion(text, len(text.split()), sum(len(m["content"]) for m in messages), "stop")] * n

    async def close(self) -> None: ...


async def grade(task: Task, answer: str) -> Grade:
    right = "x + x" in answer
    return Grade(tests_passed=float(right), success=right, outcome="passed" if right else "wrong")
