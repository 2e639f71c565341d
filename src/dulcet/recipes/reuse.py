"""`dulcet reproduce --reuse RUN`: begin a run with the rows that another run has made already.

A row is taken where both runs have it with the same settings, and all rows that it builds on, too. All else that
decides its numbers has to be the same: model, person, tasks, episodes, seed. With it come its part of what rows share
and of the ledger, so that its costs are what they were. What was taken is named in `reused.json`; all else is made as
in any run, and every step checks, as after a kill, that what it finds was made as it would make it.
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from dulcet.errors import InputError
from dulcet.jsonl import read_if_exists, read_json, write_all, write_json
from dulcet.recipes.experiment import Experiment
from dulcet.recipes.learning import uses
from dulcet.recipes.ledger import Spent
from dulcet.recipes.offline_data import OfflineData
from dulcet.recipes.rows import Row
from dulcet.recipes.run import Run
from dulcet.recipes.run_config import FREE, check, experiment_of, hold_to

OF_ROWS = ("methods", "settings", "single_turn")
AFTERWARDS = ("preset", "best_of_n", "best_of_n_tasks", "critic_truth")
"""Settings that change no row's training and no row's episodes."""


class Reused(BaseModel):
    """What was taken: reused.json."""

    model_config = ConfigDict(frozen=True)

    run: str
    """Name of the other run's folder."""
    rows: tuple[str, ...]


def reuse(experiment: Experiment, path: Path, source: Path, name: str = "") -> Reused:
    """Begin the run in the folder `path` with what `source` has of it; one that has begun is left as it is.

    `name`: what to call the source. Raises InputError where the source holds no run, or one under other conditions.
    """
    if (path / "config.json").exists():
        return read_reused(path) or Reused(run=name or source.name, rows=())
    if path.exists() and any(path.iterdir()):
        raise InputError("this folder is neither empty nor a run's", where=str(path), do="Give another --out.")
    check(experiment)
    other = Run(experiment_of(source), source)
    _same_conditions(experiment, other)
    taken = _taken(Run(experiment, path).rows, other)
    found = Reused(run=name or source.name, rows=tuple(row.name for row in taken))
    part = path.with_name(f"{path.name}.part")  # renamed when it is whole
    shutil.rmtree(part, ignore_errors=True)
    _copy(other, taken, part)
    write_json(part / "reused.json", found.model_dump(mode="json"))
    hold_to(experiment, part)
    part.replace(path)
    return found


def read_reused(path: Path) -> Reused | None:
    """What a run was begun with; None where that was nothing."""
    file = path / "reused.json"
    return Reused.model_validate(read_json(file)) if file.exists() else None


def _same_conditions(experiment: Experiment, other: Run) -> None:
    ours, theirs = (json.loads(one.model_dump_json()) for one in (experiment, other.experiment))
    for key in ours:
        if key not in (*OF_ROWS, *AFTERWARDS, *FREE) and ours[key] != theirs[key]:
            what = f"its rows were made with {key} = {theirs[key]!r}, not {ours[key]!r}"
            raise InputError(
                what, where=str(other.path), do="Leave --reuse away, or name a run with the same settings."
            )


def _taken(wanted: Iterable[Row], other: Run) -> list[Row]:
    """The rows that are the same there, with all that they build on, and made to their end."""
    theirs, done, taken = {row.name: row for row in other.rows}, other.ledger.finished, dict[str, Row]()
    known = {row.name: row for row in wanted}
    for row in known.values():
        needed = [name for name in (row.start, row.data.collected_by, row.data.budget_of) if name in known]
        last = f"evaluate {row.name}" if row.measured else f"train {row.name}"
        if theirs.get(row.name) == row and last in done and all(name in taken for name in needed):
            taken[row.name] = row
    return list(taken.values())


def _copy(other: Run, taken: list[Row], out: Path) -> None:
    """Tasks, episodes, trainings and the rows' part of what is shared; of the ledger what was spent on them."""
    names = [row.name for row in taken]
    played = _played(other, names)
    wanted = ["tasks", *(f"{one}.jsonl*" for one in played), *(f"evaluate/{name}.jsonl*" for name in names)]
    for pattern in [*wanted, *(f"train/{name}" for name in names), *_shared(other, names)]:
        for path in other.path.glob(pattern):
            _copy_one(path, out / path.relative_to(other.path))
    steps = {f"{verb} {name}" for verb in ("train", "evaluate") for name in names}
    spent = read_if_exists(other.ledger.path, Spent)
    write_all(out / "costs.jsonl", [one for one in spent if one.step in steps or _is_of(one.step, out)])
    if kept := {name: use for name, use in uses(other).items() if name in names}:
        write_json(out / "train" / "uses.json", kept)


def _played(other: Run, names: list[str]) -> set[str]:
    """Files of offline episodes, but those that rows played which are not taken."""
    left = {row.name for row in other.rows if row.name not in names}
    players = {row.data.collected_by for row in other.rows if row.offline} - left
    return {OfflineData(other).name(player) for player in players}


def _shared(other: Run, names: list[str]) -> list[str]:
    """What lies in train/shared, but for that of rows that are not taken."""
    left = {f"{kind}_{row.name}" for row in other.rows if row.name not in names for kind in ("from", "episodes")}
    every = (path.name for path in (other.path / "train" / "shared").glob("*"))
    return [f"train/shared/{name}" for name in every if name not in left]


def _is_of(step: str, out: Path) -> bool:
    """Whether a step of the ledger, `collect NAME N` or `draw FILE for ROW`, made a file that was taken."""
    verb, what, *_ = step.split(" ")
    return (verb == "collect" and (out / f"{what}.jsonl").exists()) or (verb == "draw" and (out / what).exists())


def _copy_one(path: Path, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, out)
    else:
        shutil.copy2(path, out)
