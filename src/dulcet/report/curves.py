"""Several methods against a number: Best-of-N by each critic, and success against the amount of data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dulcet.evaluation.curves import Curve
from dulcet.evaluation.seeds_table import SeedsTable
from dulcet.evaluation.table import Interval, Table
from dulcet.report.markup import Markup
from dulcet.report.svg import LINES, drawing
from dulcet.report.wording import method


@dataclass(frozen=True)
class Place:
    """A point of a curve with its interval, as shares."""

    x: float
    y: float
    interval: Interval | None


def best_of_n(curves: Mapping[str, Curve]) -> Markup:
    """Success against the number of candidates, a line for each row's critic."""
    lines = {
        name: [Place(point.n, point.success, point.success_interval) for point in curve.points]
        for name, curve in curves.items()
    }
    return lines_drawn(lines, "Success rate by number of candidates N", "candidates at each turn, N")


def by_data(table: Table | SeedsTable, config: Mapping[str, Any] | None) -> Markup | None:
    """Success against the number of training tasks; None where no method was trained on several numbers of them."""
    lines = data_lines(table, config)
    return lines_drawn(lines, "Success rate by number of training tasks", "training tasks") if lines else None


def data_lines(table: Table | SeedsTable, config: Mapping[str, Any] | None) -> dict[str, list[Place]]:
    """Method -> its success by number of training tasks; empty where none was trained on several numbers of them."""
    lines: dict[str, list[Place]] = {}
    for name, settings in ((config or {}).get("settings") or {}).items():
        row, size = table.methods.get(name), (settings.get("data") or {}).get("tasks")
        if size and row is not None and row.success is not None:
            lines.setdefault(settings.get("method", name), []).append(Place(size, row.success, row.success_interval))
    return lines if any(len(places) > 1 for places in lines.values()) else {}


def lines_drawn(lines: Mapping[str, Sequence[Place]], label: str, below: str) -> Markup:
    """Lines with intervals over a logarithmic axis, named in a legend where there are several."""
    names = len(lines) if len(lines) > 1 else 0
    with drawing(label, width=4.4 if names else 3.6, height=2.4 + 0.17 * names) as plot:
        axes = plot.axes
        for number, (name, places) in enumerate(lines.items()):
            ordered = sorted(places, key=lambda place: place.x)
            colour, dash = LINES[number % len(LINES)], ("-", "--", ":")[number // len(LINES) % 3]
            shift = 1 + 0.02 * (number - (len(lines) - 1) / 2)  # so that intervals do not hide one another
            for place in ordered:
                if place.interval is not None:
                    low, high = place.interval
                    axes.vlines(shift * place.x, 100 * low, 100 * high, color=colour, linewidth=1.6)
            xs, ys = [shift * place.x for place in ordered], [100 * place.y for place in ordered]
            axes.plot(xs, ys, f"{dash}o", color=colour, linewidth=1.2, markersize=4.5, label=method(name))
        ticks = sorted({place.x for places in lines.values() for place in places})
        axes.set_xscale("log", base=2)
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_ylim(bottom=0)
        axes.grid(axis="y")
        axes.set_xlabel(below)
        axes.set_ylabel("success rate (%)")
        if names:
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.24), ncols=1, frameon=False, fontsize=8)
    return plot.svg
