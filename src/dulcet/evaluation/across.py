"""From the runs of several seeds to one table: the same held-out tasks, everything else drawn anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any

from dulcet.errors import InputError
from dulcet.evaluation.curves import Curve, Point
from dulcet.evaluation.metrics import counted
from dulcet.evaluation.outcomes import Outcomes, Values, bounds, values
from dulcet.evaluation.paired import SHARES, VALUES
from dulcet.evaluation.seeds_table import CROSSED, ONE_SEED, SeedsDifference, SeedsRow, SeedsTable, Uncertainty
from dulcet.evaluation.statistics import widen_at_bounds
from dulcet.evaluation.table import MEASURES, Interval, MethodResult, Table
from dulcet.evaluation.win_rate import rewards, won
from dulcet.rollout.collect import load
from dulcet.trajectory import Trajectory

LEVEL = 0.95


def build_seeds_table(runs: Mapping[int, Path]) -> SeedsTable:
    """The table of several seeds (seed -> its run's folder), each of which has a table.json.

    Raises InputError where a folder lacks one, or where the seeds were not tried on the same tasks or with the same
    person.
    """
    tables = {seed: Table.read(path / "table.json") for seed, path in runs.items()}
    first = next(iter(tables.values()))
    _require_alike(tables, runs)
    names = list(dict.fromkeys(name for table in tables.values() for name in [*table.methods, *table.stopped]))
    columns = {name: _Column.read(name, runs, tables) for name in names}
    return SeedsTable(
        benchmark=first.benchmark,
        rival=first.rival,
        seeds=tuple(runs),
        methods={name: column.row() for name, column in columns.items()},
        comparisons=_comparisons(columns, tables),
        best_of_n=_curves(runs, [*columns, *rows_named(first.config)]),
        simulator=first.simulator,
        agent=first.agent,
        statistics=Uncertainty(interval=CROSSED if len(runs) > 1 else ONE_SEED, level=LEVEL),
        config=first.config,
    )


@dataclass
class _Column:
    """What is known of one method."""

    results: dict[int, MethodResult]
    outcomes: dict[str, Outcomes]
    """Measure -> its values."""
    stopped: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, name: str, runs: Mapping[int, Path], tables: Mapping[int, Table]) -> "_Column":
        """From the episodes of each seed."""
        found: dict[str, dict[int, Values]] = {}
        for seed, path in runs.items():
            if name in tables[seed].methods:
                episodes = counted(load(path / "evaluate" / f"{name}.jsonl"))
                for measure, of in _measures(path, tables[seed]).items():
                    found.setdefault(measure, {})[seed] = values(episodes, of)
        results = {seed: table.methods[name] for seed, table in tables.items() if name in table.methods}
        stopped = {str(seed): table.stopped[name] for seed, table in tables.items() if name in table.stopped}
        return cls(results, {measure: Outcomes(each) for measure, each in found.items()}, stopped)

    def row(self) -> SeedsRow:
        """Its line."""
        known = list(self.results.values())
        success = self.outcomes.get("success", Outcomes()).summary(LEVEL)
        return SeedsRow(
            seeds=tuple(self.results),
            tasks=len(self.outcomes.get("success", Outcomes()).tasks),
            episodes=sum(one.episodes for one in known),
            failed=sum(one.failed for one in known),
            tokens=_mean([one.tokens for one in known]),
            leak_rate=_mean([one.leak_rate for one in known]),
            seed_sd=None if success is None else round(success.seed_sd, 6),
            by_seed={str(seed): one.success for seed, one in self.results.items() if one.success is not None},
            agent=known[0].agent if known else {},
            stopped=self.stopped,
            **{key: value for measure in (*VALUES, "win_rate") for key, value in self._measured(measure).items()},
        )

    def _measured(self, measure: str) -> dict[str, Any]:
        """Mean and interval: over seeds and tasks, or with one seed what its own table says."""
        found = self.outcomes.get(measure, Outcomes()).summary(LEVEL)
        if found is None:
            only = next(iter(self.results.values()), None)
            names = (measure, f"{measure}_interval")
            return {name: getattr(only, name, None) for name in names}
        interval: Interval = bounds(found, share=measure in SHARES)
        if measure in SHARES:
            interval = widen_at_bounds(interval, len(self.outcomes[measure].tasks), LEVEL)
        return {measure: round(found.mean, 6), f"{measure}_interval": interval}


def _measures(path: Path, table: Table) -> dict[str, Callable[[Trajectory], float | None]]:
    """What is measured of an episode; wins are against the rival of the same seed."""
    if table.rival is None:
        return dict(VALUES)
    return VALUES | {"win_rate": won(rewards(load(path / "evaluate" / f"{table.rival}.jsonl")))}


def _comparisons(columns: Mapping[str, _Column], tables: Mapping[int, Table]) -> list[SeedsDifference]:
    """Every pair by both measures, the later minus the earlier."""
    found = []
    for b, a in combinations(columns, 2):
        for measure in MEASURES:
            mine, theirs = (columns[name].outcomes.get(measure, Outcomes()) for name in (a, b))
            difference = mine.minus(theirs)
            summary = difference.summary(LEVEL)
            if summary is not None:
                found.append(
                    SeedsDifference(
                        a=a,
                        b=b,
                        measure=measure,
                        seeds=len(difference.by_seed),
                        tasks=len(difference.tasks),
                        difference=round(summary.mean, 6),
                        interval=bounds(summary, share=False),
                        p=float(f"{summary.p:.6g}"),
                    )
                )
            elif one := next((one for t in tables.values() if (one := t.comparison(a, b, measure))), None):
                found.append(SeedsDifference(**one.model_dump(exclude={"test"}), seeds=1))
    return found


def rows_named(config: Any) -> list[str]:
    """The rows in the order in which the configuration names them, where it is an experiment's."""
    return list(config.get("methods") or ()) if isinstance(config, dict) else []


def _curves(runs: Mapping[int, Path], order: Sequence[str]) -> dict[str, Curve]:
    """Best-of-N of each row that has it in every seed, in the order of the table."""
    every = [{path.stem: path for path in sorted((run / "best_of_n").glob("*.json"))} for run in runs.values()]
    names = [name for name in dict.fromkeys([*order, *every[0]]) if all(name in each for each in every)]
    return {name: _curve(name, runs, [each[name] for each in every]) for name in names}


def _curve(name: str, runs: Mapping[int, Path], files: list[Path]) -> Curve:
    curves = [Curve.model_validate_json(path.read_bytes()) for path in files]
    if len(curves) == 1:
        return curves[0]
    points = []
    for n in sorted(set.intersection(*({point.n for point in curve.points} for curve in curves))):
        played = {seed: counted(load(run / "best_of_n" / name / f"{n}.jsonl")) for seed, run in runs.items()}
        rate, share = (
            Outcomes({seed: values(each, VALUES[measure]) for seed, each in played.items()}).summary(LEVEL)
            for measure in ("success", "tests_passed")
        )
        if rate is not None and share is not None:
            interval = bounds(rate, share=True)
            points.append(
                Point(n=n, success=round(rate.mean, 6), success_interval=interval, tests_passed=round(share.mean, 6))
            )
    return Curve(points=tuple(points), critic={"kind": (curves[0].critic or {}).get("kind")}, tasks=curves[0].tasks)


def _require_alike(tables: Mapping[int, Table], runs: Mapping[int, Path]) -> None:
    """Raises InputError where the person, the benchmark or the held-out tasks are not the same in all seeds."""
    first = next(iter(tables))
    asked = (runs[first] / "tasks" / "test.jsonl").read_bytes()
    for seed, table in tables.items():
        where = str(runs[seed])
        if (table.simulator, table.benchmark) != (tables[first].simulator, tables[first].benchmark):
            raise InputError(f"seed {seed} talked with another person than seed {first}", where=where)
        if (runs[seed] / "tasks" / "test.jsonl").read_bytes() != asked:
            do = "Give all seeds one test_seed."
            raise InputError(f"seed {seed} has other held-out tasks than seed {first}", where=where, do=do)


def _mean(found: list[float | None]) -> float | None:
    known = [value for value in found if value is not None]
    return round(fmean(known), 6) if known else None
