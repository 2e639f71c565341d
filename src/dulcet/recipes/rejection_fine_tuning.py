"""Rejection fine-tuning: imitate the episodes that succeeded, and nothing else.

SWEET-RL's baseline (arXiv 2503.15478, section 5.2), one offline round: no new episodes are collected in between. With
more `rounds` the newest policy plays the training tasks again, and the successes of all rounds so far are imitated from
the first weights on: tasks that were solved late join those solved early, and no round inherits another's forgetting
(as in ReST-EM, arXiv 2312.06585, whose samples are however those of one round).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import Field, PositiveInt

from dulcet.recipes.base import Ingredients, NothingToLearnError, Settings, placed
from dulcet.recipes.rounds import fresh_episodes, round_folder
from dulcet.training.config import TrainConfig
from dulcet.training.data import Demonstration
from dulcet.training.objectives import SFT
from dulcet.training.trainer import train
from dulcet.trajectory import Trajectory


class RejectionFineTuning(Settings):
    """Settings of the method (Table 5)."""

    name: ClassVar[str] = "rejection_fine_tuning"
    summary: ClassVar[str] = "imitate the successful episodes"

    train: TrainConfig = TrainConfig(lr=2e-7, batch=32, epochs=4)
    least: float | None = Field(default=None, ge=0, le=1)
    """Least reward of an episode that is imitated; unset: it succeeded."""
    rounds: PositiveInt = 1
    """Each round after the first plays fresh episodes with the newest policy. One is the paper's."""
    episodes: PositiveInt = 4
    """Fresh episodes of each task in a round."""

    def run(self, given: Ingredients) -> Path:
        """Train on the successful episodes, round after round; each leaves its folder."""
        episodes = list(given.episodes)
        policy = self._imitate(given, episodes, given.out)
        for number in range(2, self.rounds + 1):
            episodes += fresh_episodes(given, policy, number, self.episodes, episodes)
            policy = self._imitate(given, episodes, round_folder(given, number))
        return policy

    def _imitate(self, given: Ingredients, episodes: Sequence[Trajectory], out: Path) -> Path:
        good = [episode for episode in episodes if self._good(episode)]
        encoded = [(run.task_id, given.encoder.encode_trajectory(given.system, run)) for run in good]
        data = [Demonstration(sequences, group=task_id) for task_id, sequences in encoded if sequences]
        if not data:
            missed = "succeeded" if self.least is None else f"has a reward of {self.least:g}"
            what = f"none of the {len(episodes)} episodes {missed}"
            raise NothingToLearnError(what, do="Collect more episodes of each task, or easier tasks; or lower 'least'.")
        return train(given.base, data, SFT(), placed(self.train, given), out, label=self.name)

    def _good(self, episode: Trajectory) -> bool:
        return episode.success if self.least is None else (episode.reward or 0.0) >= self.least
