"""What every person is: something that answers the agent's last message, knowing the hidden information."""

from collections.abc import Sequence
from typing import Any, Protocol

from dulcet.task import Task
from dulcet.trajectory import Message


class Human(Protocol):
    """A person. Stateless between calls: everything it needs is in the arguments."""

    @property
    def identity(self) -> dict[str, Any]:
        """Who this is, for every result file: kind, name, version, and for models the prompt's hash and temperature."""
        ...

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        """Answer the last message, which is the agent's. Raises EndpointError where a model cannot be reached."""
        ...
