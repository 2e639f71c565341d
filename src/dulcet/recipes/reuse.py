"""`dulcet reproduce --reuse RUN`: begin a run with the rows that another run has made already.

A row is taken where both runs have it with the same settings, and all rows that it builds on, too. All else that
decides its numbers has to be the same: model, person, tasks, episodes, seed. With it come the episodes and candidates
that it learnt from, and its part of the ledger, so that its costs are what they were. All else is made as in any run.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from dulcet.errors import InputError
from dulcet.jsonl import read_if_exists, read_json, write_all, write_json
from dulcet.recipes.experiment import Experiment
from dulcet.recipes.learning import shared_by, uses
from dulcet.recipes.ledger import Ledger, Spent
from dulcet.recipes.offline_data import OfflineData
from dulcet.recipes.rows import Row
from dulcet.recipes.run import Run
from dulcet.recipes.run_config import FREE, check, experiment_of, hold_to, resolved, rows_as_made

NO_MATTER = ("methods", "settings", "single_turn", "preset", "best_of_n", "best_of_n_tasks", "critic_truth", *FREE)
"""Settings that change no training and no episode of a row, or that are compared row by row."""


class Reused(BaseModel):
    """What was taken: reused.json."""

    model_config = ConfigDict(frozen=True)

    run: str
    """Name of the other run's folder."""
    rows: tuple[str, ...]
    machine: dict[str, object] | None = None
    """On which these rows were made."""


def reuse(experiment: Experiment, path: Path, source: Path, name: str = "") -> Reused | None:
    """Begin the run in the folder `path` with what `source` has of it; returns what was taken.

    A run that has begun is left as it is. `name`: what to call the source. Raises InputError where the source holds no
    run, or one under other conditions.
    """
    path, source = path.resolve(), source.resolve()
    if (path / "config.json").exists():
        print(f"{path.name} has begun: nothing more is taken from {name or source.name}", file=sys.stderr)
        return read_reused(path)
    if path.exists() and any(path.iterdir()):
        raise InputError("this folder is neither empty nor a run's", where=str(path), do="Give another --out.")
    check(experiment)
    other = Run(experiment_of(source), source)
    _same_conditions(experiment, other)
    part = path.with_name(f"{path.name}.part")  # renamed when it is whole
    shutil.rmtree(part, ignore_errors=True)
    _same_tasks(Run(experiment, part), other)
    taken = _taken(Run(experiment, path), other)
    _copy(other, taken, part)
    machine = read_json(source / "machine.json") if (source / "machine.json").exists() else None
    found = Reused(run=name or source.name, rows=tuple(row.name for row in taken), machine=machine)
    write_json(part / "reused.json", found.model_dump(mode="json"))
    hold_to(experiment, part)
    part.replace(path)
    print(f"Taken from {found.run}: {', '.join(found.rows) or 'no row, only the tasks'}", file=sys.stderr)
    return found


def read_reused(path: Path) -> Reused | None:
    """What a run was begun with; None where that was nothing."""
    file = path / "reused.json"
    return Reused.model_validate(read_json(file)) if file.exists() else None


def _same_conditions(experiment: Experiment, other: Run) -> None:
    ours, theirs = (one.model_dump(mode="json") for one in (experiment, other.experiment))
    for key in ours:
        if key not in NO_MATTER and ours[key] != theirs[key]:
            what = f"its rows were made with {key} = {theirs[key]!r}, not {ours[key]!r}"
            raise InputError(what, where=str(other.path), do="Leave --reuse away, or name a run that is alike.")


def _same_tasks(run: Run, other: Run) -> None:
    """Write the tasks of the new run. Raises InputError where the other has none, or others under the same settings."""
    if not all((other.path / "tasks" / f"{split}.jsonl").exists() for split in ("train", "test")):
        raise InputError("has no tasks yet", where=str(other.path), do="Leave --reuse away.")
    if run.train != other.train or run.test != other.test:
        shutil.rmtree(run.path)
        what = "its tasks are others, by an earlier version or from a file that has changed since"
        raise InputError(what, where=str(other.path / "tasks"), do="Leave --reuse away.")


def _taken(run: Run, other: Run) -> list[Row]:
    """The rows that are the same there, with all that they build on, and made to their end."""
    made, done = rows_as_made(other.path), Ledger(other.path / "costs.jsonl").finished
    names = {row.name for row in run.rows}
    same = {
        row.name: row
        for row in run.rows
        if made.get(row.name) == resolved(row)
        and (f"evaluate {row.name}" if row.measured else f"train {row.name}") in done
    }
    while left := [row for row in same.values() if not (_builds_on(row) & names) <= same.keys()]:
        same = {name: row for name, row in same.items() if row not in left}
    return list(same.values())


def _builds_on(row: Row) -> set[str | None]:
    return {row.start, row.data.collected_by, row.data.budget_of}


def _copy(other: Run, taken: list[Row], out: Path) -> None:
    """Trainings and episodes of the rows, and what they learnt from; of the ledger what was spent on all that."""
    data, names = OfflineData(other), {row.name for row in taken}
    played = {data.name(row.data.collected_by) for row in taken if row.offline}
    drawn = {file for name, files in uses(other).items() if name in names for file in files}
    going_on = {f"train/{shared_by(data, row)}/continuations.jsonl" for row in taken if _plays_on(row)}
    folders = {f"train/{name}" for name in names} | {f"evaluate/{name}.jsonl.trials" for name in names}
    files = {f"evaluate/{name}.jsonl" for name in names} | {f"{one}.jsonl" for one in played} | drawn | going_on
    for one in [*folders, *files, *(f"{file}.config.json" for file in files)]:
        _copy_one(other.path / one, out / one)
    write_all(out / "costs.jsonl", _spent(other, names, played, drawn))
    if kept := {name: use for name, use in uses(other).items() if name in names}:
        write_json(out / "train" / "uses.json", kept)


def _plays_on(row: Row) -> bool:
    return row.sweet is not None and row.sweet.credit == "monte_carlo"


def _spent(other: Run, rows: set[str], played: set[str], drawn: set[str]) -> Iterator[Spent]:
    """The ledger's lines. What others drew of a file counts, but this run's row of that name may have to draw more."""
    whole = {f"{verb} {name}" for verb in ("train", "evaluate") for name in rows}
    collects = tuple(f"collect {name} " for name in played)
    draws = {f"draw {file} for " for file in drawn}
    for one in read_if_exists(other.path / "costs.jsonl", Spent):
        drawer = next((one.step.removeprefix(start) for start in draws if one.step.startswith(start)), None)
        if drawer is not None:
            yield one.model_copy(update={"finished": one.finished and drawer in rows})
        elif one.step in whole or (one.step.startswith(collects) and one.step.rpartition(" ")[2].isdigit()):
            yield one


def _copy_one(path: Path, out: Path) -> None:
    """A file or a folder, where it is there."""
    if path.is_dir():
        shutil.copytree(path, out)
    elif path.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, out)
