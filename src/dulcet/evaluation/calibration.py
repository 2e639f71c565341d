"""Whether a critic's differences can be read as probabilities: sigmoid(difference) against how often it is right.

Only pairs that the truth tells apart count. Bins are those of Guo et al. (arXiv 1706.04599), from 1/2 to 1, as the
critic's favourite is what is predicted for.
"""

import numpy as np
from pydantic import BaseModel, ConfigDict

from dulcet.evaluation.statistics import Floats

BINS = 10
_HALVINGS = 60


class Bin(BaseModel):
    """Pairs of similar confidence."""

    model_config = ConfigDict(frozen=True)

    predicted: float
    """Mean of sigmoid(scale * difference)."""
    observed: float
    """Share in which the critic's favourite is really better, a tie of the critic counting half."""
    pairs: int


class Calibration(BaseModel):
    """Confidence against truth."""

    model_config = ConfigDict(frozen=True)

    pairs: int
    ece: float
    """Expected calibration error: mean of |predicted - observed| over the bins, by their pairs."""
    bins: tuple[Bin, ...]
    """Those that are not empty, from unsure to sure."""


class Calibrations(BaseModel):
    """As the critic is, and with its differences multiplied by the one number that makes them most likely.

    Critics speak in nats, shares or rewards; after `scale` they can be compared. It is fitted to these very pairs.
    """

    model_config = ConfigDict(frozen=True)

    plain: Calibration
    scale: float
    """Above 1: the critic is surer than it says; 0: its differences mean nothing."""
    scaled: Calibration


def calibrations(difference_P: Floats, correct_P: Floats) -> Calibrations | None:
    """From the sizes of the critic's differences (at least 0) and whether its favourite is better (0, 1, a tie 1/2).

    None without pairs.
    """
    if not len(difference_P):
        return None
    scale = fitted_scale(difference_P, correct_P)
    plain, scaled = (calibration(_sigmoid(factor * difference_P), correct_P) for factor in (1.0, scale))
    return Calibrations(plain=plain, scale=round(scale, 6), scaled=scaled)


def calibration(predicted_P: Floats, correct_P: Floats) -> Calibration:
    """Predictions from 1/2 to 1 in bins of equal width."""
    bin_P = np.clip(((predicted_P - 0.5) * 2 * BINS).astype(int), 0, BINS - 1)
    bins = [
        Bin(
            predicted=round(float(predicted_P[inside].mean()), 6),
            observed=round(float(correct_P[inside].mean()), 6),
            pairs=int(inside.sum()),
        )
        for number in range(BINS)
        if (inside := bin_P == number).any()
    ]
    error = sum(one.pairs * abs(one.predicted - one.observed) for one in bins) / len(predicted_P)
    return Calibration(pairs=len(predicted_P), ece=round(error, 6), bins=tuple(bins))


def fitted_scale(difference_P: Floats, correct_P: Floats) -> float:
    """The factor s >= 0 that maximises the likelihood of `correct` under sigmoid(s * difference), by bisection.

    At most that which makes a mean difference almost certain: of a critic without errors there is no best factor.
    """
    mean = float(difference_P.mean())
    low, high = 0.0, 20.0 / mean if mean else 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        slope = float((difference_P * (correct_P - _sigmoid(middle * difference_P))).sum())
        low, high = (middle, high) if slope > 0 else (low, middle)
    return (low + high) / 2


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float64)
