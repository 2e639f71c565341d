"""Outcomes of one method as a matrix over seeds and tasks, from the episodes of each seed's run.

Axes: S seed, T task.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

import numpy as np

from dulcet.evaluation.crossed import Crossed, Floats, crossed
from dulcet.evaluation.table import Interval
from dulcet.trajectory import Trajectory

Values = dict[str, float]
"""Task -> mean over its episodes."""


def values(episodes: Sequence[Trajectory], of: Callable[[Trajectory], float | None]) -> Values:
    """A number of each task's episodes; `of` gives None for an episode that does not count."""
    found: dict[str, list[float]] = {}
    for one in episodes:
        if (value := of(one)) is not None:
            found.setdefault(one.task_id, []).append(value)
    return {task: fmean(each) for task, each in found.items()}


@dataclass(frozen=True)
class Outcomes:
    """One measure of one method."""

    by_seed: Mapping[int, Values] = field(default_factory=dict)

    @property
    def tasks(self) -> list[str]:
        """Those with a result in every seed: only whole columns tell the effect of a seed from that of a task."""
        every = [set(each) for each in self.by_seed.values()]
        return sorted(set.intersection(*every)) if every else []

    def matrix(self, seeds: Sequence[int], tasks: Sequence[str]) -> Floats:
        """The values of these seeds and tasks, of shape [S, T]."""
        return np.array([[self.by_seed[seed][task] for task in tasks] for seed in seeds], dtype=np.float64)

    def minus(self, other: "Outcomes") -> "Outcomes":
        """The differences of each cell that both have."""
        common = {
            seed: {task: each[task] - theirs[task] for task in each.keys() & theirs.keys()}
            for seed, each in self.by_seed.items()
            if (theirs := other.by_seed.get(seed)) is not None
        }
        return Outcomes(common)

    def summary(self, level: float) -> Crossed | None:
        """Mean and interval over seeds and tasks; None where there are not two of each."""
        tasks = self.tasks
        if len(self.by_seed) < 2 or len(tasks) < 2:
            return None
        return crossed(self.matrix(list(self.by_seed), tasks), level)


def bounds(found: Crossed, *, share: bool) -> Interval:
    """The interval to six decimals; of a share kept within [0, 1]."""
    low, high = (max(0.0, found.low), min(1.0, found.high)) if share else (found.low, found.high)
    return round(low, 6), round(high, 6)
