"""One training, described: which model learns what from which data, how, and where it all goes."""

from collections.abc import Sequence as Listed
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from dulcet.errors import InputError
from dulcet.training.config import TrainConfig
from dulcet.training.data import Item, data_hash, targets
from dulcet.training.objectives import Objective
from dulcet.training.result import identify, named


@dataclass(frozen=True)
class Reference:
    """What a preference loss compares with. By default that is the model before its first step, on the same data."""

    path: Path | None = None
    """Where its log-probabilities are kept; None is `reference.safetensors` in the training's folder."""
    model: str | Path | None = None
    """Another model: the first weights of the policy where the training starts from a later one, for example."""
    data: Listed[Item] | None = None
    """The same targets after other prompts: a critic that reads hidden information may have a reference without it."""

    @property
    def identity(self) -> dict[str, Any] | None:
        """What is not the default, as the result depends on it."""
        parts = {
            "model": named(self.model) if self.model is not None else None,
            "data": data_hash(self.data) if self.data is not None else None,
        }
        return {name: part for name, part in parts.items() if part} or None


@dataclass(frozen=True)
class Job:
    """A training that can be started, or continued, on any number of processes."""

    model: str | Path
    """Folder or hub name of the first weights."""
    data: Listed[Any]
    """Items, or what a subclass's `open` can read: it has a `group` and a `state`."""
    objective: Objective
    config: TrainConfig
    out: Path
    label: str = "train"
    """Names the progress bar."""
    reference: Reference = field(default_factory=Reference)

    def __post_init__(self) -> None:
        """Raises InputError where the data do not fit the objective, or the reference's data do not fit these."""
        for item in self.data:
            self.objective.size(item)
        others = self.reference.data
        if others is not None and [targets(item) for item in others] != [targets(item) for item in self.data]:
            raise InputError("the reference reads other targets than the model", where=str(self.out))

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What the result depends on, and its fingerprint."""
        return identify(self.model, self.content, self.objective, self.config, self.reference.identity)

    @property
    def content(self) -> str:
        """Hash of the data. A subclass says it of what it adds to them."""
        return data_hash(self.data)

    def open(self) -> tuple[Any, Any]:
        """The model, ready to be trained, and the `Passes` through it. A subclass trains another kind of model."""
        from dulcet.training.opening import open_training

        return open_training(self)

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of step `step` (from 0) of `steps`."""
        return self.config.learning_rate(step, steps)

    def begin(self, model: Any, optimiser: Any) -> None:
        """Before the first step of a training that goes on with nothing of its own. Nothing, but for subclasses."""

    def stepped(self, model: Any) -> None:
        """After each step of the optimiser. Nothing, but for subclasses."""

    def end(self, model: Any, optimiser: Any) -> None:
        """After the last step. Nothing, but for subclasses. Together."""
