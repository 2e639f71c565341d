"""command.txt: the command that makes a run again, from its experiment and its preset. No path but `runs/`.

Where the rows' settings are not the preset's they lie beside it, in settings.toml.
"""

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dulcet.jsonl import write_atomic
from dulcet.recipes.experiment import Experiment, make_experiment

_NOT_TYPED = ("preset", "seed", "test_seed", "device", "parallel", "human")
"""What other options say, or what changes no number."""
_PATHS = ("model", "tasks", "test_tasks", "collect_model")


def keep_command(experiment: Experiment, out: Path, *, seeds: int | None = None) -> None:
    """Write command and settings into the run's folder; a larger number of seeds later replaces them."""
    command = command_line(experiment, out.name, seeds=seeds)
    write_atomic(out / "command.txt", f"{command}\n")
    if "--settings" in command:
        write_atomic(out / "settings.toml", toml(_plain(experiment)["settings"]))


def command_line(experiment: Experiment, name: str, *, seeds: int | None = None) -> str:
    """`dulcet reproduce` with every option that differs from the preset's; files are named without their folders."""
    preset, wanted = _plain(make_experiment(experiment.preset)), _plain(experiment)
    preset["settings"] = _plain(make_experiment(experiment.preset, methods=experiment.methods))["settings"]
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


def toml(settings: Mapping[str, Mapping[str, Any]]) -> str:
    """The rows' settings as `--settings` reads them; None, which TOML does not have, is left out."""
    tables = [
        "\n".join([f"[{_key(row)}]", *(f"{_key(key)} = {_value(value)}" for key, value in _given(own))])
        for row, own in settings.items()
    ]
    return "\n\n".join(tables) + "\n"


def _given(table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in table.items() if value is not None]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, flags=re.ASCII) else json.dumps(name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in _given(value)) + " }"
    return json.dumps(value)  # strings, numbers, booleans and lists of them are the same in both


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
