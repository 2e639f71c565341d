"""Settings of every training of a value head: those that mean something there, handed to the engine as its own."""

from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from dulcet.training.config import TrainConfig
from dulcet.training.watch import Limits


class ValueTraining(BaseModel):
    """What the critics with a head have in common: all weights are trained, with AdamW, held in float32."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    lr: PositiveFloat = 2e-7
    batch: PositiveInt = 8
    """Pairs of episodes in one step, or episodes."""
    epochs: PositiveInt = 4
    beta: PositiveFloat = 0.1
    """Scale of the values in the loss over pairs; the loss over successes has none."""
    clip: PositiveFloat = 1.0
    """Largest norm of a step's gradient."""
    warmup: float = Field(0.03, ge=0, le=1)
    """Share of the steps in which the learning rate rises from 0."""
    final_lr: float = Field(0.1, ge=0, le=1)
    """Share of `lr` at which the cosine ends."""
    held_out: float = Field(0.03, ge=0, lt=1)
    """Share of the tasks that is evaluated at the end of each epoch and never trained on."""
    patience: PositiveInt | None = None
    """Stop after this many epochs without a better held-out result, and keep the best weights. None: never."""
    bf16: bool = True
    """Compute the body under bfloat16 autocast (head and losses stay in float32)."""
    gradient_checkpointing: bool = False
    """Recompute the layers in the backward pass: less memory, about a third more time."""
    save_every_seconds: NonNegativeFloat | None = 300.0
    save_every_steps: NonNegativeInt | None = None
    watch: Limits = Limits()
    """When the training has collapsed and stops."""
    log_to: tuple[Literal["tensorboard", "wandb", "trackio"], ...] | None = None
    """Where the numbers go beside metrics.jsonl. None: to TensorBoard where it is installed."""

    @model_validator(mode="after")
    def _patience_needs_held_out(self) -> Self:
        if self.patience is not None and self.held_out == 0:
            raise ValueError("patience needs held-out data: set held_out above 0")
        return self

    def engine(self, *, seed: int, device: str) -> TrainConfig:
        """The same for the engine's loop."""
        known = {name: value for name, value in self if name in TrainConfig.model_fields}
        return TrainConfig(**known, seed=seed, device=device)


class HeadTraining(ValueTraining):
    """For text. The defaults are those of SWEET-RL's critic (Table 5)."""

    token_budget: PositiveInt = 8192
    """Tokens computed in one forward and backward pass; a step is cut into as many passes as it needs."""
