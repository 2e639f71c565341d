"""Best-of-N: at each turn the model writes N candidates and a scorer keeps the one it likes best (SWEET-RL, Fig. 3a).

With a scorer that sees the hidden information this measures the scorer; it cannot be deployed.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from dulcet.agents.prompts import fill, prompt_hash, with_system
from dulcet.models.base import Completion, Model, Sampling
from dulcet.task import Brief
from dulcet.trajectory import Message


class Scorer(Protocol):
    """Something that says how good each candidate for the next message is; only the order matters."""

    @property
    def identity(self) -> dict[str, Any]:
        """Which scorer this is, for every result file."""
        ...

    async def score(self, brief: Brief, messages: Sequence[Message], candidates: Sequence[str]) -> list[float]:
        """One number a candidate, higher is better."""
        ...


class BestOfN:
    """Draws `n` candidates each turn and keeps the best. Those that were cut off only count if all were."""

    def __init__(
        self,
        model: Model,
        sampling: Sampling | None,
        n: int,
        scorer: Scorer,
        prompt: str = "",
        *,
        turns: int = 10,
    ) -> None:
        self.model, self.sampling, self.n, self.scorer = model, sampling or Sampling(), n, scorer
        self.system = fill(prompt, turns)

    @property
    def identity(self) -> dict[str, Any]:
        """Kind, N, scorer, model, sampling and the system prompt's hash."""
        return {
            "kind": "best-of-n",
            "n": self.n,
            "scorer": self.scorer.identity,
            "model": self.model.identity,
            "sampling": asdict(self.sampling),
            "prompt_hash": prompt_hash(self.system),
        }

    async def act(self, brief: Brief, messages: Sequence[Message], *, seed: int) -> Completion:
        """The best of `n` completions; the first of them at a tie."""
        drawn = await self.model.sample(with_system(self.system, messages), self.sampling, seed=seed, n=self.n)
        whole = [candidate for candidate in drawn if candidate.finish == "stop"] or drawn
        if len(whole) == 1:
            return whole[0]
        scores = await self.scorer.score(brief, messages, [candidate.text for candidate in whole])
        return whole[max(range(len(whole)), key=scores.__getitem__)]
