"""The page's tables: the methods, their comparisons, how episodes ended."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dulcet.benchmarks.open import open_benchmark
from dulcet.evaluation.costs import Costs
from dulcet.evaluation.order import Step
from dulcet.evaluation.seeds_table import SeedsRow, SeedsTable
from dulcet.evaluation.table import Difference, MethodResult, Table
from dulcet.report import critics as quality
from dulcet.report.markup import Markup, tag
from dulcet.report.wording import COSTS, difference, method, p_value, percent, percent_interval, spent

AnyTable = Table | SeedsTable


def results(table: AnyTable) -> Markup:
    """One row a method: means with their intervals."""
    wins = (("Wins %", 2),) if table.rival else ()
    headings = (
        "Method",
        ("Success %", 2),
        (f"{_score(table)} %", 2),
        *wins,
        "Turns",
        "Tokens",
        "Leaks %",
        "Episodes",
        "Failed",
    )
    return _table(headings, [_row(name, row, table) for name, row in table.methods.items()])


def comparisons(table: AnyTable, baseline: str) -> Markup:
    """Each other method against the baseline, by both measures."""
    return _against(table, baseline, [name for name in table.methods if name != baseline])


def every_pair(table: AnyTable, baseline: str) -> Sequence[Markup]:
    """Each method but the baseline against those that stand after it."""
    names = [name for name in table.methods if name != baseline]
    return [_against(table, name, names[place + 1 :]) for place, name in enumerate(names[:-1])]


def _against(table: AnyTable, baseline: str, names: Sequence[str]) -> Markup:
    rows = []
    for name in names:
        pair = [table.comparison(name, baseline, measure) for measure in ("success", "tests_passed")]
        if any(pair):
            rows.append((method(name), *(cell for one in pair for cell in _difference(one))))
    headings = (f"Against {method(baseline)}", ("Success, points", 3), (f"{_score(table)}, points", 3))
    return _table(headings, rows)


def steps(found: Sequence[Step]) -> Markup:
    """Whether each step of the headline order holds."""
    rows = []
    for one in found:
        name = f"{method(one.better)} over {method(one.worse)}"
        rows.append((name, *_with_interval(*difference(one)), p_value(one.p), one.verdict))
    return _table(("Step", ("Success, points", 3), "Verdict"), rows)


def by_seed(table: SeedsTable) -> Markup:
    """Success with each seed, and how much the seeds differ beyond what the tasks explain."""
    headings = ("Success %", *(f"Seed {seed}" for seed in table.seeds), "Seeds' deviation")
    rows = [
        (
            method(name),
            *(percent(row.by_seed.get(str(seed))) for seed in table.seeds),
            percent(row.seed_sd),
        )
        for name, row in table.methods.items()
    ]
    return _table(headings, rows)


def costs(found: Costs) -> Markup:
    """What each method spent."""
    headings = ("Spent", *COSTS)
    return _table(headings, [(method(name), *spent(cost)) for name, cost in found.items() if cost.wall_seconds])


def critics(found: Mapping[str, Mapping[str, Any]], table: AnyTable | None) -> Markup:
    """What was measured of each critic, beside the success that it led to."""
    return _table([one.capitalize() for one in quality.headings(found)], quality.rows(found, table))


def outcomes(table: Table) -> Markup:
    """How many episodes ended how, and what became of the answers."""
    endings = sorted({key for row in table.methods.values() for key in row.outcomes})
    answers = sorted({key for row in table.methods.values() for key in row.answers})
    headings = ("Method", *(_plain(key) for key in endings), *(f"answer: {_plain(key)}" for key in answers))
    rows = [
        (
            method(name),
            *(str(row.outcomes.get(key, 0)) for key in endings),
            *(str(row.answers.get(key, 0)) for key in answers),
        )
        for name, row in table.methods.items()
    ]
    return _table(headings, rows)


def _row(name: str, row: MethodResult | SeedsRow, table: AnyTable) -> tuple[object, ...]:
    return (
        method(name),
        *_with_interval(percent(row.success), percent_interval(row.success_interval)),
        *_with_interval(percent(row.tests_passed), percent_interval(row.tests_passed_interval)),
        *(_with_interval(percent(row.win_rate), percent_interval(row.win_rate_interval)) if table.rival else ()),
        "–" if row.turns is None else f"{row.turns:.1f}",
        "–" if row.tokens is None else f"{row.tokens:.0f}",
        percent(row.leak_rate),
        str(row.episodes),
        str(row.failed),
    )


def _difference(one: Difference | None) -> tuple[object, object, object]:
    return ("–", "", "") if one is None else (*_with_interval(*difference(one)), p_value(one.p))


def _with_interval(mean: str, interval: str) -> tuple[Markup, Markup]:
    """Two cells, so that the means stand under one another."""
    return tag("b", mean), tag("span", interval, class_="interval")


def _table(headings: Sequence[str | tuple[str, int]], rows: Iterable[Sequence[object]]) -> Markup:
    """A table; a heading with a number spans that many columns."""
    spans = [(heading, None) if isinstance(heading, str) else heading for heading in headings]
    head = tag("tr", [tag("th", heading, scope="col", colspan=columns) for heading, columns in spans])
    body = [tag("tr", tag("th", row[0], scope="row"), [tag("td", cell) for cell in row[1:]]) for row in rows]
    # Focusable, so that a keyboard can scroll it on a narrow screen.
    return tag("div", tag("table", tag("thead", head), tag("tbody", body)), class_="scroll", tabindex="0")


def _score(table: AnyTable) -> str:
    return open_benchmark(table.benchmark).score_name.capitalize()


def _plain(name: str) -> str:
    return name.replace("_", " ")
