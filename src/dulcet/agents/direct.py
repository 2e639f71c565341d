"""The direct agent: a system prompt, the conversation, one completion. The zero-shot baseline of ColBench."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from dulcet.agents.prompts import fill, prompt_hash, with_system
from dulcet.models.base import Completion, Model, Sampling
from dulcet.task import Brief
from dulcet.trajectory import Message


class DirectAgent:
    """Asks its model for the next message, once each turn. `turns` is the limit that the prompt names."""

    kind = "direct"

    def __init__(self, model: Model, sampling: Sampling | None = None, prompt: str = "", *, turns: int = 10) -> None:
        self.model, self.sampling, self.system = model, sampling or Sampling(), fill(prompt, turns)

    @property
    def identity(self) -> dict[str, Any]:
        """Kind, model, sampling and the system prompt's hash."""
        return {
            "kind": self.kind,
            "model": self.model.identity,
            "sampling": asdict(self.sampling),
            "prompt_hash": prompt_hash(self.system),
        }

    async def act(self, brief: Brief, messages: Sequence[Message], *, seed: int) -> Completion:
        """One completion of the conversation."""
        (completion,) = await self.model.sample(with_system(self.system, messages), self.sampling, seed=seed)
        return completion
