"""What every method has: settings, and `run`, which turns offline episodes into a trained policy's folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from dulcet.benchmarks.base import Benchmark
from dulcet.benchmarks.open import benchmark_of
from dulcet.credit.preferences import TrajectoryPreference, trajectory_preferences
from dulcet.errors import InputError
from dulcet.models.loading import load_tokenizer
from dulcet.recipes.rollouts import Rollouts
from dulcet.task import Task
from dulcet.training.config import TrainConfig
from dulcet.training.encoding import Encoder
from dulcet.trajectory import Trajectory


class NothingToLearnError(InputError):
    """The episodes, or what a critic makes of them, hold nothing that a method could learn from. Exit code 2."""


@dataclass(frozen=True)
class Ingredients:
    """What a method is given."""

    base: str
    """Folder or hub name of the model to start from."""
    tasks: Mapping[str, Task]
    """The training tasks by id, as critics read them; their hidden information is for critics alone."""
    episodes: Sequence[Trajectory]
    """Offline episodes of the base model on these tasks, graded."""
    system: str
    """The agent's system message, as it was while the episodes were collected."""
    out: Path
    """Where everything goes; a second run there continues the first."""
    max_tokens: int = 8192
    """Longest sequence to train on."""
    temperature: float = 1.0
    """At which candidates are drawn."""
    max_new_tokens: int = 1024
    """Most tokens of one candidate."""
    device: str = "auto"
    seed: int = 0
    """Everything random in the method follows from it."""
    shared: Path | None = None
    """Where methods of one run keep what is the same for several of them; None is `out`."""
    rollouts: Rollouts | None = None
    """Plays fresh episodes, for methods that learn in rounds."""

    @property
    def common(self) -> Path:
        """The folder of what several methods may share."""
        return self.shared or self.out

    @property
    def fresh(self) -> Rollouts:
        """What plays fresh episodes. Raises InputError where there is nobody to play with."""
        if self.rollouts is None:
            raise InputError("this method plays fresh episodes, and there is nobody to play with", do="Give rollouts.")
        return self.rollouts

    @cached_property
    def encoder(self) -> Encoder:
        """Encodes conversations for the base model."""
        return Encoder(load_tokenizer(self.base), self.max_tokens)

    def preferences(self, margin: float | None) -> list[TrajectoryPreference]:
        """Which episodes are better than which; `margin` is the least difference, None the benchmark's own."""
        least = self.benchmark.pair_margin if margin is None else margin
        return trajectory_preferences(self.episodes, margin=least, every=self.benchmark.every_pair)

    @property
    def benchmark(self) -> Benchmark:
        """What the tasks are of."""
        return benchmark_of(self.tasks.values())

    def episode(self, task_id: str, number: int) -> Trajectory:
        """One of the episodes by its key."""
        return self._by_key[task_id, number]

    @cached_property
    def _by_key(self) -> dict[tuple[str, int], Trajectory]:
        return {episode.key: episode for episode in self.episodes}

    def task(self, task_id: str) -> Task:
        """A task by its id. Raises InputError where the episodes are of other tasks."""
        if task_id not in self.tasks:
            raise InputError(
                f"there are episodes of task '{task_id}', but no such task", do="Give the tasks' own file."
            )
        return self.tasks[task_id]


class Method(Protocol):
    """A way to get better. Its fields are its hyper-parameters; the defaults are the paper's."""

    name: ClassVar[str]
    summary: ClassVar[str]

    def run(self, given: Ingredients) -> Path:
        """Train, and return the policy's folder. Raises InputError where the episodes hold nothing to learn from."""
        ...


class Settings(BaseModel):
    """Base of the methods' settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def placed(config: TrainConfig, given: Ingredients) -> TrainConfig:
    """The training's settings with this run's device and seed."""
    return config.model_copy(update={"device": given.device, "seed": given.seed})
