"""The mean over seeds and tasks, and how sure we are of it: both are samples, and both are drawn anew next time.

Every seed is tried on the same tasks, so that outcomes form a matrix y[s, t] with crossed random effects:

    y[s, t] = mu + a[s] + b[t] + e[s, t]

with a of the seed (training data, first shuffle, sampling), b of the task and e of both together. The mean over S seeds
and T tasks has the variance

    Var(mean) = var_a / S + var_b / T + var_e / (S T)

The components come from the two-way analysis of variance without replication (Searle, Casella and McCulloch 1992,
chapter 4): var_e = MS_e, var_a = (MS_s - MS_e) / T, var_b = (MS_t - MS_e) / S, where one below zero counts as zero. So
S T Var(mean) is MS_s + MS_t - MS_e, or without the effects that are not there; its degrees of freedom are
Satterthwaite's (1946), for differences of mean squares as Gaylor and Hopper (1969):

    df = (sum of c_i MS_i)^2 / sum of (c_i MS_i)^2 / df_i,   c = 1, 1, -1

and the interval is mean +- t(df) sqrt(Var). For a difference of two methods, y is the difference of each cell (the same
seed, the same task). With one seed nothing is known of a: use `statistics.bootstrap_intervals` over the tasks then.

Axes: S seed, T task.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dulcet.evaluation.students_t import quantile, two_sided_p

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Crossed:
    """A mean over seeds and tasks."""

    mean: float
    low: float
    high: float
    df: float
    """Degrees of freedom of the interval; infinite where nothing varies."""
    p: float
    """Two-sided, of a mean of zero."""
    seed_sd: float
    """Standard deviation of the seeds' own effect, in units of the outcome."""
    task_sd: float
    rest_sd: float
    """Of what belongs to one seed on one task."""


def crossed(values_ST: Floats, level: float = 0.95) -> Crossed:
    """Mean and interval of a whole matrix of outcomes [S, T]. Raises ValueError for fewer than two seeds or tasks."""
    seeds, tasks = values_ST.shape
    if min(seeds, tasks) < 2:
        raise ValueError(f"crossed effects need two seeds and two tasks at least, not {seeds} and {tasks}")
    mean = float(values_ST.mean())
    seed, task, rest = _mean_squares(values_ST)
    var_seed, var_task = max(0.0, (seed - rest) / tasks), max(0.0, (task - rest) / seeds)
    error = (var_seed / seeds + var_task / tasks + rest / (seeds * tasks)) ** 0.5
    spread = {"seed_sd": var_seed**0.5, "task_sd": var_task**0.5, "rest_sd": rest**0.5}
    if error == 0.0:
        return Crossed(mean, mean, mean, float("inf"), float(mean == 0.0), **spread)
    df = _freedom(seed, task, rest, seeds, tasks)
    half = quantile(level, df) * error
    return Crossed(mean, mean - half, mean + half, df, two_sided_p(mean / error, df), **spread)


def _mean_squares(values_ST: Floats) -> tuple[float, float, float]:
    """MS of seeds, of tasks and of what is left."""
    seeds, tasks = values_ST.shape
    mean = values_ST.mean()
    of_seed_S, of_task_T = values_ST.mean(axis=1) - mean, values_ST.mean(axis=0) - mean
    rest_ST = values_ST - mean - of_seed_S[:, None] - of_task_T[None, :]
    return (
        tasks * float(of_seed_S @ of_seed_S) / (seeds - 1),
        seeds * float(of_task_T @ of_task_T) / (tasks - 1),
        float((rest_ST**2).sum()) / ((seeds - 1) * (tasks - 1)),
    )


def _freedom(seed: float, task: float, rest: float, seeds: int, tasks: int) -> float:
    """Satterthwaite's degrees of freedom of the mean squares that are in the variance of the mean."""
    parts = [(square, df) for square, df in ((seed, seeds - 1), (task, tasks - 1)) if square > rest]
    sign = 1 - len(parts)  # MS_e is subtracted once where both effects are there, and all there is where none is
    whole = sum(square for square, _ in parts) + sign * rest
    parts += [(sign * rest, (seeds - 1) * (tasks - 1))]
    return max(whole**2 / sum(square**2 / df for square, df in parts), min(seeds, tasks) - 1)
