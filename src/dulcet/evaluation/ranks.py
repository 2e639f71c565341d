"""Rank statistics of two short lists that measure the same things: correlations, and the area under the curve.

Ties are everywhere here (equal texts, equal rewards), so each statistic says what it makes of them.
"""

from collections.abc import Sequence

import numpy as np

from dulcet.evaluation.statistics import Floats

Values = Sequence[float] | Floats


def ranks(values_N: Values) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place_N, count = np.unique(np.asarray(values_N, dtype=np.float64), return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place_N], dtype=np.float64)


def spearman(a_N: Values, b_N: Values) -> float | None:
    """Pearson's correlation of the ranks (Spearman 1904). 0 where `a` is all ties, None where `b`, the truth, is."""
    rank_a, rank_b = ranks(a_N) - (len(a_N) + 1) / 2, ranks(b_N) - (len(b_N) + 1) / 2
    if not rank_b.any():
        return None
    scale = float(np.sqrt((rank_a**2).sum() * (rank_b**2).sum()))
    return float((rank_a * rank_b).sum()) / scale if scale else 0.0


def kendall(a_N: Values, b_N: Values) -> float | None:
    """Kendall's tau-b: concordant less discordant pairs over the geometric mean of the untied (Kendall 1945).

    0 where `a` is all ties, None where `b`, the truth, is.
    """
    sign_a, sign_b = _signs(a_N), _signs(b_N)
    if not sign_b.any():
        return None
    scale = float(np.sqrt((sign_a**2).sum() * (sign_b**2).sum()))
    return float((sign_a * sign_b).sum()) / scale if scale else 0.0


def wins(better: Values, worse: Values) -> tuple[float, int]:
    """How many pairs (one of `better`, one of `worse`) have the first higher, a tie counting half; of how many.

    Their ratio is the area under the ROC curve (Hanley and McNeil 1982).
    """
    difference = np.subtract.outer(np.asarray(better, dtype=np.float64), np.asarray(worse, dtype=np.float64))
    return float((difference > 0).sum() + 0.5 * (difference == 0).sum()), difference.size


def _signs(values_N: Values) -> Floats:
    """Sign of the difference of each pair, once."""
    values = np.asarray(values_N, dtype=np.float64)
    first, second = np.triu_indices(len(values), 1)
    return np.sign(values[first] - values[second])
