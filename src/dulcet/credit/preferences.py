"""Preferences: which of two trajectories, or of two turns after one history, is better.

They are the files between credit and training.

A preference names episodes by their key and keeps no second copy of them.
"""

from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dulcet.seeds import derive
from dulcet.trajectory import Outcome, Trajectory

Rule = Literal["halves", "best_worst"]
ROUNDING = 1e-9
"""Two rewards that differ by the margin differ by it, whatever binary fractions make of that."""


class TrajectoryPreference(BaseModel):
    """Two episodes of one task, the first with the higher reward."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.trajectory_preference/1"] = "dulcet.trajectory_preference/1"
    task_id: str
    chosen: int
    """Episode number."""
    rejected: int
    margin: float
    """Difference of their rewards, above 0."""


class Candidates(BaseModel):
    """What the policy might have said in one turn, and how good a critic finds each."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.candidates/1"] = "dulcet.candidates/1"
    task_id: str
    episode: int
    turn: int
    candidates: tuple[str, ...]
    advantages: tuple[float, ...] = ()
    """One a candidate, or none before a critic has seen them."""

    @property
    def key(self) -> tuple[str, int, int]:
        """Which turn of which episode."""
        return self.task_id, self.episode, self.turn


class TurnPreference(BaseModel):
    """Two messages after one history, the first with the higher advantage."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.turn_preference/1"] = "dulcet.turn_preference/1"
    task_id: str
    episode: int
    turn: int
    chosen: str
    rejected: str
    margin: float
    """Difference of their advantages, above 0."""


def trajectory_preferences(
    episodes: Sequence[Trajectory], *, margin: float = 0.0, chosen_succeeds: bool = False, every: bool = False
) -> list[TrajectoryPreference]:
    """The best episode of each task against every worse one whose reward is lower by at least `margin`, and lower.

    Failures of the machinery take no part, nor do episodes that were cut off: they would be learnt with an end that
    they did not have. With `chosen_succeeds` only tasks that were solved once give pairs (the released code does that
    for functions). With `every` all episodes are compared with all others (it does that for pages).
    """
    by_task: dict[str, list[Trajectory]] = defaultdict(list)
    for episode in episodes:
        if episode.reward is not None and episode.turns and episode.outcome is not Outcome.TRUNCATED:
            by_task[episode.task_id].append(episode)
    found = []
    for task_id, runs in by_task.items():
        whole = sorted(
            (run for run in runs if run.success or not chosen_succeeds),
            key=lambda run: (-(run.reward or 0.0), run.episode),
        )
        for better in whole if every else whole[:1]:
            for run in runs:
                difference = (better.reward or 0.0) - (run.reward or 0.0)
                if difference > 0 and difference >= margin - ROUNDING:
                    found.append(
                        TrajectoryPreference(
                            task_id=task_id, chosen=better.episode, rejected=run.episode, margin=difference
                        )
                    )
    return found


def turn_preferences(
    scored: Sequence[Candidates], *, per_turn: int, seed: int, rule: Rule = "halves", margin: float = 0.0
) -> list[TurnPreference]:
    """Up to `per_turn` pairs a turn.

    halves: a random candidate of the better half against a random one of the worse half (SWEET-RL, section 4.3);
    best_worst: the k-th best against the k-th worst. Equal texts and differences not above `margin` give no pair, and
    no pair is drawn twice.
    """
    found = []
    for row in scored:
        order = sorted(zip(row.advantages, row.candidates, strict=True), reverse=True)
        middle = len(order) // 2
        better, worse = order[:middle], order[::-1][: len(order) - middle]
        random = Random(derive(seed, "pairs", *row.key))
        draws = (
            zip(better, worse, strict=False)
            if rule == "best_worst"
            else [(random.choice(better), random.choice(worse)) for _ in range(per_turn if better else 0)]
        )
        pairs = dict.fromkeys(
            (chosen, rejected)
            for chosen, rejected in draws
            if chosen[1] != rejected[1] and chosen[0] - rejected[0] > margin
        )
        found += [
            TurnPreference(
                task_id=row.task_id, episode=row.episode, turn=row.turn,
                chosen=chosen[1], rejected=rejected[1], margin=chosen[0] - rejected[0],
            )
            for chosen, rejected in list(pairs)[:per_turn]
        ]  # fmt: skip
    return found
