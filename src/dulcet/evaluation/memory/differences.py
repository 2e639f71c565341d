"""By how much the agent with a memory is better than each baseline, on the questions that both were asked."""

from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from dulcet.evaluation.statistics import bootstrap_intervals

Scores = Mapping[str, Mapping[str, float]]
"""Question -> measure -> value, of the answers that count."""


class Difference(BaseModel):
    """Way `a` minus way `b` in one measure."""

    model_config = ConfigDict(frozen=True)

    a: str
    b: str
    measure: str
    questions: int
    """Asked of both."""
    difference: float
    interval: tuple[float, float]


def differences(first: str, ways: Mapping[str, Scores], units: Mapping[str, str], *, seed: int) -> list[Difference]:
    """`first` minus each other way in each measure that both have; `units` is what is resampled, by question.

    Intervals are paired: a unit is drawn with both ways' answers. There is none without a question asked of both.
    """
    names = sorted(set(units.values()))
    row = {name: index for index, name in enumerate(names)}
    found: list[tuple[str, str, list[float]]] = []
    columns: list[tuple[np.ndarray, np.ndarray]] = []
    for other in ways:
        for measure, pairs in _shared(ways[first], ways[other]).items() if other != first else ():
            sums_T, counts_T = np.zeros(len(names)), np.zeros(len(names))
            for question, value in pairs.items():
                sums_T[row[units[question]]] += value
                counts_T[row[units[question]]] += 1
            found.append((other, measure, list(pairs.values())))
            columns.append((sums_T, counts_T))
    if not columns:
        return []
    sums_TC, counts_TC = (np.stack(each, axis=1) for each in zip(*columns, strict=True))
    intervals_C2 = bootstrap_intervals(sums_TC, counts_TC, seed=seed)
    return [
        _difference(first, other, measure, values, interval)
        for (other, measure, values), interval in zip(found, intervals_C2, strict=True)
    ]


def _shared(first: Scores, second: Scores) -> dict[str, dict[str, float]]:
    """Measure -> question -> difference."""
    found: dict[str, dict[str, float]] = {}
    for question, scores in first.items():
        for measure, value in scores.items():
            if measure in second.get(question, {}):
                found.setdefault(measure, {})[question] = value - second[question][measure]
    return found


def _difference(a: str, b: str, measure: str, values: Sequence[float], interval: Sequence[float]) -> Difference:
    low, high = (round(float(bound), 6) for bound in interval)
    mean = round(sum(values) / len(values), 6)
    return Difference(a=a, b=b, measure=measure, questions=len(values), difference=mean, interval=(low, high))
