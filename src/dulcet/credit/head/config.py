"""Settings of every training of a value head: those that mean something there, handed to the engine as its own."""

from pydantic import PositiveFloat, PositiveInt

from dulcet.training.config import LoopConfig, TrainConfig


class ValueTraining(LoopConfig):
    """What the critics with a head have in common: all weights are trained, with AdamW, held in float32."""

    lr: PositiveFloat = 2e-7
    batch: PositiveInt = 8
    """Pairs of episodes in one step, or episodes."""
    epochs: PositiveInt = 4
    beta: PositiveFloat = 0.1
    """Scale of the values in the loss over pairs; the loss over successes has none."""

    def engine(self, *, seed: int, device: str) -> TrainConfig:
        """The same for the engine's loop."""
        known = {name: value for name, value in self if name in TrainConfig.model_fields}
        return TrainConfig(**known, seed=seed, device=device)


class HeadTraining(ValueTraining):
    """For text. The defaults are those of SWEET-RL's critic (Table 5)."""

    token_budget: PositiveInt = 8192
    """Tokens computed in one forward and backward pass; a step is cut into as many passes as it needs."""
