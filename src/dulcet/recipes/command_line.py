"""command.txt: the command that makes a run again, from its experiment and its preset. No path but `runs/`."""

import json
import shlex
from pathlib import Path
from typing import Any

from dulcet.jsonl import write_atomic
from dulcet.recipes.experiment import Experiment, make_experiment

_NOT_TYPED = ("preset", "seed", "test_seed", "device", "parallel", "human")
"""What other options say, or what changes no number."""
_PATHS = ("model", "tasks", "test_tasks", "collect_model")


def keep_command(experiment: Experiment, out: Path, *, seeds: int | None = None) -> None:
    """Write the command into the run's folder; a larger number of seeds later replaces it."""
    write_atomic(out / "command.txt", f"{command_line(experiment, out.name, seeds=seeds)}\n")


def command_line(experiment: Experiment, name: str, *, seeds: int | None = None) -> str:
    """`dulcet reproduce` with every option that differs from the preset's; files are named without their folders."""
    preset, wanted = _plain(make_experiment(experiment.preset)), _plain(experiment)
    words = ["dulcet", "reproduce", "--preset", experiment.preset]
    for field, value in wanted.items():
        if field not in _NOT_TYPED and value != preset[field]:
            words += _option(field, value)
    for field, value in wanted["human"].items():
        if value != preset["human"][field]:
            words += _option(field, value)
    words += ["--seed", str(experiment.seed)] if experiment.seed or seeds is None else []
    words += ["--seeds", str(seeds)] if seeds is not None else []
    return shlex.join([*words, "--out", f"runs/{name}"])


def _option(field: str, value: Any) -> list[str]:
    """An option as it is typed."""
    name = field.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    if field == "settings":
        return [f"--{name}", "settings.toml"]
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return [f"--{name}", *(Path(one).name if field in _PATHS and Path(one).is_absolute() else one for one in values)]


def _plain(experiment: Experiment) -> dict[str, Any]:
    return json.loads(experiment.model_dump_json())  # type: ignore[no-any-return]
