"""What every agent is: something that, given what it may know, writes the next message."""

from collections.abc import Sequence
from typing import Any, Protocol

from dulcet.models.base import Completion
from dulcet.task import Brief
from dulcet.trajectory import Message


class Agent(Protocol):
    """An agent. Stateless between calls: the whole conversation is in `messages`."""

    @property
    def identity(self) -> dict[str, Any]:
        """Who this is, for every result file: kind, model, sampling, the system prompt's hash."""
        ...

    async def act(self, brief: Brief, messages: Sequence[Message], *, seed: int) -> Completion:
        """The agent's next message, thoughts included. `messages` begins with the person's request (role user)."""
        ...
