"""The results of a memory task: every way on the same questions, with intervals, identities and seeds.

The unit of chance is the history where there are at least twenty, since questions of one conversation are alike; with
fewer it is the question, and the interval then speaks for other questions to these very histories.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from dulcet.benchmarks.memory.judge import Verdict
from dulcet.benchmarks.memory.locomo import ANSWERABLE, CATEGORIES
from dulcet.benchmarks.memory.suite import Suite
from dulcet.evaluation.memory.answers import Answer
from dulcet.evaluation.memory.differences import Difference, differences
from dulcet.evaluation.statistics import bootstrap_intervals, widen_at_bounds
from dulcet.seeds import derive
from dulcet.trajectory import Outcome

ENOUGH_HISTORIES = 20
ALL = "all"
AGENT = "memgpt"
_ANSWERABLE = frozenset(name for number, name in CATEGORIES.items() if number != 5)
Verdicts = Mapping[str, Verdict]


class Estimate(BaseModel):
    """A mean with its 95 % interval."""

    model_config = ConfigDict(frozen=True)

    mean: float
    interval: tuple[float, float]
    questions: int


class WayResult(BaseModel):
    """One way's row."""

    model_config = ConfigDict(frozen=True)

    questions: int
    """Questions in the means."""
    not_put: dict[str, int]
    """Questions that are in none, by why: the history did not fit, no model answered."""
    outcomes: dict[str, int]
    """How the questions that were asked of a model ended; a search asks none."""
    verdicts: dict[str, int]
    """The judge's labels; those that are no verdict are in no mean."""
    measures: dict[str, dict[str, Estimate]]
    """Measure -> category (`all` first) -> estimate."""
    completions: float | None
    """Mean number of times the model was asked for an answer."""
    prompt_tokens: int
    """The longest prompt."""
    identity: dict[str, Any]


class MemoryTable(BaseModel):
    """Everything that a reader needs to believe a figure, or not (`dulcet.memory_table/1`)."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.memory_table/1"] = "dulcet.memory_table/1"
    task: str
    source: dict[str, Any]
    questions: int
    histories: int
    ways: dict[str, WayResult]
    differences: list[Difference]
    """The agent with a memory minus each baseline, over the headline's questions that both were asked."""
    judge: dict[str, Any] | None
    similarity: dict[str, Any] | None
    """The embedder behind SIM-1, SIM-3 and SIM-H."""
    seeds: dict[str, int]
    unit: Literal["history", "question"]
    """What is resampled for the intervals."""
    headline: str
    """The group of questions that a single figure stands for: `all`, or LoCoMo's categories 1 to 4."""
    statistics: str = "95 % percentile bootstrap, 10,000 resamples; exact binomial bound where every unit has 0 or 1"


def build_table(
    suite: Suite,
    answers: Mapping[str, Sequence[Answer]],
    identities: Mapping[str, dict[str, Any]],
    *,
    seed: int,
    verdicts: Mapping[str, Verdicts] | None = None,
    judge: dict[str, Any] | None = None,
    similarity: dict[str, Any] | None = None,
) -> MemoryTable:
    """The table of the ways, in the order given."""
    unit: Literal["history", "question"] = "history" if len(suite.histories) >= ENOUGH_HISTORIES else "question"
    resampling = derive(seed, "memory", "bootstrap")
    judged = verdicts or {}
    values = {name: list(_values(each, judged.get(name, {}))) for name, each in answers.items()}
    estimates = _estimates(values, unit, resampling)
    headline = ANSWERABLE if suite.task == "locomo" else ALL
    return MemoryTable(
        task=suite.task,
        source=suite.source,
        questions=len(suite.questions),
        histories=len(suite.histories),
        ways={
            name: _way(each, judged.get(name, {}), estimates[name], identities[name]) for name, each in answers.items()
        },
        judge=judge,
        similarity=similarity,
        seeds={"run": seed, "bootstrap": resampling},
        unit=unit,
        headline=headline,
        differences=_differences(values, headline, unit, resampling),
    )


