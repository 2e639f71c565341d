"""The headline of SWEET-RL is an order (arXiv 2503.15478, Table 2); whether each step of it holds is said one by one.

single-turn < zero-shot < rejection fine-tuning < multi-turn DPO < SWEET-RL

Rows that are the same variant of neighbours are compared in the same way: `multi_turn_dpo_75` over
`rejection_fine_tuning_75`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol

from dulcet.evaluation.table import Difference, Interval, Measure

ORDER = ("single_turn", "zero_shot", "rejection_fine_tuning", "multi_turn_dpo", "sweet_rl")
Verdict = Literal["holds", "open", "reversed"]


class Compared(Protocol):
    """A table of one run, or of several seeds."""

    @property
    def methods(self) -> Mapping[str, Any]:
        """The rows by name."""
        ...

    def comparison(self, a: str, b: str, measure: Measure) -> Difference | None:
        """`a` minus `b`."""
        ...


@dataclass(frozen=True)
class Step:
    """A method, and the one that is said to be better."""

    worse: str
    better: str
    difference: float
    """Success of the better minus that of the worse."""
    interval: Interval
    p: float

    @property
    def verdict(self) -> Verdict:
        """It holds where the whole interval is above zero, and is reversed where the whole interval is below."""
        low, high = self.interval
        return "holds" if low > 0 else "reversed" if high < 0 else "open"


def order(table: Compared) -> list[Step]:
    """The neighbours of the order that the table compares: the methods themselves, then each variant of them."""
    pairs = [(worse + of, better + of) for of in _variants(table.methods) for worse, better in pairwise(ORDER)]
    steps = (_step(table, worse, better) for worse, better in pairs)
    return [step for step in steps if step is not None]


def _variants(rows: Iterable[str]) -> list[str]:
    """What follows a method of the order in the names of rows; nothing comes first."""
    rest = (row.removeprefix(method) for row in rows for method in ORDER if row.startswith(f"{method}_"))
    return list(dict.fromkeys(["", *rest]))


def _step(table: Compared, worse: str, better: str) -> Step | None:
    one = table.comparison(better, worse, "success")
    return None if one is None else Step(worse, better, one.difference, one.interval, one.p)
