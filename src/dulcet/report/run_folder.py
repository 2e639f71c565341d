"""Reads a run's folder as far as it is there: what is missing is named, what is broken is an error.

docs/results_format.md describes every file.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dulcet import jsonl
from dulcet.benchmarks.base import Benchmark
from dulcet.benchmarks.open import benchmark_of, open_benchmark
from dulcet.errors import InputError
from dulcet.evaluation.across import rows_named
from dulcet.evaluation.costs import Costs, read_costs
from dulcet.evaluation.curves import Curve
from dulcet.evaluation.table import Table
from dulcet.report.critics import flat
from dulcet.rollout.collect import load
from dulcet.task import Task
from dulcet.trajectory import Trajectory

STAGES = ("rejection_fine_tuning", "multi_turn_dpo", "magnet", "sweet_rl/critic", "sweet_rl/policy")
"""Training stages in the order in which the page shows them; others follow by name."""

_DO = "Give a folder that 'dulcet reproduce' or 'dulcet evaluate' wrote."
Key = tuple[str, int]
T = TypeVar("T")


class Advantages(BaseModel):
    """The critic's advantage of each turn of one episode."""

    model_config = ConfigDict(frozen=True)

    task_id: str
    episode: int = 0
    advantages: tuple[float, ...]


@dataclass(frozen=True)
class RunFolder:
    """What was found in a run's folder; None or empty where a piece is missing."""

    path: Path
    config: dict[str, Any] | None = None
    table: Table | None = None
    tasks: dict[str, Task] = field(default_factory=dict)
    """Test tasks by id."""
    episodes: dict[str, list[Trajectory]] = field(default_factory=dict)
    """Test episodes by method, the baseline first."""
    training: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Metrics of each optimiser step by stage."""
    best_of_n: dict[str, Curve] = field(default_factory=dict)
    """Success by number of candidates, by the row whose critic chooses."""
    advantages: dict[str, dict[Key, tuple[float, ...]]] = field(default_factory=dict)
    """Method -> episode's key -> advantage of each turn."""
    critics: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was measured of each row's critic."""
    costs: Costs = field(default_factory=dict)
    machine: dict[str, Any] | None = None
    missing: tuple[str, ...] = ()
    """Names of the files and folders that are not there."""
    pictures: dict[str, bytes] = field(default_factory=dict)
    """PNG of an answer or a reference by its source, where the benchmark's are looked at."""
    blind: str = ""
    """Why there are no pictures, where there should be some."""

    @property
    def benchmark(self) -> Benchmark:
        """What the tasks are of."""
        return open_benchmark(self.table.benchmark) if self.table else benchmark_of(self.tasks.values())


def read_run(path: Path) -> RunFolder:
    """Read the folder. Raises InputError when it is no run's folder, or when a file in it cannot be understood."""
    if not path.is_dir():
        raise InputError("no such folder", where=str(path), do=_DO)
    reader = Reader(path)
    config = reader.one("config.json", json_object)
    table = reader.one("table.json", Table.read)
    episodes = reader.many("evaluate", "*.jsonl", load)
    order = [*(table.methods if table else ["zero_shot"]), *rows_named(config)]
    run = RunFolder(
        path=path,
        config=config,
        table=table,
        tasks=reader.one("tasks/test.jsonl", _tasks) or {},
        episodes=_ordered(episodes, order),
        training=_ordered(reader.many("train", "**/metrics.jsonl", _steps), STAGES),
        best_of_n=_ordered(reader.rows("best_of_n", _curve), order),
        advantages=reader.many("advantages", "*.jsonl", _advantages),
        critics=_ordered(reader.rows("critic", critic_numbers), order),
        costs=reader.one("costs.json", read_costs) or {},
        machine=reader.one("machine.json", json_object),
        missing=tuple(reader.missing),
    )
    if table is None and not episodes and not run.training:
        raise InputError("nothing to report yet", where=str(path), do="Run 'dulcet reproduce' or 'dulcet evaluate'.")
    return run


class Reader:
    """Reads what there is and remembers what there is not."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.missing: list[str] = []

    def one(self, name: str, parse: Callable[[Path], T]) -> T | None:
        """A file; None where it is missing."""
        path = self.root / name
        if path.is_file():
            return parse(path)
        self.missing.append(name)
        return None

    def many(self, folder: str, pattern: str, parse: Callable[[Path], T]) -> dict[str, T]:
        """Files by name without ending; those called metrics.jsonl by the name of their folder."""
        found = sorted((self.root / folder).glob(pattern))
        if not found:
            self.missing.append(f"{folder}/")
        return {self._name(path, self.root / folder): parse(path) for path in found}

    def rows(self, name: str, parse: Callable[[Path], T]) -> dict[str, T]:
        """`NAME/ROW.json` by row; runs of earlier versions have one file, `NAME.json`, of SWEET-RL."""
        earlier = self.root / f"{name}.json"
        return {"sweet_rl": parse(earlier)} if earlier.is_file() else self.many(name, "*.json", parse)

    def _name(self, path: Path, folder: Path) -> str:
        return path.parent.relative_to(folder).as_posix() if path.stem == "metrics" else path.stem


def _ordered(found: dict[str, T], first: tuple[str, ...] | list[str]) -> dict[str, T]:
    names = dict.fromkeys(name for name in [*first, *found] if name in found)
    return {name: found[name] for name in names}


def json_object(path: Path) -> dict[str, Any]:
    """One JSON object. Raises InputError naming the file."""
    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(f"not JSON ({error})", where=str(path)) from error
    if not isinstance(value, dict):
        raise InputError("not a JSON object", where=str(path))
    return value


def critic_numbers(path: Path) -> dict[str, Any]:
    """What was measured of a critic. Raises InputError naming the file."""
    try:
        return flat(json_object(path))
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"its 'quality' is not one ({error})", where=str(path)) from error


def _curve(path: Path) -> Curve:
    try:
        return Curve.model_validate(json_object(path))
    except ValidationError as error:
        raise InputError(jsonl.describe(error), where=str(path)) from error


def _steps(path: Path) -> list[dict[str, Any]]:
    return [value for _, value in jsonl.lines(path)]


def _advantages(path: Path) -> dict[Key, tuple[float, ...]]:
    return {(one.task_id, one.episode): one.advantages for one in jsonl.read(path, Advantages)}


def _tasks(path: Path) -> dict[str, Task]:
    from dulcet.benchmarks.task_file import load_tasks

    return {task.id: task for task in load_tasks(path)}
