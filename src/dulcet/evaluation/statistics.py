"""Intervals and paired tests for methods that were tried on the same tasks.

The task is the unit of chance: what is resampled, and what a sign is flipped for, is a task with all its
episodes. Episodes of one task are alike, so that treating them as independent would make intervals too narrow.

Axes: T task, C column (a method, or a difference of two), R resample.
"""

from collections.abc import Iterator
from math import comb

from dulcet.errors import MissingDependencyError

try:
    import numpy as np
    from numpy.typing import NDArray
except ImportError as error:  # numpy comes with the extras, not with the bare package
    raise MissingDependencyError("numpy", "report") from error

Floats = NDArray[np.float64]
_CHUNK_CELLS = 2_000_000
_EXACT_UP_TO = 12
_ROUNDING = 1e-9


def bootstrap_intervals(
    sums_TC: Floats, counts_TC: Floats, *, seed: int, resamples: int = 10_000, level: float = 0.95
) -> Floats:
    """Percentile bootstrap intervals of each column's mean, of shape [C, 2] (Efron and Tibshirani 1993, chapter 13).

    `sums_TC` is the sum of the values of a task's episodes and `counts_TC` their number (0: the task was not tried).
    All columns share the same resampled tasks, so that methods are compared on equal draws. Columns without any
    episode get NaN.
    """
    rng = np.random.default_rng(seed)
    tasks = len(sums_TC)
    means = []
    for rows in _chunks(resamples, tasks):
        weights_RT = rng.multinomial(tasks, np.full(tasks, 1 / tasks), size=rows).astype(np.float64)
        counts_RC = weights_RT @ counts_TC
        with np.errstate(invalid="ignore"):
            means.append(np.where(counts_RC > 0, weights_RT @ sums_TC / counts_RC, np.nan))
    means_RC = np.concatenate(means)
    tail = (1 - level) / 2
    empty_C = counts_TC.sum(axis=0) == 0
    means_RC[:, empty_C] = 0.0  # keeps nanquantile from warning; put back to NaN below
    intervals_C2 = np.nanquantile(means_RC, [tail, 1 - tail], axis=0).T
    intervals_C2[empty_C] = np.nan
    return np.asarray(intervals_C2, dtype=np.float64)


def widen_at_bounds(interval: tuple[float, float], tasks: int, level: float = 0.95) -> tuple[float, float]:
    """Mend the interval of a share in [0, 1] where *every* task has 0, or every task 1.

    Resampling such data gives a width of nothing, as if 0 of 20 proved that success is impossible. The exact
    binomial bound (Clopper and Pearson 1934) takes its place: 0 of 20 gives [0, 0.168].
    """
    bound = 1 - ((1 - level) / 2) ** (1 / tasks)
    if interval == (0.0, 0.0):
        return 0.0, bound
    return (1 - bound, 1.0) if interval == (1.0, 1.0) else interval


def sign_flip_p(differences_T: Floats, *, seed: int, resamples: int = 10_000) -> float:
    """Two-sided p-value of the paired permutation test on the tasks' differences (Fisher's randomisation test).

    Were the methods alike, each difference could as well have had the other sign. All sign patterns are tried
    where there are at most 2**12, otherwise `resamples` random ones; the observed pattern counts as one of them.
    """
    moved_T = differences_T[differences_T != 0]
    observed = abs(float(moved_T.sum())) - _ROUNDING
    if len(moved_T) <= _EXACT_UP_TO:
        patterns = np.arange(2 ** len(moved_T))[:, None] >> np.arange(len(moved_T)) & 1
        return float(np.mean(np.abs((2 * patterns - 1) @ moved_T) >= observed))
    rng = np.random.default_rng(seed)
    extreme = 0
    for rows in _chunks(resamples, len(moved_T)):
        signs_RT = 2.0 * rng.integers(0, 2, size=(rows, len(moved_T)), dtype=np.int8) - 1.0
        extreme += int(np.count_nonzero(np.abs(signs_RT @ moved_T) >= observed))
    return (1 + extreme) / (1 + resamples)


def mcnemar_p(only_a: int, only_b: int) -> float:
    """Exact two-sided p-value of McNemar's test: tasks that only method a, and only method b, solved (1947)."""
    discordant = only_a + only_b
    if discordant == 0:
        return 1.0
    tail = sum(comb(discordant, k) for k in range(min(only_a, only_b) + 1))
    return min(1.0, 2 * tail / (1 << discordant))


def _chunks(rows: int, columns: int) -> Iterator[int]:
    """Cut `rows` so that a matrix of chunk x `columns` stays small."""
    size = max(1, _CHUNK_CELLS // max(1, columns))
    while rows > 0:
        yield min(size, rows)
        rows -= size
