"""How good a critic is, beside the success that it leads to: which the paper (arXiv 2503.15478) does not report.

Whole episodes: is the sum of its turns' advantages higher for the better of two? Single turns: does it order candidates
as Monte-Carlo estimates of their worth do (`credit/monte_carlo.py`)? May its differences be read as probabilities? Does
it tell right answers from wrong ones? Intervals are over tasks, which are resampled with all that belongs to them.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from dulcet.credit.base import Critic, ScoreRequest
from dulcet.evaluation.calibration import Calibrations, calibrations
from dulcet.evaluation.columns import Columns, Measured
from dulcet.evaluation.ranks import kendall, spearman, wins
from dulcet.evaluation.table import Statistics
from dulcet.progress import progress
from dulcet.rollout.branch import Estimate

EpisodePair = tuple[Sequence[ScoreRequest], Sequence[ScoreRequest]]
"""The turns of the better and of the worse of two episodes, each a request with the one message that was said."""
_AT_ONCE = 1024


class CriticQuality(BaseModel):
    """What a critic is worth. A measure is None where nothing was there to measure it by."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.critic_quality/1"] = "dulcet.critic_quality/1"
    critic: dict[str, Any]
    """Its identity."""
    pair_accuracy: Measured | None
    """Share of pairs of episodes whose better one has the higher sum of advantages; a tie counts half."""
    spearman: Measured | None
    """Mean over turns of the rank correlation between advantages and estimates, over the distinct candidates."""
    kendall: Measured | None
    """The same with Kendall's tau-b."""
    candidate_accuracy: Measured | None
    """Share of pairs of candidates, of those the estimates tell apart, that are ordered alike; a tie counts half."""
    answer_auc: Measured | None
    """Share of pairs of a right and a wrong final answer after one history whose right one is higher."""
    calibration: Calibrations | None
    """Of the same pairs of candidates."""
    truth_spearman: Measured | None
    """Rank correlation of the estimates' one half of continuations with the other: what noise leaves to be reached."""
    unreadable: int
    """Candidates and episodes that were too long for the critic: they are in no measure."""
    unknown: int
    """Candidates without an estimate: they are in no measure of turns."""


def critic_quality(
    critic: Critic,
    states: Sequence[ScoreRequest],
    truth: Sequence[Sequence[Estimate]],
    pairs: Sequence[EpisodePair],
    *,
    statistics: Statistics | None = None,
    seed: int = 0,
) -> CriticQuality:
    """Measure a critic by turns with the estimates of their candidates, and by pairs of episodes that it never saw.

    Raises ValueError where `truth` has not one estimate a candidate, and what the critic raises.
    """
    columns, turns = Columns("pair_accuracy", "candidate_accuracy", "answer_auc"), _Turns()
    for request, estimates, row in zip(states, truth, _scores(critic, states), strict=True):
        turns.take(columns, request, estimates, row)
    unread = _episodes(columns, critic, pairs)
    found = columns.measured(statistics or Statistics(), seed)
    return CriticQuality(
        critic=critic.identity,
        **{name: found.get(name) for name in _MEASURES},
        calibration=calibrations(np.array(turns.differences), np.array(turns.correct)),
        unreadable=turns.unreadable + unread,
        unknown=turns.unknown,
    )


_MEASURES = ("pair_accuracy", "spearman", "kendall", "candidate_accuracy", "answer_auc", "truth_spearman")


def _scores(critic: Critic, requests: Sequence[ScoreRequest]) -> list[list[float]]:
    found: list[list[float]] = []
    with progress(f"quality of {critic.identity.get('kind', 'the critic')}", len(requests)) as bar:
        for start in range(0, len(requests), _AT_ONCE):
            found += critic.advantages(requests[start : start + _AT_ONCE])
            bar.advance(len(found) - start)
    return found


class _Turns:
    """What is added up over the turns."""

    def __init__(self) -> None:
        self.differences: list[float] = []
        self.correct: list[float] = []
        self.unreadable = self.unknown = 0

    def take(
        self, columns: Columns, request: ScoreRequest, estimates: Sequence[Estimate], advantages: Sequence[float]
    ) -> None:
        """One turn: its distinct candidates that the critic can read and the estimates know."""
        rows = dict(zip(request.candidates, zip(advantages, estimates, strict=True), strict=True))
        self.unknown += sum(math.isnan(one.value) for _, one in rows.values())
        self.unreadable += sum(not math.isfinite(a) for a, _ in rows.values())
        kept = [(a, one) for a, one in rows.values() if math.isfinite(a) and not math.isnan(one.value)]
        advantage_N, value_N = [a for a, _ in kept], [one.value for _, one in kept]
        task = request.task_id
        columns.add("spearman", task, spearman(advantage_N, value_N))
        columns.add("kendall", task, kendall(advantage_N, value_N))
        self._pairs(columns, task, kept)
        right, wrong = (
            [a for a, one in kept if one.ended and one.successes[0] is is_right] for is_right in (True, False)
        )
        columns.add_share("answer_auc", task, *wins(right, wrong))
        halves = [_halves(one) for _, one in kept if len(one.rewards) > 1 or one.ended]
        if len(halves) == len(kept):
            columns.add("truth_spearman", task, spearman(*zip(*halves, strict=True)) if halves else None)

    def _pairs(self, columns: Columns, task: str, kept: Sequence[tuple[float, Estimate]]) -> None:
        """Each two candidates that the estimates tell apart."""
        for (a, one), (b, other) in combinations(kept, 2):
            if one.value != other.value:
                better = (a - b) * (one.value - other.value)
                correct = 0.5 if a == b else float(better > 0)
                columns.add("candidate_accuracy", task, correct)
                self.differences.append(abs(a - b))
                self.correct.append(correct)


def _halves(estimate: Estimate) -> tuple[float, float]:
    """The mean of every other continuation, and of those between; an exact value is both."""
    first, second = estimate.rewards[::2], estimate.rewards[1::2] or estimate.rewards
    return sum(first) / len(first), sum(second) / len(second)


def _episodes(columns: Columns, critic: Critic, pairs: Sequence[EpisodePair]) -> int:
    """Add the pairs of episodes; returns how many of them the critic cannot read."""
    scores = iter(_scores(critic, [turn for pair in pairs for side in pair for turn in side]))
    unread = 0
    for better, worse in pairs:
        a, b = (_sum(scores, len(side)) for side in (better, worse))
        if not (math.isfinite(a) and math.isfinite(b)):
            unread += 1
            continue
        columns.add("pair_accuracy", better[0].task_id, 0.5 if a == b else float(a > b))
    return unread


def _sum(scores: Iterator[list[float]], turns: int) -> float:
    return sum(next(scores)[0] for _ in range(turns))
