"""The page's pictures, each small enough to be read on a telephone."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dulcet.benchmarks.open import open_benchmark
from dulcet.evaluation.seeds_table import SeedsTable
from dulcet.evaluation.table import Table
from dulcet.report.markup import Markup
from dulcet.report.svg import ACCENT, GRID, INK, MUTED, SOFT, drawing
from dulcet.report.wording import method
from dulcet.trajectory import Trajectory

INTERVALS = {
    "success": ("Success rate (%)", 100),
    "tests_passed": ("Tests passed (%)", 100),
    "turns": ("Agent turns", 1),
}
"""Field of a method's result -> its name on the axis, and what it is multiplied by."""


def intervals(table: Table | SeedsTable, measure: str) -> Markup:
    """Each method's mean as a dot with its interval, the baseline's mean as a dashed line."""
    name, scale = INTERVALS[measure]
    if measure == "tests_passed":
        name = f"{open_benchmark(table.benchmark).score_name.capitalize()} (%)"
    rows = [(name, row) for name, row in table.methods.items() if getattr(row, measure) is not None]
    longest = max((len(method(row_name)) for row_name, _ in rows), default=0)
    width = 3.6 + 0.07 * max(0, longest - len("Rejection fine-tuning"))  # inches: long names leave room for the dots
    with drawing(f"{name} by method, with intervals", width=width, height=0.75 + 0.31 * len(rows)) as plot:
        axes = plot.axes
        for y, (_, row) in enumerate(rows):
            mean, bounds = scale * getattr(row, measure), getattr(row, f"{measure}_interval")
            if bounds is not None:
                axes.hlines(y, scale * bounds[0], scale * bounds[1], color=ACCENT, linewidth=2.2)
            axes.plot(mean, y, "o", color=ACCENT, markersize=5.5, clip_on=False)
            axes.annotate(f"{mean:.1f}", (1.03, y), xycoords=("axes fraction", "data"), va="center", fontsize=8)
        if rows:
            axes.axvline(scale * getattr(rows[0][1], measure), color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set_yticks(range(len(rows)), [method(row_name) for row_name, _ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.6)
        axes.set_xlim(left=0)
        axes.tick_params(axis="y", length=0, labelcolor=INK, pad=7)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        axes.set_xlabel(name)
    return plot.svg


def learning_curve(stage: str, steps: Sequence[Mapping[str, Any]], key: str) -> Markup:
    """One metric against the optimiser's steps: each step faint, the running mean strong."""
    points = [(float(one.get("step", i + 1)), float(one[key])) for i, one in enumerate(steps) if _is_number(one, key)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    name = key.replace("_", " ")
    with drawing(f"{method(stage)}: {name} by optimiser step", height=1.75) as plot:
        axes = plot.axes
        axes.plot(xs, ys, color=SOFT, linewidth=1.0)
        axes.plot(xs, running_mean(ys), color=ACCENT, linewidth=1.8)
        if "accuracy" in key:
            axes.axhline(0.5, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        if "loss" in key and ys:
            axes.set_ylim(*_without_spikes(ys))
        axes.set_title(name)
        axes.grid(axis="y")
        axes.set_xlabel("optimiser step")
    return plot.svg


def turns(name: str, episodes: Sequence[Trajectory], longest: int, tallest: float) -> Markup:
    """How many messages the agent took, and in how many of these episodes it succeeded."""
    total = max(1, len(episodes))
    every = Counter(len(one.turns) for one in episodes)
    solved = Counter(len(one.turns) for one in episodes if one.success)
    numbers = list(range(1, longest + 1))
    with drawing(f"{method(name)}: share of episodes by number of turns", height=1.75) as plot:
        axes = plot.axes
        axes.bar(numbers, [100 * every[n] / total for n in numbers], color=SOFT, width=0.8)
        axes.bar(numbers, [100 * solved[n] / total for n in numbers], color=ACCENT, width=0.8)
        axes.set_title(method(name))
        axes.set_xticks(numbers)
        axes.set_ylim(0, 105 * tallest)
        axes.grid(axis="y", color=GRID)
        axes.set_xlabel("agent turns")
        axes.set_ylabel("episodes (%)")
    return plot.svg


def running_mean(values: Sequence[float]) -> list[float]:
    """Mean over a twentieth of the values to either side, or as many as there are."""
    reach = max(1, len(values) // 20)
    windows = [values[max(0, i - reach) : i + reach + 1] for i in range(len(values))]
    return [math.fsum(window) / len(window) for window in windows]


def _is_number(step: Mapping[str, Any], key: str) -> bool:
    value = step.get(key)
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _without_spikes(values: Sequence[float]) -> tuple[float, float]:
    """Limits that show all but the topmost hundredth of the values, so that one spike does not flatten the rest."""
    ordered = sorted(values)
    low, high = ordered[0], ordered[min(len(ordered) - 1, math.ceil(0.99 * len(ordered)))]
    margin = 0.06 * (high - low) or 0.05
    return low - margin, high + margin