class _Value(BaseModel):
    """One number of one answer."""

    measure: str
    category: str
    history: str
    question: str
    value: float


def _values(answers: Sequence[Answer], verdicts: Verdicts) -> Iterator[_Value]:
    for answer in answers:
        if not answer.counts:
            continue
        groups = (ANSWERABLE,) if answer.category in _ANSWERABLE else ()
        verdict = verdicts.get(answer.question)
        judged = {"judged": verdict.value} if verdict is not None and verdict.value is not None else {}
        for measure, value in {**judged, **answer.scores}.items():
            for category in dict.fromkeys((ALL, *groups, answer.category)):
                yield _Value(
                    measure=measure,
                    category=category,
                    history=answer.history,
                    question=answer.question,
                    value=value,
                )


def _estimates(
    values: Mapping[str, Sequence[_Value]], unit: Literal["history", "question"], seed: int
) -> dict[str, dict[str, dict[str, Estimate]]]:
    """Way -> measure -> category -> estimate; all columns share the same resamples."""
    columns: dict[tuple[str, str, str], list[_Value]] = {}
    for way, each in values.items():
        for value in each:
            columns.setdefault((way, value.measure, value.category), []).append(value)
    units = sorted({getattr(value, unit) for each in values.values() for value in each})
    row = {name: index for index, name in enumerate(units)}
    sums_TC, counts_TC = np.zeros((len(units), len(columns))), np.zeros((len(units), len(columns)))
    for column, each in enumerate(columns.values()):
        for value in each:
            sums_TC[row[getattr(value, unit)], column] += value.value
            counts_TC[row[getattr(value, unit)], column] += 1
    intervals_C2 = bootstrap_intervals(sums_TC, counts_TC, seed=seed) if columns else np.empty((0, 2))
    found: dict[str, dict[str, dict[str, Estimate]]] = {way: {} for way in values}
    for column, ((way, measure, category), each) in enumerate(columns.items()):
        low, high = (float(bound) for bound in intervals_C2[column])
        there = int(np.count_nonzero(counts_TC[:, column]))
        bounds = widen_at_bounds((low, high), there) if not math.isnan(low) else (low, high)
        estimate = Estimate(
            mean=round(fmean(value.value for value in each), 6),
            interval=(round(bounds[0], 6), round(bounds[1], 6)),
            questions=len(each),
        )
        found[way].setdefault(measure, {})[category] = estimate
    return found


def _differences(
    values: Mapping[str, Sequence[_Value]], headline: str, unit: Literal["history", "question"], seed: int
) -> list[Difference]:
    if AGENT not in values:
        return []
    scores: dict[str, dict[str, dict[str, float]]] = {way: {} for way in values}
    for way, each in values.items():
        for value in each:
            if value.category == headline:
                scores[way].setdefault(value.question, {})[value.measure] = value.value
    units = {value.question: getattr(value, unit) for each in values.values() for value in each}
    return differences(AGENT, scores, units, seed=seed)


def _way(
    answers: Sequence[Answer],
    verdicts: Verdicts,
    measures: dict[str, dict[str, Estimate]],
    identity: dict[str, Any],
) -> WayResult:
    counted = [answer for answer in answers if answer.counts]
    asked = [answer.completions for answer in counted if answer.reply is not None]
    return WayResult(
        questions=len(counted),
        not_put=_count(answer.outcome for answer in answers if not answer.counts),
        outcomes=_count(answer.outcome for answer in answers if not (answer.counts and answer.reply is None)),
        verdicts=dict(sorted(Counter(verdict.label for verdict in verdicts.values()).items())),
        measures=measures,
        completions=round(fmean(asked), 3) if asked else None,
        prompt_tokens=max((answer.prompt_tokens for answer in answers), default=0),
        identity=identity,
    )


def _count(outcomes: "Iterator[Outcome]") -> dict[str, int]:
    return dict(sorted(Counter(outcome.value for outcome in outcomes).items()))
