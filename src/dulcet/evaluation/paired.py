"""From episodes to intervals and comparisons: groups episodes by task and hands arrays to `statistics`."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isnan
from typing import Literal

import numpy as np

from dulcet.evaluation import statistics as st
from dulcet.evaluation.table import MEASURES, Comparison, Interval, Measure, Statistics
from dulcet.seeds import derive
from dulcet.trajectory import Trajectory

Episodes = Sequence[Trajectory]

_VALUES: dict[str, Callable[[Trajectory], float]] = {
    "tests_passed": lambda one: one.reward or 0.0,
    "success": lambda one: float(one.success),
    "turns": lambda one: float(len(one.turns)),
}


def by_task(episodes: Episodes, key: str) -> dict[str, list[float]]:
    """The values of `key` (tests_passed, success or turns) of each task's episodes."""
    grouped: dict[str, list[float]] = defaultdict(list)
    for one in episodes:
        grouped[one.task_id].append(_VALUES[key](one))
    return grouped


def intervals(
    methods: Mapping[str, Episodes], *, seed: int, statistics: Statistics
) -> dict[str, dict[str, Interval | None]]:
    """For each method, the interval of each mean. All of them rest on the same resampled tasks."""
    columns = [(name, key) for name in methods for key in _VALUES]
    values = [by_task(methods[name], key) for name, key in columns]
    found = _bootstrap(values, seed, statistics)
    result: dict[str, dict[str, Interval | None]] = {name: {} for name in methods}
    for (name, key), tasks, interval in zip(columns, values, found, strict=True):
        if interval is not None and key in MEASURES:
            interval = st.widen_at_bounds(interval, len(tasks), statistics.level)
        result[name][key] = interval and _rounded(interval)
    return result


def compare(
    a: str, episodes_a: Episodes, b: str, episodes_b: Episodes, *, seed: int, statistics: Statistics
) -> Iterator[Comparison]:
    """Compare a with b on the tasks that both were tried on, by each measure; nothing where there is no such task."""
    for key in MEASURES:
        values_a, values_b = by_task(episodes_a, key), by_task(episodes_b, key)
        common = sorted(values_a.keys() & values_b.keys())
        if not common:
            return
        differences = {task: float(np.mean(values_a[task]) - np.mean(values_b[task])) for task in common}
        interval = _bootstrap([{task: [value] for task, value in differences.items()}], seed, statistics)[0]
        assert interval is not None  # there is at least one task
        single = all(len(values[task]) == 1 for values in (values_a, values_b) for task in common)
        differences_T = np.array([differences[task] for task in common])
        p, test = _p_value(key, differences_T, single, derive(seed, a, b, key), statistics)
        yield Comparison(
            a=a,
            b=b,
            measure=key,
            tasks=len(common),
            difference=round(float(differences_T.mean()), 6),
            interval=_rounded(interval),
            p=float(f"{p:.6g}"),  # six digits, not six decimals: a tiny p is not 0
            test=test,
        )


def _p_value(
    key: Measure, differences_T: st.Floats, single: bool, seed: int, statistics: Statistics
) -> tuple[float, Literal["sign_flip", "mcnemar_exact"]]:
    """McNemar's exact test for success with one episode a task, the sign-flip test for everything else."""
    if key == "success" and single:
        return st.mcnemar_p(int((differences_T > 0).sum()), int((differences_T < 0).sum())), "mcnemar_exact"
    return st.sign_flip_p(differences_T, seed=seed, resamples=statistics.resamples), "sign_flip"


def _bootstrap(
    columns: Sequence[Mapping[str, list[float]]], seed: int, statistics: Statistics
) -> list[Interval | None]:
    """Intervals of the columns' means; a column is {task: values}. None for a column without values."""
    tasks = sorted({task for column in columns for task in column})
    if not tasks:
        return [None] * len(columns)
    sums_TC = np.array([[sum(column.get(task, ())) for column in columns] for task in tasks], dtype=np.float64)
    counts_TC = np.array([[len(column.get(task, ())) for column in columns] for task in tasks], dtype=np.float64)
    found_C2 = st.bootstrap_intervals(
        sums_TC, counts_TC, seed=seed, resamples=statistics.resamples, level=statistics.level
    )
    return [None if isnan(low) else (float(low), float(high)) for low, high in found_C2]


def _rounded(interval: Interval) -> Interval:
    return round(interval[0], 6), round(interval[1], 6)
