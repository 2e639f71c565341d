"""The trainer's settings. Defaults are SWEET-RL's for real models (arXiv 2503.15478, Table 5, and its trainer)."""

import math
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

from dulcet.training.watch import Limits


class LoraConfig(BaseModel):
    """Low-rank adapters (arXiv 2106.09685) in place of full fine-tuning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rank: PositiveInt = 16
    alpha: PositiveFloat = 32.0
    """The update is scaled by alpha / rank."""
    dropout: float = Field(0.0, ge=0, lt=1)
    targets: str | tuple[str, ...] = "all-linear"
    """Names of the layers to adapt, or all linear ones but the head."""


class LoopConfig(BaseModel):
    """What every training in the engine's loop has, of language models and of value heads."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    clip: PositiveFloat = 1.0
    """Largest norm of the gradient."""
    warmup: float = Field(0.03, ge=0, le=1)
    """Share of the steps in which the learning rate rises from 0."""
    final_lr: float = Field(0.1, ge=0, le=1)
    """Share of `lr` at which the cosine ends."""
    held_out: float = Field(0.03, ge=0, lt=1)
    """Share of the data (whole groups) that is evaluated at the end of each epoch and never trained on."""
    patience: PositiveInt | None = None
    """Stop after this many epochs without a better held-out result, and keep the best weights. None: never."""
    bf16: bool = True
    """Compute under bfloat16 autocast (head and losses stay in float32)."""
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


class TrainConfig(LoopConfig):
    """How to train. What the loss is made of (beta, NLL coefficient, ...) belongs to the objective."""

    optimiser: Literal["adamw", "muon"] = "adamw"
    """muon: Muon for the matrices inside the layers, AdamW for the rest."""
    lr: PositiveFloat = 2e-7
    epochs: PositiveInt = 4
    max_steps: PositiveInt | None = None
    """Stop after this many optimiser steps; the schedule ends there too."""
    batch: PositiveInt = 8
    """Demonstrations or pairs in an optimiser step."""
    shuffle: Literal["items", "states"] = "items"
    """states: items that share a history stay in one step, which sharing saves more of, and the states are shuffled."""
    token_budget: PositiveInt = 8192
    """Tokens computed in one forward and backward pass; a step is cut into as many passes as it needs."""
    share_prefixes: bool = True
    """Compute what several sequences of a pass begin with once. Models that cannot are noticed, and it is said."""
    betas: tuple[float, float] = (0.9, 0.95)
    weight_decay: NonNegativeFloat = 0.0
    """Decoupled; on matrices only."""
    seed: int = 0
    lora: LoraConfig | None = None
    """None trains all weights."""
    device: str = "auto"
    weights: Literal["float32", "bfloat16"] = "float32"
    """Format in which the model is held. Updates at small learning rates vanish in bfloat16: with it, use LoRA."""

    def learning_rate(self, step: int, total: int) -> float:
        """The rate of optimiser step `step` (from 0) of `total`: linear warm-up, then a cosine down to `final_lr`."""
        warm = math.ceil(self.warmup * total)
        if step < warm:
            return self.lr * (step + 1) / warm
        done = (step - warm) / max(1, total - 1 - warm)
        return self.lr * (self.final_lr + (1 - self.final_lr) * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))

    @property
    def identity(self) -> dict[str, object]:
        """All settings that change the result: what is saved when, shown where, and watched does not."""
        return self.model_dump(mode="json", exclude={"save_every_seconds", "save_every_steps", "log_to", "watch"})
