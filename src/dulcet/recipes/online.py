"""Learning online: the policy plays, learns from what it just played, and plays again.

An iteration draws some training tasks, plays several episodes of each with the newest policy, and takes the optimiser's
steps on them. What the turns are worth is the method's own: GRPO compares episodes, ArCHer asks a critic.
"""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

from pydantic import PositiveInt, model_validator

from dulcet.recipes.base import Ingredients, Settings
from dulcet.recipes.iterations import Iterations
from dulcet.training.config import TrainConfig
from dulcet.training.policy_gradient import Experience, PolicyGradient
from dulcet.training.trackers import tracking
from dulcet.training.watch import Limits
from dulcet.trajectory import Trajectory


class Online(Settings):
    """What the online methods have in common; a subclass says what the turns of the episodes are worth."""

    name: ClassVar[str]

    iterations: PositiveInt = 100
    tasks: PositiveInt = 16
    """Training tasks of an iteration; all have their turn before one comes again."""
    episodes: PositiveInt = 64
    """Of each of these tasks."""
    loss: PolicyGradient = PolicyGradient()
    watch: Limits = Limits()
    """When the policy has collapsed, as seen over the iterations; the training's own `watch` sees the steps."""

    @property
    @abstractmethod
    def policy_training(self) -> TrainConfig:
        """Of each iteration: `epochs` passes over its episodes in steps of `batch`; the schedule spans them all."""

    @abstractmethod
    def experience(self, given: Ingredients, run: Iterations, episodes: Sequence[Trajectory]) -> list[Experience]:
        """The episodes that have something to teach, with the advantages of their turns."""

    def run(self, given: Ingredients) -> Path:
        """All iterations; returns the last policy. Raises InputError where nothing was learnt in any of them."""
        run = Iterations(given, self.name, self.iterations, self.watch, self.model_dump(mode="json"))
        config = self.policy_training
        with tracking(config.log_to, run.metrics, self.name, {"method": self.name}) as run.trackers:
            while run.number < self.iterations:
                episodes = run.play(self.tasks, self.episodes)
                run.learn(self.experience(given, run, episodes), episodes, self.loss, config)
        return run.result()

    @model_validator(mode="after")
    def _all_episodes_are_learnt_from(self) -> Self:
        if self.policy_training.held_out or self.policy_training.patience:
            raise ValueError("nothing is held out of an online training: set held_out to 0")
        return self
