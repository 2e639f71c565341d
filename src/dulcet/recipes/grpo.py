"""GRPO: an online policy gradient whose baseline is what the same policy did with the same task.

    for each iteration:
        for each of M tasks: play G episodes with the newest policy, rewards R_1 ... R_G
        A_i = (R_i - mean R) / std R                              for every token of episode i
        some optimiser steps on the clipped surrogate with A_i    training/policy_gradient.py

(arXiv 2402.03300, section 4.1, with outcome supervision; the whole conversation is one output, and the loss is on the
agent's own tokens alone.) There is no critic, no hidden information and no credit to single turns: the plain baseline.
An ending that is the agent's own fault has the reward 0. Messages are to be drawn at temperature 1, because pi is what
the model says there.
"""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, pstdev
from typing import ClassVar

from dulcet.recipes.base import Ingredients
from dulcet.recipes.iterations import Iterations
from dulcet.recipes.online import Online
from dulcet.recipes.playing import encoded
from dulcet.training.config import TrainConfig
from dulcet.training.policy_gradient import Experience
from dulcet.trajectory import Trajectory


class GRPO(Online):
    """Settings of the method: 16 tasks of 64 episodes and one step on all of them, as in the paper."""

    name: ClassVar[str] = "grpo"
    summary: ClassVar[str] = "online policy gradient on the outcome, each episode against others of its task"

    train: TrainConfig = TrainConfig(lr=1e-6, batch=1024, epochs=1, warmup=0.0, final_lr=1.0, held_out=0.0)
    by_std: bool = True
    """Divide by the group's standard deviation. Dr. GRPO (arXiv 2503.20783) does not, because it gives tasks that are
    nearly always or nearly never solved more weight."""

    @property
    def policy_training(self) -> TrainConfig:
        """Of each iteration."""
        return self.train

    def experience(self, given: Ingredients, run: Iterations, episodes: Sequence[Trajectory]) -> list[Experience]:
        """Every episode of the groups in which rewards differ; how many are alike is noted."""
        groups = defaultdict(list)
        for episode in episodes:
            groups[episode.task_id].append(episode)
        found = [(group, self.advantages(group)) for group in groups.values()]
        run.notes["groups_alike"] = float(sum(worth is None for _, worth in found))
        pairs = [pair for group, worth in found if worth is not None for pair in zip(group, worth, strict=True)]
        return [one for episode, advantage in pairs if (one := _experience(given, episode, advantage))]

    def advantages(self, group: Sequence[Trajectory]) -> list[float] | None:
        """Of each episode of one task; None where all did equally well, which teaches nothing."""
        rewards = [episode.reward or 0.0 for episode in group]
        mean, spread = fmean(rewards), pstdev(rewards)
        if spread < 1e-6:
            return None
        return [(reward - mean) / (spread if self.by_std else 1.0) for reward in rewards]


def _experience(given: Ingredients, episode: Trajectory, advantage: float) -> Experience | None:
    sequences = encoded(given, episode)
    turns = sum(len(sequence.spans) for sequence in sequences)
    return Experience(sequences, advantages=(advantage,) * turns, group=episode.task_id) if sequences else None
