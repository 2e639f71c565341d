"""The page's tables: the methods, their comparisons, how episodes ended."""

from collections.abc import Iterable, Sequence

from dulcet.benchmarks.open import open_benchmark
from dulcet.evaluation.table import Comparison, MethodResult, Table
from dulcet.report.markup import Markup, tag
from dulcet.report.wording import method, p_value, percent, percent_interval, signed


def results(table: Table) -> Markup:
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


def comparisons(table: Table, baseline: str) -> Markup:
    """Each other method against the baseline, by both measures."""
    return _against(table, baseline, [name for name in table.methods if name != baseline])


def every_pair(table: Table, baseline: str) -> Sequence[Markup]:
    """Each method but the baseline against those that stand after it."""
    names = [name for name in table.methods if name != baseline]
    return [_against(table, name, names[place + 1 :]) for place, name in enumerate(names[:-1])]


def _against(table: Table, baseline: str, names: Sequence[str]) -> Markup:
    rows = []
    for name in names:
        pair = [table.comparison(name, baseline, measure) for measure in ("success", "tests_passed")]
        if any(pair):
            rows.append((method(name), *(cell for one in pair for cell in _difference(one))))
    headings = (f"Against {method(baseline)}", ("Success, points", 3), (f"{_score(table)}, points", 3))
    return _table(headings, rows)


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


def _row(name: str, row: MethodResult, table: Table) -> tuple[object, ...]:
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


def _difference(one: Comparison | None) -> tuple[object, object, object]:
    if one is None:
        return "–", "", ""
    low, high = (signed(100 * bound, 1) for bound in one.interval)
    return *_with_interval(signed(100 * one.difference, 1), f"[{low}, {high}]"), p_value(one.p)


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


def _score(table: Table) -> str:
    return open_benchmark(table.benchmark).score_name.capitalize()


def _plain(name: str) -> str:
    return name.replace("_", " ")
