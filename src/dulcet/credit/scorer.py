"""A critic as the judge of Best-of-N: many episodes ask at once, and are answered together."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Self

from dulcet.credit.base import Critic, ScoreRequest
from dulcet.task import Brief, Task
from dulcet.trajectory import Message

_TOGETHER = 64
"""Most questions answered in one go."""


class PrivilegedScorer:
    """Scores candidates with a critic that looks up the hidden information by the task's id.

    Use as an async context manager. This measures the critic: with hidden information at hand nothing can be deployed.
    """

    def __init__(self, critic: Critic, tasks: Mapping[str, Task], system: str = "") -> None:
        self.critic, self.tasks, self.system = critic, tasks, system
        self._waiting: asyncio.Queue[tuple[ScoreRequest, asyncio.Future[list[float]]]] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        self._worker = asyncio.create_task(self._work())
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)

    @property
    def identity(self) -> dict[str, Any]:
        """The critic's."""
        return self.critic.identity

    async def score(self, brief: Brief, messages: Sequence[Message], candidates: Sequence[str]) -> list[float]:
        """The advantage of each candidate."""
        opening: list[Message] = [{"role": "system", "content": self.system}] if self.system else []
        request = ScoreRequest((*opening, *messages), self.tasks[brief.id].hidden, tuple(candidates), brief.id)
        future: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()
        await self._waiting.put((request, future))
        return await future

    async def _work(self) -> None:
        while True:
            asked = [await self._waiting.get()]
            while not self._waiting.empty() and len(asked) < _TOGETHER:
                asked.append(self._waiting.get_nowait())
            try:
                found = await asyncio.to_thread(self.critic.advantages, [request for request, _ in asked])
            except Exception as error:  # it belongs to those who asked
                for _, future in asked:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), row in zip(asked, found, strict=True):
                if not future.done():
                    future.set_result(row)
