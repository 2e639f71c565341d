"""The results of a run, or of several seeds of one experiment, as a page shows them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from dulcet.benchmarks.base import Benchmark
from dulcet.benchmarks.open import open_benchmark
from dulcet.errors import InputError
from dulcet.evaluation.across import rows_named
from dulcet.evaluation.costs import Costs, read_costs
from dulcet.evaluation.curves import Curve
from dulcet.evaluation.seeds_table import FORMAT, SeedsTable
from dulcet.evaluation.table import Table
from dulcet.report.run_folder import Reader, RunFolder, critic_numbers, json_object, read_run


@dataclass(frozen=True)
class Taken:
    """Rows that were taken from another run (reused.json)."""

    run: str
    """Its folder's name."""
    rows: tuple[str, ...]
    seeds: tuple[int, ...] = ()
    """Of a run of several seeds: those that took just these."""


@dataclass(frozen=True)
class Results:
    """What was found, and under which conditions."""

    path: Path
    table: Table | SeedsTable
    config: dict[str, Any]
    tasks: int
    """Held-out tasks."""
    curves: dict[str, Curve]
    critics: dict[str, dict[str, Any]]
    """Row -> what was measured of its critic; numbers are means over the seeds."""
    costs: Costs
    machines: tuple[dict[str, Any], ...]
    """What it was made on, each once."""
    command: str = ""
    """The command that makes it again."""
    settings: str = ""
    """What lies in the settings.toml that the command reads."""
    taken: tuple[Taken, ...] = ()
    """Rows that another run had made when this one began."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """Those of the runs; empty where nobody knows."""
        if isinstance(self.table, SeedsTable):
            return self.table.seeds
        return (self.table.seeds["run"],) if "run" in self.table.seeds else ()

    @property
    def benchmark(self) -> Benchmark:
        """What the tasks are of."""
        return open_benchmark(self.table.benchmark)

    @property
    def several(self) -> bool:
        """Whether it is of several seeds' folder."""
        return isinstance(self.table, SeedsTable)


def is_of_seeds(path: Path) -> bool:
    """Whether the folder holds a table of several seeds."""
    table = path / "table.json"
    try:
        return table.is_file() and json.loads(table.read_bytes()).get("format") == FORMAT
    except (ValueError, AttributeError):
        return False


def read_results(path: Path) -> Results:
    """Read a run's folder, or that of several seeds. Raises InputError where there is no table yet."""
    if is_of_seeds(path):
        return _of_seeds(path)
    run = read_run(path)
    if run.table is None:
        raise InputError("has no table yet", where=str(path), do="Run 'dulcet reproduce' or 'dulcet evaluate'.")
    return results_of(run, run.table)


def results_of(run: RunFolder, table: Table) -> Results:
    """Those of one run."""
    return Results(
        path=run.path,
        table=table,
        config=run.config or {},
        tasks=len(run.tasks),
        curves=run.best_of_n,
        critics=run.critics,
        costs=run.costs,
        machines=_machines([run.path]),
        command=_text(run.path / "command.txt"),
        settings=_text(run.path / "settings.toml"),
        taken=_taken({None: run.path}),
    )


def _of_seeds(path: Path) -> Results:
    table = SeedsTable.read(path / "table.json")
    runs = [Reader(path / f"seed_{seed}") for seed in table.seeds]
    critics = [run.rows("critic", critic_numbers) for run in runs]
    costs = path / "costs.json"
    measured = {name: None for name in [*table.methods, *rows_named(table.config), *critics[0]] if name in critics[0]}
    return Results(
        path=path,
        table=table,
        config=table.config or {},
        tasks=max(row.tasks for row in table.methods.values()),
        curves=table.best_of_n,
        critics={name: _mean([each[name] for each in critics if name in each]) for name in measured},
        costs=read_costs(costs) if costs.exists() else {},
        machines=_machines([run.root for run in runs]),
        command=_text(path / "command.txt"),
        settings=_text(path / "settings.toml"),
        taken=_taken({seed: run.root for seed, run in zip(table.seeds, runs, strict=True)}),
    )


def _taken(runs: Mapping[int | None, Path]) -> tuple[Taken, ...]:
    found: dict[tuple[str, tuple[str, ...]], tuple[int, ...]] = {}
    for seed, path in runs.items():
        if (file := path / "reused.json").exists() and (one := json_object(file))["rows"]:
            key = one["run"], tuple(one["rows"])
            found[key] = found.get(key, ()) + (() if seed is None else (seed,))
    return tuple(Taken(*key, seeds=seeds) for key, seeds in found.items())


def _machines(runs: Sequence[Path]) -> tuple[dict[str, Any], ...]:
    """What the runs were made on, and the rows that they took, each once."""
    found: list[dict[str, Any]] = []
    for run in runs:
        taken = json_object(path).get("machine") if (path := run / "reused.json").exists() else None
        own = json_object(path) if (path := run / "machine.json").exists() else None
        found += [one for one in (own, taken) if one and one not in found]
    return tuple(found)


def _text(path: Path) -> str:
    return path.read_text("utf-8").strip() if path.exists() else ""


def _mean(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Numbers averaged, whatever else is the same in all kept."""
    merged: dict[str, Any] = {}
    for key in found[0]:
        values = [one.get(key) for one in found]
        numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
        if len(numbers) == len(values):
            merged[key] = fmean(numbers)
        elif all(value == values[0] for value in values):
            merged[key] = values[0]
    return merged
