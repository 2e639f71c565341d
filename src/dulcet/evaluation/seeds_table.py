"""The table of several seeds: every method on the same held-out tasks, trained anew with each seed.

As with one run, the same episodes give the same bytes: nothing in it depends on the clock.
"""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from dulcet.evaluation.curves import Curve
from dulcet.evaluation.table import Difference, Interval, Measure, find_comparison
from dulcet.jsonl import read_document, write_json

FORMAT = "dulcet.seeds_table/1"
CROSSED = (
    "crossed random effects of seed and task, ANOVA components, Satterthwaite's t interval: it covers both; where "
    "there is one seed alone, tasks resampled"
)
ONE_SEED = "one seed: percentile bootstrap over tasks; it does not cover what another seed would change"


class SeedsRow(BaseModel):
    """One method's row: means over its seeds and tasks. An interval is None where its mean is."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    seeds: tuple[int, ...]
    """Those with a result; a training that was stopped has none."""
    tasks: int
    """Held-out tasks with a result in every one of these seeds."""
    episodes: int
    """In the means, of all seeds together."""
    failed: int
    tests_passed: float | None
    tests_passed_interval: Interval | None
    success: float | None
    success_interval: Interval | None
    turns: float | None
    turns_interval: Interval | None
    win_rate: float | None = None
    win_rate_interval: Interval | None = None
    tokens: float | None
    leak_rate: float | None
    seed_sd: float | None = None
    """Standard deviation of success from seed to seed beyond what the tasks explain; None with one seed."""
    by_seed: dict[str, float]
    """Seed -> success."""
    agent: dict[str, Any]
    stopped: dict[str, str] = Field(default_factory=dict)
    """Seed -> why its training was stopped."""


class SeedsDifference(Difference):
    """A difference on the same seeds and the same tasks."""

    seeds: int


class Uncertainty(BaseModel):
    """How the intervals were made."""

    model_config = ConfigDict(frozen=True)

    interval: str
    level: float = 0.95


class SeedsTable(BaseModel):
    """What several seeds of one experiment come to."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    format: Literal["dulcet.seeds_table/1"] = "dulcet.seeds_table/1"
    benchmark: str = "backend"
    rival: str | None = None
    seeds: tuple[int, ...]
    methods: dict[str, SeedsRow]
    comparisons: list[SeedsDifference]
    best_of_n: dict[str, Curve] = Field(default_factory=dict)
    """Row -> success by number of candidates, over all seeds."""
    simulator: dict[str, Any]
    agent: dict[str, Any] = Field(default_factory=dict)
    statistics: Uncertainty
    config: Any = None
    """That of the first seed."""

    def comparison(self, a: str, b: str, measure: Measure) -> SeedsDifference | None:
        """`a` minus `b`, in whichever direction it is stored."""
        return find_comparison(self.comparisons, a, b, measure)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a table.json of several seeds. Raises InputError naming the file and the field."""
        return read_document(path, cls)


def write_seeds_table(path: Path, table: SeedsTable) -> None:
    """Write it atomically; the same table gives the same bytes."""
    write_json(path, table.model_dump(mode="json"))
