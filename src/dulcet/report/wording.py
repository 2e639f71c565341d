"""How names and numbers read on the page."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from dulcet.evaluation.costs import Cost
from dulcet.evaluation.seeds_table import SeedsTable
from dulcet.evaluation.table import Interval, Table

_NAMES = {
    "zero_shot": "Zero-shot",
    "single_turn": "Single-turn",
    "rejection_fine_tuning": "Rejection fine-tuning",
    "multi_turn_dpo": "Multi-turn DPO",
    "sweet_rl": "SWEET-RL",
    "sweet_rl/critic": "SWEET-RL, critic",
    "sweet_rl/policy": "SWEET-RL, policy",
    "sweet_rounds": "SWEET-RL, several rounds",
    "sweet_rl_rounds": "SWEET-RL, several rounds",
    "rejection_fine_tuning_rounds": "Rejection fine-tuning, several rounds",
    "magnet": "MAGNET",
    "grpo": "GRPO",
    "archer": "ArCHer",
    "react": "ReAct",
    "self_refine": "Self-Refine",
    "best_of_n": "Best-of-N",
}
_SUFFIXES = {
    "equal_budget": "equal budget",
    "off_policy": "another policy's data",
    "careless": "careless person",
    "after_imitation": "after imitation, answers graded",
}


class Compared(Protocol):
    """A difference with its interval."""

    @property
    def difference(self) -> float:
        """Of shares."""
        ...

    @property
    def interval(self) -> Interval:
        """Of the difference."""
        ...


MINUS = "−"
BEST_OF_N = (
    "At each turn the agent writes N candidates and the critic, which may see the hidden information, keeps one. This "
    "measures the critic; an agent like this cannot be deployed."
)
STEPS = (
    "Differences in success on the same tasks, in percentage points, with intervals. A step holds where its whole "
    "interval is above zero; open: the interval holds zero; reversed: it is below zero."
)
SPENT = (
    "Before a method was measured. What several share (offline episodes, drawn messages) counts for each as if it were "
    "alone, in proportion to what it took. Tokens trained: once for each pass with gradients."
)
_NARROW = "\u202f"
"""A narrow space at which no line is broken."""


def method(name: str) -> str:
    """A method or stage by its proper name."""
    if name in _NAMES:
        return _NAMES[name]
    known = next((one for one in sorted(_NAMES, key=len, reverse=True) if name.startswith(f"{one}_")), None)
    if known is None and name.startswith("sweet_"):
        return f"{_NAMES['sweet_rl']}, {name.removeprefix('sweet_').replace('_', ' ')}"
    if known is None:
        return name.replace("_", " ").capitalize()
    rest = name.removeprefix(f"{known}_")
    return f"{_NAMES[known]}, {f'{rest} tasks' if rest.isdigit() else _SUFFIXES.get(rest, rest.replace('_', ' '))}"


def who_won(table: Table | SeedsTable) -> str:
    """Whom win rates are against: a method of the table by its proper name, others as they were named."""
    return method(table.rival or "") if table.rival in table.methods else str(table.rival)


def stops(table: Table | SeedsTable) -> list[str]:
    """A line for each training that was stopped, with the reason."""
    if isinstance(table, Table):
        return [f"{method(name)}: {why}" for name, why in table.stopped.items()]
    rows = table.methods.items()
    return [f"{method(name)}, seed {seed}: {why}" for name, row in rows for seed, why in row.stopped.items()]


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


def difference(one: Compared) -> tuple[str, str]:
    """A difference in points and its interval: `+1.2`, `[−0.3, +2.7]`."""
    low, high = (signed(100 * bound, 1) for bound in one.interval)
    return signed(100 * one.difference, 1), f"[{low}, {high}]"


COSTS = ("Episodes", "Drawn messages", "Tokens written", "Tokens trained", "CPU minutes", "GPU minutes", "Minutes")


def spent(cost: Cost) -> tuple[str, ...]:
    """What a method spent, in the order of `COSTS`."""
    counts = (cost.episodes, cost.candidates, cost.tokens_written, cost.tokens_trained)
    minutes = (cost.cpu_seconds / 60, cost.gpu_seconds / 60, cost.wall_seconds / 60)
    return *(f"{count:,.0f}" for count in counts), *(f"{each:.1f}" if each else "–" for each in minutes)


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
