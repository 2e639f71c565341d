"""Tables of Markdown: the methods, their differences, what they spent, what their critics are worth."""

from collections.abc import Sequence

from dulcet.evaluation.costs import Costs
from dulcet.evaluation.order import order
from dulcet.evaluation.seeds_table import SeedsRow
from dulcet.evaluation.table import Difference, Interval, MethodResult
from dulcet.report import critics as quality
from dulcet.report.curves import data_lines
from dulcet.report.results import Results
from dulcet.report.wording import COSTS, difference, method, p_value, percent, percent_interval, spent


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; numbers stand to the right."""
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def methods(results: Results) -> str:
    """A row for each method."""
    wins = ["wins %"] if results.table.rival else []
    score = f"{results.benchmark.score_name} %"
    seeds = ["seeds"] if results.several else []
    headings = ["method", score, "success %", *wins, "turns", "tokens", "leaks %", *seeds, "episodes"]
    rows = [_row(name, row, bool(wins)) for name, row in results.table.methods.items()]
    return table(headings, rows)


def _row(name: str, row: MethodResult | SeedsRow, wins: bool) -> list[str]:
    return [
        method(name),
        mean(row.tests_passed, row.tests_passed_interval),
        mean(row.success, row.success_interval),
        *([mean(row.win_rate, row.win_rate_interval)] if wins else []),
        "–" if row.turns is None else f"{row.turns:.1f}",
        "–" if row.tokens is None else f"{row.tokens:.0f}",
        percent(row.leak_rate),
        *([str(len(row.seeds))] if isinstance(row, SeedsRow) else []),
        f"{row.episodes}" + (f" ({row.failed} failed)" if row.failed else ""),
    ]


def steps(results: Results) -> str:
    """The steps of the headline order; nothing where none is compared."""
    rows = [
        [f"{method(one.better)} over {method(one.worse)}", " ".join(difference(one)), p_value(one.p), one.verdict]
        for one in order(results.table)
    ]
    return table(["step", "success, points", "p", "verdict"], rows) if rows else ""


def against(results: Results, subject: str) -> str:
    """Each other method minus `subject`, on the same tasks; nothing where there is no other."""
    rows = []
    for name in results.table.methods:
        pair = [results.table.comparison(name, subject, measure) for measure in ("tests_passed", "success")]
        if name != subject and any(pair):
            rows.append([method(name), *(_difference(one) for one in pair)])
    headings = [f"against {method(subject)}", f"{results.benchmark.score_name}, points", "success, points"]
    return table(headings, rows) if rows else ""


def _difference(one: Difference | None) -> str:
    return "–" if one is None else f"{' '.join(difference(one))}, {p_value(one.p)}"


def costs(found: Costs) -> str:
    """What each method spent; nothing where nobody wrote it down."""
    rows = [[method(name), *spent(cost)] for name, cost in found.items() if cost.wall_seconds]
    return table(["spent", *(one.lower() for one in COSTS)], rows) if rows else ""


def best_of_n(results: Results) -> str:
    """Success by number of candidates, a row for each critic."""
    numbers = sorted({point.n for curve in results.curves.values() for point in curve.points})
    rows = []
    for name, curve in results.curves.items():
        found = {point.n: mean(point.success, point.success_interval) for point in curve.points}
        rows.append([method(name), *(found.get(n, "–") for n in numbers)])
    return table(["success %, critic of", *(f"N = {n}" for n in numbers)], rows) if rows else ""


def by_data(results: Results) -> str:
    """Success by number of training tasks, a row for each method; nothing where they were not varied."""
    lines = data_lines(results.table, results.config)
    sizes = sorted({place.x for places in lines.values() for place in places})
    rows = []
    for name, places in lines.items():
        found = {place.x: mean(place.y, place.interval) for place in places}
        rows.append([method(name), *(found.get(size, "–") for size in sizes)])
    return table(["success %", *(f"{size:g} tasks" for size in sizes)], rows) if rows else ""


def critics(results: Results) -> str:
    """What was measured of each critic, beside the success that it led to; nothing where there is no number."""
    headings = quality.headings(results.critics)
    return table(headings, quality.rows(results.critics, results.table)) if headings else ""


def mean(value: float | None, interval: Interval | None) -> str:
    """A share in per cent with its interval."""
    return f"{percent(value)} {percent_interval(interval)}".strip()
