"""The single-turn baseline: answers the opening request at once, asking nothing."""

from collections.abc import Sequence

from dulcet.agents.direct import DirectAgent
from dulcet.models.base import Completion, Model, Sampling
from dulcet.protocol import Rules
from dulcet.task import Brief
from dulcet.trajectory import Message


class SingleTurnAgent(DirectAgent):
    """A direct agent with one message only; run it under `single_turn(rules)`, where that message is the answer."""

    kind = "single-turn"

    def __init__(self, model: Model, sampling: Sampling | None = None, prompt: str = "") -> None:
        super().__init__(model, sampling, prompt, turns=1)

    async def act(self, brief: Brief, messages: Sequence[Message], *, seed: int) -> Completion:
        """One completion of the opening request alone."""
        return await super().act(brief, messages[:1], seed=seed)


def single_turn(rules: Rules) -> Rules:
    """The same rules with one turn."""
    return rules.model_copy(update={"max_turns": 1})
