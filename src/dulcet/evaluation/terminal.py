"""The table for people at a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from dulcet.benchmarks.open import open_benchmark
from dulcet.evaluation.order import order
from dulcet.evaluation.seeds_table import SeedsRow, SeedsTable
from dulcet.evaluation.table import Interval, Table
from dulcet.evaluation.told import told

WIDTH = 120
"""Columns of the table in a log; with win rates it needs more."""


AnyTable = Table | SeedsTable


def rich_table(table: AnyTable) -> RichTable:
    """The table as rich shows it: one row a method, intervals in brackets, rates in per cent."""
    score = open_benchmark(table.benchmark).score_name
    shown = RichTable(caption=_caption(table, score), caption_justify="left", title_justify="left")
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


def rich_order(table: AnyTable) -> RichTable | None:
    """The steps of the headline order, each with its paired difference in success; None where none is compared."""
    steps = order(table)
    if not steps:
        return None
    shown = RichTable(caption="Differences in success on the same tasks, in points.", caption_justify="left")
    for heading in ("better", "than", "by", "interval", "the step"):
        shown.add_column(heading, no_wrap=True)
    for one in steps:
        low, high = one.interval
        bounds = f"\\[{100 * low:+.1f}, {100 * high:+.1f}]"
        shown.add_row(one.better, one.worse, f"{100 * one.difference:+.1f}", bounds, one.verdict)
    return shown


def _caption(table: AnyTable, score: str) -> str:
    person = str(table.simulator.get("name") or table.simulator.get("kind", "unknown"))
    if isinstance(table, SeedsTable):
        how, seeds = table.statistics.interval, f"Seeds: {', '.join(map(str, table.seeds))}"
    else:
        how, seeds = "tasks resampled", _seeds(table)
    caption = f"In brackets: {table.statistics.level:.0%} intervals, {how}. Person: {escape(person)}. {seeds}."
    if table.rival:
        caption += f" Wins: share of tasks with a higher {score} than {escape(table.rival)}, ties half."
    for name, row in table.methods.items():
        if isinstance(row, SeedsRow) and row.stopped:
            caption += f" {escape(name)} was stopped with seed {', '.join(row.stopped)}."
    alone = table.stopped if isinstance(table, Table) else {}
    for name, why in alone.items():
        caption += f" {escape(name)} was stopped: {escape(why)}"
    return caption + told(table.methods, escape)


def _seeds(table: Table) -> str:
    seeds = table.played_with()
    if len(seeds) == 1:
        return f"Seed {next(iter(seeds.values()))}"
    return "Seeds: " + ", ".join(f"{escape(name)} {seed}" for name, seed in seeds.items())


def print_table(table: AnyTable) -> None:
    """Print it and the order; where nobody looks at a terminal (a log, a pipe), as wide as it needs."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH + (24 if table.rival else 0))
    console.print(rich_table(table))
    if (steps := rich_order(table)) is not None:
        console.print(steps)


def _percent(value: float | None, interval: Interval | None) -> str:
    if value is None:
        return "–"
    # The backslash keeps rich from reading the bracket as markup.
    bounds = "" if interval is None else f" \\[{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"
    return f"{100 * value:.1f}{bounds}"
