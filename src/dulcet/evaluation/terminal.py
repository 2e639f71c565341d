"""The table for people at a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from dulcet.benchmarks.open import open_benchmark
from dulcet.evaluation.table import Interval, Table

WIDTH = 120
"""Columns of the table in a log; with win rates it needs more."""


def rich_table(table: Table) -> RichTable:
    """The table as rich shows it: one row a method, intervals in brackets, rates in per cent."""
    person = str(table.simulator.get("name") or table.simulator.get("kind", "unknown"))
    score = open_benchmark(table.benchmark).score_name
    caption = (
        f"In brackets: {table.statistics.level:.0%} intervals, tasks resampled. "
        f"Person: {escape(person)}. {_seeds(table)}."
    )
    if table.rival:
        caption += f" Wins: share of tasks with a higher {score} than {escape(table.rival)}, ties half."
    shown = RichTable(caption=caption, caption_justify="left", title_justify="left")
    shown.add_column("method", no_wrap=True)
    wins = ("wins %",) if table.rival else ()
    for heading in (f"{score} %", "success %", *wins, "turns", "tokens", "leak %", "episodes", "failed"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for name, row in table.methods.items():
        shown.add_row(
            escape(name),
            _percent(row.tests_passed, row.tests_passed_interval),
            _percent(row.success, row.success_interval),
            *([_percent(row.win_rate, row.win_rate_interval)] if table.rival else []),
            "–" if row.turns is None else f"{row.turns:.1f}",
            "–" if row.tokens is None else f"{row.tokens:.0f}",
            _percent(row.leak_rate, None),
            str(row.episodes),
            str(row.failed),
        )
    return shown


def _seeds(table: Table) -> str:
    seeds = table.played_with()
    if len(seeds) == 1:
        return f"Seed {next(iter(seeds.values()))}"
    return "Seeds: " + ", ".join(f"{escape(name)} {seed}" for name, seed in seeds.items())


def print_table(table: Table) -> None:
    """Print it; where nobody looks at a terminal (a log, a pipe), as wide as it needs."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH + (24 if table.rival else 0))
    console.print(rich_table(table))


def _percent(value: float | None, interval: Interval | None) -> str:
    if value is None:
        return "–"
    # The backslash keeps rich from reading the bracket as markup.
    bounds = "" if interval is None else f" \\[{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"
    return f"{100 * value:.1f}{bounds}"
