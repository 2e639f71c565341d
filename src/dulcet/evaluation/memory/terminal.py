"""The results of a memory task for people at a terminal: a row a way, and a table a measure by category."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from dulcet.evaluation.memory.table import ALL, Estimate, MemoryTable
from dulcet.evaluation.terminal import WIDTH

HEADINGS: Final = {
    "judged": "judged correct",
    "exact_match": "exact match",
    "rouge_l_recall": "ROUGE-L recall",
    "word": "the word asked for",
    "f1": "F1",
    "supported": "right and quoted",
    "sim_1": "SIM-1",
    "sim_3": "SIM-3",
    "sim_h": "SIM-H",
    "evidence": "evidence shown",
    "recall_at_5": "evidence recall at 5",
    "recall_at_10": "evidence recall at 10",
}
"""Measure -> heading, in the order of the columns."""
NOT_PUT: Final = {"context_overflow": "did not fit", "agent_failed": "no model", "time_limit": "too late"}


def print_memory_table(table: MemoryTable) -> None:
    """Print the means with intervals, then each measure by category where there are several."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    for part in tables(table):
        console.print(part)


def tables(table: MemoryTable) -> Iterator[RichTable]:
    """The overview, and one table for each measure that was taken in several categories."""
    measures = [name for name in HEADINGS if any(name in way.measures for way in table.ways.values())]
    for found in (False, True):  # what was answered, then what was found
        group = [name for name in measures if name.startswith("recall_at") is found]
        if any((way.identity["kind"] == "search") is found for way in table.ways.values()):
            yield _overview(table, group, found)
    if table.differences:
        yield _differences(table)
    for measure in measures:
        categories = _categories(table, measure)
        if len(categories) > 1:
            yield _by_category(table, measure, categories)


def _overview(table: MemoryTable, measures: list[str], found: bool) -> RichTable:
    """The ways that answer; with `found` those that only search."""
    of = f" The means are over categories {table.headline}." if table.headline != ALL else ""
    caption = (
        f"{table.questions} questions, {table.histories} histories.{of} In brackets: 95 % intervals, each {table.unit}"
        f" resampled. Seed {table.seeds['run']}."
    )
    shown = RichTable(title=escape(table.task), caption=caption, caption_justify="left", title_justify="left")
    shown.add_column("way", no_wrap=True)
    for measure in measures:
        shown.add_column(HEADINGS[measure], justify="right")
    shown.add_column("not in the means", justify="right")
    for name, way in table.ways.items():
        if (way.identity["kind"] == "search") is not found:
            continue
        cells = [_cell(way.measures.get(measure, {}).get(table.headline), measure) for measure in measures]
        no_verdict = {label: count for label, count in way.verdicts.items() if label not in ("correct", "wrong")}
        left_out = [f"{count} {NOT_PUT.get(why, why)}" for why, count in (way.not_put | no_verdict).items()]
        shown.add_row(escape(name), *cells, ", ".join(left_out))
    return shown


def _differences(table: MemoryTable) -> RichTable:
    shown = RichTable(title="memgpt minus the others, on the questions that both were asked", title_justify="left")
    others = list(dict.fromkeys(one.b for one in table.differences))
    measures = [name for name in HEADINGS if any(one.measure == name for one in table.differences)]
    shown.add_column("way", no_wrap=True)
    for measure in measures:
        shown.add_column(HEADINGS[measure], justify="right")
    for other in others:
        found = {one.measure: one for one in table.differences if one.b == other}
        estimates = {
            name: Estimate(mean=one.difference, interval=one.interval, questions=one.questions)
            for name, one in found.items()
        }
        cells = [_cell(estimates.get(measure), measure) for measure in measures]
        shown.add_row(escape(other), *cells)
    return shown


def _by_category(table: MemoryTable, measure: str, categories: list[str]) -> RichTable:
    shown = RichTable(title=f"{HEADINGS[measure]} (%), by category", title_justify="left")
    shown.add_column("way", no_wrap=True)
    for category in categories:
        shown.add_column(escape(category), justify="right")
    for name, way in table.ways.items():
        if found := way.measures.get(measure):
            shown.add_row(escape(name), *(_cell(found.get(category), measure, short=True) for category in categories))
    return shown


def _categories(table: MemoryTable, measure: str) -> list[str]:
    """The categories in which the measure was taken, what stands for several of them first."""
    found = {name for way in table.ways.values() for name in way.measures.get(measure, {})} - {ALL}
    return sorted(found, key=lambda name: (name != table.headline, name))


def _cell(estimate: Estimate | None, measure: str, *, short: bool = False) -> str:
    """The mean in per cent, a cosine as it is; `short` rounds the bounds to whole per cents."""
    if estimate is None:
        return "–"
    low, high = estimate.interval
    if measure.startswith("sim_"):
        return f"{estimate.mean:.3f} \\[{low:.3f}, {high:.3f}]"
    digits = 0 if short else 1
    return f"{100 * estimate.mean:.1f} \\[{100 * low:.{digits}f}, {100 * high:.{digits}f}]"
