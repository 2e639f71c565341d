"""Watches a training, and stops it with one line where it collapses: what was seen, and which limit it is beyond.

Policies that are pushed too hard leave the reference far behind, shrink to short replies, say one thing only or nothing
that makes sense, or prefer the wrong side of held-out pairs. The limits are far outside of what healthy trainings
reach, so that none is stopped for nothing; what was written before stays.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, PositiveInt

from dulcet.errors import DulcetError


class TrainingError(DulcetError):
    """Training cannot go on, e.g. because the loss is no longer a number. Exit code 6."""

    exit_code = 6


class Limits(BaseModel):
    """Between these a training is healthy; None looks away. They change no result: they stop it, or they do not."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    window: PositiveInt = 20
    """Rows (steps, or iterations) over whose KL and likelihood are looked at, from a quarter of them on; the first so
    many are the start. What counts is the mean or the median, whichever is less: one rare token, certain to the policy
    and near impossible to the reference, can make up a row's whole KL estimate."""
    kl: PositiveFloat | None = 5.0
    """Most estimate of the KL divergence from the reference, or from the first weights, in nats a token."""
    nll: PositiveFloat | None = 3.0
    """Most rise over the start of the negative log-likelihood of what is to be learnt, in nats a token."""
    accuracy: float | None = Field(0.25, ge=0, le=1)
    """Least held-out accuracy, where `held_out` pairs or more are held out: a coin has 0.5."""
    held_out: PositiveInt = 20
    entropy: PositiveFloat | None = 0.01
    """Least entropy of the policy's own replies, as a share of that at the start."""
    shortest: PositiveFloat | None = 0.1
    """Least length of a reply, as a share of that at the start."""
    longest: PositiveFloat | None = 10.0
    """Most length of a reply, as a multiple of that at the start."""
    replies: NonNegativeInt = 0
    """Replies of its own that a training draws at its start and after each epoch, to know their length and entropy.
    Online trainings know them without; critics with a head say nothing, and several processes draw none."""


@dataclass(frozen=True)
class Rule:
    """What a number of the rows may not do."""

    row: str
    """Its name in the rows."""
    limit: str
    """The field of `Limits`."""
    is_most: bool
    """Whether the limit is the most, or the least, that it may be."""
    said: str
    """What was seen, for the error."""
    of: Literal["now", "rise", "share"] = "now"
    """The number itself, what it has risen by since the start, or its share of that at the start."""
    alone: bool = False
    """Whether a row stands for itself, because it is a mean over much already, or comes once an epoch."""


RULES = (
    Rule("kl", "kl", True, "its KL divergence from the reference is {:.3g} nats a token"),
    Rule("kl_first", "kl", True, "its KL divergence from the first weights is {:.3g} nats a token"),
    Rule("nll", "nll", True, "what it is to learn has become less likely by {:.3g} nats a token", "rise"),
    Rule("chosen_nll", "nll", True, "what it is to prefer has become less likely by {:.3g} nats a token", "rise"),
    Rule(
        "held_out_accuracy", "accuracy", False, "it prefers the right side of {:.1%} of the held-out pairs", alone=True
    ),
    Rule(
        "entropy", "entropy", False, "the entropy of its replies is {:.2g} times that at the start", "share", alone=True
    ),
    Rule(
        "reply_tokens", "shortest", False, "its replies are {:.2g} times as long as at the start", "share", alone=True
    ),
    Rule("reply_tokens", "longest", True, "its replies are {:.3g} times as long as at the start", "share", alone=True),
)


class Watch:
    """Sees the rows of a training one by one."""

    def __init__(self, limits: Limits, where: Path, seen: Iterable[Mapping[str, float]] = ()) -> None:
        """`where` is named in the error; `seen` are the rows of before a restart."""
        self.limits, self.where = limits, where
        self._first: dict[str, list[float]] = {}
        self._last: dict[str, deque[float]] = {}
        for row in seen:
            self._remember(row)

    def see(self, row: Mapping[str, float]) -> None:
        """Look at one more row. Raises TrainingError at a collapse."""
        self._remember(row)
        for rule in RULES:
            limit = getattr(self.limits, rule.limit)
            value = self._value(rule) if rule.row in row else None
            if limit is None or value is None:
                continue
            if value > limit if rule.is_most else value < limit:
                what = f"the training collapsed: {rule.said.format(value)}, the limit is {limit:g}"
                do = f"Earlier weights are kept: train less hard (lr, epochs, beta), or set watch.{rule.limit}."
                raise TrainingError(what, where=str(self.where), do=do)

    def _value(self, rule: Rule) -> float | None:
        """What is compared with the limit; None while it is too early to say."""
        last, first = self._last[rule.row], self._first[rule.row]
        if not rule.alone and 4 * len(last) < self.limits.window:
            return None
        now, start = (last[-1], first[0]) if rule.alone else (_typical(last), _typical(first))
        if rule.of == "share":
            return now / start if start > 0 else 1.0
        return now - start if rule.of == "rise" else now

    def _remember(self, row: Mapping[str, float]) -> None:
        for name in {rule.row for rule in RULES} & set(row):
            self._last.setdefault(name, deque(maxlen=self.limits.window)).append(row[name])
            first = self._first.setdefault(name, [])
            if len(first) < self.limits.window:
                first.append(row[name])


def _typical(values: Collection[float]) -> float:
    return min(fmean(values), median(values))
