"""The methods by name, and their settings by preset."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from dulcet.errors import InputError
from dulcet.jsonl import describe
from dulcet.recipes.archer import ArCHer
from dulcet.recipes.base import Method, Settings
from dulcet.recipes.grpo import GRPO
from dulcet.recipes.multi_turn_dpo import Magnet, MultiTurnDPO
from dulcet.recipes.presets import PRESETS
from dulcet.recipes.rejection_fine_tuning import RejectionFineTuning
from dulcet.recipes.sweet_rl import SweetRL
from dulcet.recipes.sweet_rounds import SweetRounds
from dulcet.training.config import TrainConfig

_ALL = (RejectionFineTuning, MultiTurnDPO, Magnet, SweetRL, SweetRounds, GRPO, ArCHer)
METHODS: dict[str, type[Settings]] = {one.name: one for one in _ALL}


def make_method(name: str, preset: str = "paper", **changes: Any) -> Method:
    """A method with the settings of a preset and some of them changed. Raises InputError for unknown names."""
    key = name.replace("-", "_")
    if key not in METHODS:
        near = nearest(key, METHODS)
        raise InputError(f"there is no method '{name}'", do=f"The nearest is {near}; there are {', '.join(METHODS)}.")
    if preset not in PRESETS:
        raise InputError(f"there is no preset '{preset}'", do=f"Choose one of: {', '.join(PRESETS)}.")
    _require_no_run_settings(key, changes)
    settings = merged(merged(METHODS[key]().model_dump(), PRESETS[preset].get(key, {})), changes)
    try:
        return METHODS[key].model_validate(settings)  # type: ignore[return-value]
    except ValidationError as error:
        raise InputError(describe(error), where=f"settings of {key}") from error


ROW_KEYS = ("method", "data", "start", "critic_only")
"""Settings of a row of an experiment that are not its method's (recipes/rows.py)."""


def row_method(name: str, preset: str, settings: Mapping[str, Any]) -> Method:
    """The method of a row of an experiment: the row's name, or what its settings name as `method`.

    Raises InputError for unknown names.
    """
    changes = {key: value for key, value in settings.items() if key not in ROW_KEYS}
    return make_method(kind(name, settings), preset, **changes)


def kind(name: str, settings: Mapping[str, Any]) -> str:
    """Which method a row is of."""
    return str(settings.get("method", name)).replace("-", "_")


def _require_no_run_settings(name: str, changes: dict[str, Any]) -> None:
    """Seed and device are the run's own: a training cannot have others. Raises InputError."""
    for training in trainings(name):
        for field in ("seed", "device"):
            if isinstance(changes.get(training), dict) and field in changes[training]:
                where = f"settings of {name}.{training}"
                raise InputError(f"'{field}' is the whole run's", where=where, do=f"Use --{field}.")


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that looks most like `word`; one that holds it whole, such as multi_turn_dpo for dpo, comes first."""
    known = list(names)
    whole = [name for name in known if word and word in name]
    return difflib.get_close_matches(word, whole or known, 1, 0)[0]


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with the changes; dictionaries within are merged, not replaced."""
    result = dict(base)
    for name, value in changes.items():
        inner = result.get(name)
        result[name] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return result


def trainings(name: str) -> list[str]:
    """The fields of a method that are settings of a training (`train`, or `critic` and `policy`)."""
    fields = METHODS.get(name.replace("-", "_"), Settings).model_fields
    return [field for field, info in fields.items() if info.annotation is TrainConfig]
