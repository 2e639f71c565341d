"""The headline of SWEET-RL is an order (arXiv 2503.15478, Table 2); whether each step of it holds is said one by one.

single-turn < zero-shot < rejection fine-tuning < multi-turn DPO < SWEET-RL
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Protocol

from dulcet.evaluation.table import Difference, Interval, Measure

ORDER = ("single_turn", "zero_shot", "rejection_fine_tuning", "multi_turn_dpo", "sweet_rl")
Verdict = Literal["holds", "open", "reversed"]


class Compared(Protocol):
    """A table of one run, or of several seeds."""

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
    """The neighbours of the order that the table compares."""
    found = []
    for worse, better in pairwise(ORDER):
        one = table.comparison(better, worse, "success")
        if one is not None:
            found.append(Step(worse, better, one.difference, one.interval, one.p))
    return found
