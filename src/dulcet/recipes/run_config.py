"""config.json and rows.json: a run's folder holds one experiment, whose settings are kept as they were.

What cannot work is said before anything is written.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dulcet.benchmarks.open import benchmark_of, open_benchmark
from dulcet.benchmarks.task_file import load_tasks
from dulcet.errors import InputError
from dulcet.jsonl import describe, read_json, write_json
from dulcet.models.house_model import base_path
from dulcet.recipes.experiment import Experiment
from dulcet.recipes.methods import merged
from dulcet.recipes.rows import Row, rows
from dulcet.recipes.run import Run

FREE = ("device", "parallel")
"""Settings that change when things happen, not what."""


def check(experiment: Experiment) -> None:
    """What can be wrong with the settings is said at once, and before anything is written.

    Raises InputError, and what the benchmark's `require` raises where something is missing on this machine.
    """
    base_path(experiment.model, experiment.benchmark)
    open_benchmark(experiment.benchmark).require()
    for row in rows(experiment):
        if not row.learns:
            Run(experiment, Path()).setup("", 0, row=row)
    if (experiment.tasks is None) != (experiment.test_tasks is None):
        raise InputError("give both a file of training tasks and one of test tasks", do="Use --tasks and --test-tasks.")
    for path in (experiment.tasks, experiment.test_tasks):
        if path is not None and (found := benchmark_of(load_tasks(Path(path))).name) != experiment.benchmark:
            do = f"Give tasks of '{experiment.benchmark}', or another --benchmark."
            raise InputError(f"holds tasks of '{found}', not of '{experiment.benchmark}'", where=str(path), do=do)


def hold_to(experiment: Experiment, run: Path) -> None:
    """Write the config, or check that the folder's is the same, rows that are new to it left aside.

    Raises InputError naming a field that differs.
    """
    path, wanted = run / "config.json", json.loads(experiment.model_dump_json())
    if not path.exists():
        if any(run.glob("seed_*/config.json")):
            raise InputError("this folder holds several seeds", where=str(run), do="Give --seeds, or another --out.")
        write_json(path, wanted)
        return
    found = merged(_defaults(), read_json(path))
    names = [name for name in {**found, **wanted} if name not in FREE]
    differing = [name for name in names if found.get(name) != wanted.get(name)]
    if differing and set(differing) <= {"methods", "settings"} and _grown(found, wanted):
        write_json(path, wanted)
    elif differing:
        key = differing[0]
        what = f"this folder holds a run with {key} = {found.get(key)!r}, not {wanted.get(key)!r}"
        raise InputError(what, where=str(path), do="Give another --out, or the same settings to continue.")


def experiment_of(run: Path) -> Experiment:
    """The experiment that a run's folder holds. Raises InputError where it holds none, or none of this version."""
    path = run / "config.json"
    if not path.exists():
        several = any(run.glob("seed_*/config.json"))
        do = "Give --seeds, or name one of its folders." if several else "Name a folder of 'dulcet reproduce'."
        raise InputError("holds no run of one seed", where=str(run), do=do)
    try:
        return Experiment.model_validate(read_json(path))
    except ValidationError as error:
        raise InputError(describe(error), where=str(path)) from error


def keep_row(row: Row, run: Path) -> None:
    """Write down what the row's settings are, those of its preset too, unless it began earlier."""
    if row.name not in (made := rows_as_made(run)):
        write_json(run / "rows.json", made | {row.name: resolved(row)})


def rows_as_made(run: Path) -> dict[str, Any]:
    """Row -> its settings when it began; empty in runs of before this was kept."""
    path = run / "rows.json"
    return read_json(path) if path.exists() else {}


def resolved(row: Row) -> dict[str, Any]:
    """Everything that a row is, whatever of it came from a preset; as JSON has it."""
    own = row.method.model_dump(mode="json") if row.learns else row.changes  # type: ignore[attr-defined]
    made = {"kind": row.kind, "data": row.data.model_dump(), "start": row.start, "critic_only": row.critic_only}
    return json.loads(json.dumps(made | {"settings": own}))  # type: ignore[no-any-return]


def _grown(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether all rows of the folder are still wanted, unchanged: more of them disturb none."""
    before = {*found["methods"], *found["settings"]}
    same = all(found["settings"].get(row) == wanted["settings"].get(row) for row in before)
    return same and set(found["methods"]) <= set(wanted["methods"])


def _defaults() -> dict[str, Any]:
    """What the settings are that a folder of an earlier version does not name."""
    return json.loads(Experiment(preset="").model_dump_json())  # type: ignore[no-any-return]
