"""Measures that come about task by task, with intervals from one and the same resampled tasks."""

from collections import defaultdict

import numpy as np
from pydantic import BaseModel, ConfigDict

from dulcet.evaluation.statistics import Floats, bootstrap_intervals, widen_at_bounds
from dulcet.evaluation.table import Interval, Statistics


class Measured(BaseModel):
    """A mean and its interval over tasks."""

    model_config = ConfigDict(frozen=True)

    value: float
    interval: Interval
    count: int
    """What it is the mean of: turns, pairs."""
    tasks: int


class Columns:
    """Sums and counts by measure and task; those named in `shares` are means of values in [0, 1]."""

    def __init__(self, *shares: str) -> None:
        self._shares = shares
        self._sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self._counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, measure: str, task: str, value: float | None) -> None:
        """One value; None is none."""
        if value is not None:
            self.add_share(measure, task, value, 1)

    def add_share(self, measure: str, task: str, total: float, count: int) -> None:
        """The sum of `count` values; of none is none."""
        if count:
            self._sums[measure][task] += total
            self._counts[measure][task] += count

    def measured(self, statistics: Statistics, seed: int) -> dict[str, Measured]:
        """Each measure that has values: the mean of all of them, to six decimals."""
        names = list(self._sums)
        tasks = sorted({task for sums in self._sums.values() for task in sums})
        if not names:
            return {}
        sums_TC = np.array([[self._sums[name].get(task, 0.0) for name in names] for task in tasks])
        counts_TC = np.array([[float(self._counts[name].get(task, 0)) for name in names] for task in tasks])
        intervals_C2 = bootstrap_intervals(
            sums_TC, counts_TC, seed=seed, resamples=statistics.resamples, level=statistics.level
        )
        return {
            name: self._measured(name, sums_TC[:, place], counts_TC[:, place], intervals_C2[place], statistics.level)
            for place, name in enumerate(names)
        }

    def _measured(self, name: str, sums_T: Floats, counts_T: Floats, interval_2: Floats, level: float) -> Measured:
        tasks = int((counts_T > 0).sum())
        low, high = float(interval_2[0]), float(interval_2[1])
        if name in self._shares:
            low, high = widen_at_bounds((low, high), tasks, level)
        return Measured(
            value=round(float(sums_T.sum() / counts_T.sum()), 6),
            interval=(round(low, 6), round(high, 6)),
            count=int(counts_T.sum()),
            tasks=tasks,
        )
