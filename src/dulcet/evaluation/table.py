"""The table of a run: every method on the same tasks, with intervals, the person's identity and the seeds.

The same episodes give the same bytes, whatever order they were played in: nothing in it depends on the clock.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from dulcet.evaluation.metrics import Metrics
from dulcet.jsonl import read_document, write_json

Interval = tuple[float, float]
Measure = Literal["tests_passed", "success"]
MEASURES: tuple[Measure, ...] = ("tests_passed", "success")


class MethodResult(Metrics):
    """One method's row. An interval is None where its mean is."""

    tests_passed_interval: Interval | None
    success_interval: Interval | None
    turns_interval: Interval | None
    win_rate: float | None = None
    """Share of episodes with a higher reward than the rival's on the same task, ties half; None without a rival."""
    win_rate_interval: Interval | None = None
    agent: dict[str, Any]
    """Who played: kind, model, sampling, the system prompt's hash."""
    seeds: tuple[int, ...] = ()
    """Those that its episodes were played with; empty in tables of earlier versions."""


class Difference(BaseModel):
    """Method `a` minus method `b` on the tasks that both were tried on."""

    model_config = ConfigDict(frozen=True)

    a: str
    b: str
    measure: Measure
    tasks: int
    difference: float
    interval: Interval
    p: float
    """Two-sided, not corrected for the number of comparisons."""


class Comparison(Difference):
    """A difference on the tasks of one run."""

    test: Literal["sign_flip", "mcnemar_exact"]


AnyComparison = TypeVar("AnyComparison", bound=Difference)


def find_comparison(stored: Iterable[AnyComparison], a: str, b: str, measure: Measure) -> AnyComparison | None:
    """The comparison of `a` with `b` among those stored, in whichever direction, turned so that it is a minus b."""
    for one in stored:
        if one.measure == measure and (one.a, one.b) == (a, b):
            return one
        if one.measure == measure and (one.a, one.b) == (b, a):
            low, high = one.interval
            turned = {"a": a, "b": b, "difference": -one.difference, "interval": (-high, -low)}
            return one.model_copy(update=turned)
    return None


class Statistics(BaseModel):
    """How intervals and p-values were made."""

    model_config = ConfigDict(frozen=True)

    interval: str = "percentile bootstrap over tasks; exact binomial bound where every task has 0 or every task 1"
    level: float = 0.95
    resamples: int = 10_000


class Table(BaseModel):
    """Everything that a reader needs to believe a score, or not."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.table/1"] = "dulcet.table/1"
    benchmark: str = "backend"
    """What the tasks are of: it says what `tests_passed` and `success` mean."""
    rival: str | None = None
    """Whose answers the win rates are against."""
    methods: dict[str, MethodResult]
    """In the order in which they were given: the baseline first."""
    comparisons: list[Comparison]
    simulator: dict[str, Any]
    """Who the person was: kind, name, version, and for a model the prompt's hash and temperature."""
    agent: dict[str, Any] = Field(default_factory=dict)
    """The model that all methods start from."""
    seeds: dict[str, int]
    statistics: Statistics = Statistics()
    config: Any = None
    stopped: dict[str, str] = Field(default_factory=dict)
    """Methods whose training was stopped -> why: it collapsed, or had nothing to learn from. They have no row."""

    def played_with(self) -> dict[str, str]:
        """The seed as readers want it: the run's, or those of each method where they are not the same."""
        known = {name: row.seeds for name, row in self.methods.items() if row.seeds}
        if len(set(known.values())) > 1:
            return {name: ", ".join(map(str, each)) for name, each in known.items()}
        return {"run": str(self.seeds.get("run", "unknown"))}

    def comparison(self, a: str, b: str, measure: Measure) -> Comparison | None:
        """The comparison of `a` with `b`, in whichever direction it is stored, turned so that it is a minus b."""
        return find_comparison(self.comparisons, a, b, measure)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a table.json. Raises InputError naming the file and the field."""
        return read_document(path, cls)


def write_table(path: Path, table: Table) -> None:
    """Write table.json atomically; the same table gives the same bytes."""
    write_json(path, table.model_dump(mode="json"))
