"""A scripted person who now and then pastes the solution: to measure what the leak guard is good for.

Simulated people do this: who holds the reference and is asked for a detail may paste all of it.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from dulcet.humans.scripted import ScriptedHuman
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Message

SHARE = 0.2
"""Of its replies that are the reference itself; asked again, it throws the dice again."""


class CarelessHuman(ScriptedHuman):
    """The scripted person (kind `careless`) with that habit."""

    @property
    def identity(self) -> dict[str, Any]:
        """Who this is, and how careless."""
        return {**super().identity, "kind": "careless", "name": "careless person", "pastes": SHARE}

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        """An answer, or the reference."""
        pastes = Random(derive(seed, "careless")).random() < SHARE
        return f"It should work like this:\n{task.hidden}" if pastes else self.answer(task, messages)
