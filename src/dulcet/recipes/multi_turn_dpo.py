"""Multi-turn DPO: the best episode of each task against its worse ones, loss on the agent's own turns alone.

SWEET-RL's strongest baseline (arXiv 2503.15478, section 5.2), and MAGNET's variant of it, SFT on the better episode
plus lambda times the preference loss (arXiv 2503.07826).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from dulcet.credit.preferences import TrajectoryPreference
from dulcet.credit.privileged import privileged_trajectory
from dulcet.jsonl import write_all
from dulcet.recipes.base import Ingredients, NothingToLearnError, Settings, placed
from dulcet.training.config import TrainConfig
from dulcet.training.data import Pair
from dulcet.training.objectives import MAGNET, Objective, TrajectoryDPO
from dulcet.training.trainer import train


class _Paired(Settings):
    """What both methods have in common: the pairs, and how to train on them."""

    name: ClassVar[str]

    train: TrainConfig = TrainConfig(lr=2e-7, batch=8, epochs=4)
    margin: float | None = None
    """Least difference of reward between the two episodes of a pair; unset is the benchmark's (0.1 for pages)."""

    def _run(self, given: Ingredients, objective: Objective) -> Path:
        preferences = given.preferences(self.margin)
        write_all(given.out / "preferences.jsonl", preferences)
        data = trajectory_pairs(given, preferences)
        return train(given.base, data, objective, placed(self.train, given), given.out, label=self.name)


class MultiTurnDPO(_Paired):
    """Settings of the method (Table 5)."""

    name: ClassVar[str] = "multi_turn_dpo"
    summary: ClassVar[str] = "DPO on whole episodes, best against worse"

    dpo: TrajectoryDPO = TrajectoryDPO(beta=0.1, nll=0.01)

    def run(self, given: Ingredients) -> Path:
        """Pair the episodes, then train on the pairs."""
        return self._run(given, self.dpo)


class Magnet(_Paired):
    """MAGNET's loss, L_SFT + lambda L_mDPO, on the same pairs."""

    name: ClassVar[str] = "magnet"
    summary: ClassVar[str] = "SFT on the better episode plus lambda times multi-turn DPO"

    magnet: MAGNET = MAGNET()

    def run(self, given: Ingredients) -> Path:
        """Pair the episodes, then train on the pairs."""
        return self._run(given, self.magnet)


def trajectory_pairs(
    given: Ingredients, preferences: Sequence[TrajectoryPreference], *, hidden: bool = False
) -> list[Pair]:
    """The pairs as token ids; with `hidden` as a critic reads them. Raises NothingToLearnError when there are none."""
    pairs = [pair for preference in preferences if (pair := as_pair(given, preference, hidden=hidden))]
    return require_pairs(given, pairs)


def as_pair(given: Ingredients, preference: TrajectoryPreference, *, hidden: bool = False) -> Pair | None:
    """One pair as token ids; None where an episode is too long (the encoder counts these)."""
    task_id = preference.task_id
    secret = given.task(task_id).hidden if hidden else ""
    chosen, rejected = (
        given.encoder.encode_trajectory(given.system, privileged_trajectory(given.episode(task_id, number), secret))
        for number in (preference.chosen, preference.rejected)
    )
    return Pair(chosen, rejected, group=task_id) if chosen and rejected else None


def require_pairs(given: Ingredients, pairs: list[Pair]) -> list[Pair]:
    """The pairs. Raises NothingToLearnError when there are none."""
    if not pairs:
        what = f"the {len(given.episodes)} episodes give no pair: no task has two episodes whose rewards differ enough"
        raise NothingToLearnError(what, do="Collect more episodes of each task (--episodes 4).")
    return pairs
