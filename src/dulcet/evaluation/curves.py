"""Best-of-N: success against the number of candidates that a critic chooses from."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from dulcet.evaluation.table import Interval


class Point(BaseModel):
    """Best-of-N with one N."""

    model_config = ConfigDict(frozen=True)

    n: int
    success: float
    success_interval: Interval | None = None
    tests_passed: float | None = None


class Curve(BaseModel):
    """One critic's: `best_of_n/ROW.json` of a run."""

    model_config = ConfigDict(frozen=True)

    points: tuple[Point, ...]
    critic: Any = None
    """Its identity."""
    tasks: int | None = None
    """Held-out tasks, the first so many."""
