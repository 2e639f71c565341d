"""How names and numbers read on the page."""

import json
from collections.abc import Mapping
from typing import Any

from dulcet.evaluation.table import Interval, Table

_NAMES = {
    "zero_shot": "Zero-shot",
    "single_turn": "Single-turn",
    "rejection_fine_tuning": "Rejection fine-tuning",
    "multi_turn_dpo": "Multi-turn DPO",
    "sweet_rl": "SWEET-RL",
    "sweet_rl/critic": "SWEET-RL, critic",
    "sweet_rl/policy": "SWEET-RL, policy",
    "best_of_n": "Best-of-N",
}
MINUS = "−"
_NARROW = "\u202f"
"""A narrow space at which no line is broken."""


def method(name: str) -> str:
    """A method or stage by its proper name."""
    return _NAMES.get(name, name.replace("_", " ").capitalize())


def who_won(table: Table) -> str:
    """Whom win rates are against: a method of the table by its proper name, others as they were named."""
    return method(table.rival or "") if table.rival in table.methods else str(table.rival)


def seeds(table: Table) -> dict[str, str]:
    """The seed of the run, or of each method by its proper name; and further ones but that of the resampling."""
    played = table.played_with()
    further = {name: str(seed) for name, seed in table.seeds.items() if name not in ("run", "bootstrap")}
    named = {method(name) if name in table.methods else name: seed for name, seed in played.items()}
    return named | {name.replace("_", " "): seed for name, seed in further.items()}


def percent(value: float | None) -> str:
    """`41.5`, without the sign: the heading has it."""
    return "–" if value is None else f"{100 * value:.1f}"


def percent_interval(interval: Interval | None) -> str:
    """`[35.0, 48.5]`, or nothing."""
    return "" if interval is None else f"[{_signed_minus(percent(interval[0]))}, {_signed_minus(percent(interval[1]))}]"


def signed(value: float, digits: int = 2) -> str:
    """`+0.31` or `−0.31`, with a real minus; `0.00` has no sign."""
    shown = f"{value:+.{digits}f}"
    return shown[1:] if float(shown) == 0 else _signed_minus(shown)


def p_value(p: float) -> str:
    """`p = 0.032`, or `p < 0.001`."""
    return f"p{_NARROW}<{_NARROW}0.001" if p < 0.001 else f"p{_NARROW}={_NARROW}{p:.3f}"


def level(share: float) -> str:
    """An interval's level: `95 %`."""
    return f"{100 * share:g}{_NARROW}%"


def identity(who: Mapping[str, Any]) -> str:
    """An identity in one line: `scripted · version 1 · temperature 1.0`."""
    parts = [str(who[key]) for key in ("kind", "name") if who.get(key) not in (None, "")]
    parts = list(dict.fromkeys(parts))
    rest = {key: value for key, value in who.items() if key not in ("kind", "name") and value not in (None, "", {})}
    for key, value in rest.items():
        plain = value if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)
        parts.append(f"{key.replace('_', ' ')} {plain}")
    return " · ".join(parts) or "unknown"


def _signed_minus(text: str) -> str:
    return text.replace("-", MINUS)
