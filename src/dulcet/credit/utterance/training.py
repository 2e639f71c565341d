"""A stage of the critic's training: the engine's loop, with a target network that follows after every step."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dulcet.credit.head.training import carry_out_alone, prepared
from dulcet.credit.utterance.objective import Played
from dulcet.training.stage import Stage


@dataclass(frozen=True)
class UtteranceStage(Stage):
    """Learns from a replay of episodes; its model is a causal model's folder, or that of the stage before."""

    polyak: float = 0.1
    """How far the target network goes after each step."""

    @property
    def content(self) -> str:
        """Hash of the data with their rewards, and of how the targets follow."""
        played = [(item.reward, item.own) for item in self.data if isinstance(item, Played)]
        return hashlib.sha256(repr([super().content, played, self.polyak]).encode()).hexdigest()

    def open(self) -> tuple[Any, Any]:
        """The critic, all but its targets to be trained, and the passes through it."""
        from dulcet.credit.utterance.model import UtteranceModel, UtteranceValues
        from dulcet.training.passes import Passes

        # the targets are among what is trained, so that checkpoints have them: no gradient ever reaches them
        model = prepared(UtteranceModel(self.model, self.config.device), self)
        return model, Passes(self.data, self.objective, self.config, UtteranceValues(model, bf16=self.config.bf16))

    def carry_out(self) -> Path:
        """Train, or find it finished; returns the critic's folder. Raises InputError as `carry_out_alone`."""
        return carry_out_alone(self)

    def stepped(self, model: Any) -> None:
        """The targets follow."""
        model.follow(self.polyak)
