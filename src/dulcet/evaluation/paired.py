"""From episodes to intervals and comparisons: groups episodes by task and hands arrays to `statistics`.

The intervals of all methods and of all differences come from one and the same set of resampled tasks.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan
from typing import Literal

import numpy as np

from dulcet.evaluation import statistics as st
from dulcet.evaluation.table import MEASURES, Comparison, Interval, Measure, Statistics
from dulcet.evaluation.win_rate import Rival, won
from dulcet.seeds import derive
from dulcet.trajectory import Trajectory

ByTask = dict[str, list[float]]
"""Values of each task's episodes."""

VALUES: dict[str, Callable[[Trajectory], float | None]] = {
    "tests_passed": lambda one: one.reward or 0.0,
    "success": lambda one: float(one.success),
    "turns": lambda one: float(len(one.turns)),
}


SHARES = (*MEASURES, "win_rate")
"""What is in [0, 1]."""


@dataclass(frozen=True)
class _Pair:
    """Method `a` minus method `b` by one measure, on the tasks that both were tried on."""

    a: str
    b: str
    measure: Measure
    differences: dict[str, float]
    """Task -> difference of the means over its episodes."""
    single: bool
    """Whether there is one episode a task."""


def analyse(
    methods: Mapping[str, Sequence[Trajectory]], *, seed: int, statistics: Statistics, rival: Rival | None = None
) -> tuple[dict[str, dict[str, Interval | None]], list[Comparison]]:
    """Each method's intervals by the mean's name, and each pair of methods compared: the later minus the earlier.

    Pairs without a common task are left out.
    """
    measured = VALUES | ({"win_rate": won(rival)} if rival else {})
    values = {(name, key): _by_task(methods[name], of) for name in methods for key, of in measured.items()}
    pairs = [_pair(a, values[a, key], b, values[b, key], key) for b, a in combinations(methods, 2) for key in MEASURES]
    pairs = [pair for pair in pairs if pair.differences]
    columns = [*values.values(), *({task: [d] for task, d in pair.differences.items()} for pair in pairs)]
    found = _bootstrap(columns, seed, statistics)
    bounds: dict[str, dict[str, Interval | None]] = {name: {} for name in methods}
    for ((name, key), tasks), interval in zip(values.items(), found, strict=False):
        bounds[name][key] = _bounded(interval, len(tasks), statistics.level) if key in SHARES else interval
    comparisons = [
        _comparison(pair, interval, seed, statistics)
        for pair, interval in zip(pairs, found[len(values) :], strict=True)
        if interval is not None
    ]
    return bounds, comparisons


def _by_task(episodes: Sequence[Trajectory], of: Callable[[Trajectory], float | None]) -> ByTask:
    grouped: ByTask = defaultdict(list)
    for one in episodes:
        if (value := of(one)) is not None:
            grouped[one.task_id].append(value)
    return grouped


def _pair(a: str, values_a: ByTask, b: str, values_b: ByTask, measure: Measure) -> _Pair:
    common = sorted(values_a.keys() & values_b.keys())
    differences = {task: _mean(values_a[task]) - _mean(values_b[task]) for task in common}
    single = all(len(values[task]) == 1 for values in (values_a, values_b) for task in common)
    return _Pair(a, b, measure, differences, single)


def _comparison(pair: _Pair, interval: Interval, seed: int, statistics: Statistics) -> Comparison:
    differences_T = np.array(list(pair.differences.values()))
    p, test = _p_value(pair, differences_T, derive(seed, pair.a, pair.b, pair.measure), statistics)
    return Comparison(
        a=pair.a,
        b=pair.b,
        measure=pair.measure,
        tasks=len(differences_T),
        difference=round(float(differences_T.mean()), 6),
        interval=interval,
        p=float(f"{p:.6g}"),  # six digits, not six decimals: a tiny p is not 0
        test=test,
    )


def _p_value(
    pair: _Pair, differences_T: st.Floats, seed: int, statistics: Statistics
) -> tuple[float, Literal["sign_flip", "mcnemar_exact"]]:
    """McNemar's exact test for success with one episode a task, the sign-flip test for everything else."""
    if pair.measure == "success" and pair.single:
        return st.mcnemar_p(int((differences_T > 0).sum()), int((differences_T < 0).sum())), "mcnemar_exact"
    return st.sign_flip_p(differences_T, seed=seed, resamples=statistics.resamples), "sign_flip"


def _bootstrap(columns: Sequence[ByTask], seed: int, statistics: Statistics) -> list[Interval | None]:
    """Intervals of the columns' means, to six decimals. None for a column without values."""
    tasks = sorted({task for column in columns for task in column})
    if not tasks:
        return [None] * len(columns)
    sums_TC = np.array([[sum(column.get(task, ())) for column in columns] for task in tasks], dtype=np.float64)
    counts_TC = np.array([[len(column.get(task, ())) for column in columns] for task in tasks], dtype=np.float64)
    found_C2 = st.bootstrap_intervals(
        sums_TC, counts_TC, seed=seed, resamples=statistics.resamples, level=statistics.level
    )
    return [None if isnan(low) else (round(float(low), 6), round(float(high), 6)) for low, high in found_C2]


def _bounded(interval: Interval | None, tasks: int, level: float) -> Interval | None:
    if interval is None:
        return None
    low, high = st.widen_at_bounds(interval, tasks, level)
    return round(low, 6), round(high, 6)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
