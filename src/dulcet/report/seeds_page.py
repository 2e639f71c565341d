"""The page about several seeds of one experiment: the table over all, and a link to each seed's own page."""

from pathlib import Path

from dulcet.errors import InputError
from dulcet.evaluation.seeds_table import SeedsTable
from dulcet.evaluation.told import told
from dulcet.jsonl import write_atomic
from dulcet.report import curves, plots, sections, tables
from dulcet.report.markdown import machine
from dulcet.report.markup import Markup, tag
from dulcet.report.page import document
from dulcet.report.results import Results, read_results
from dulcet.report.wording import BEST_OF_N, identity, level, method


def write_seeds_report(path: Path, out: Path | None = None) -> Path:
    """Write the page about the folder of several seeds (default: its report.html) and return where it is.

    Raises InputError where it is the folder of a single run, MissingDependencyError without matplotlib.
    """
    results = read_results(path)
    if not isinstance(results.table, SeedsTable):
        raise InputError("this folder holds a single run", where=str(path))
    target = out or path / "report.html"
    write_atomic(target, page(results, results.table))
    return target


def page(results: Results, table: SeedsTable) -> str:
    """The whole page."""
    name = results.path.resolve().name
    baseline = next(iter(table.methods))
    return document(
        f"{name}: results of several seeds",
        _top(name, results, table),
        _results(results, table, baseline),
        sections.order_of(table),
        sections.costs(results.costs),
        _best_of_n(results),
        sections.critics(results.critics, table),
        sections.folded_conditions({"simulator": table.simulator, "machines": results.machines}, results.config),
    )


def _top(name: str, results: Results, table: SeedsTable) -> Markup:
    links = [tag("a", f"seed {seed}", href=f"seed_{seed}/report.html") for seed in table.seeds]
    facts: dict[str, object] = {
        "Person": identity(table.simulator),
        "Starting model": identity(table.agent) if table.agent else None,
        "Seeds": [part for link in links for part in (link, " ")],
        "Test tasks": str(results.tasks),
        "Made by": results.command or None,
        "Made on": "; ".join(machine(one) for one in results.machines) or None,
    }
    eyebrow = tag("p", "dulcet · results of several seeds", class_="eyebrow")
    return tag("header", eyebrow, tag("h1", name), sections.definitions(facts))


def _results(results: Results, table: SeedsTable, baseline: str) -> Markup:
    drawn = [sections.figure(plots.intervals(table, measure)) for measure in plots.INTERVALS]
    by_data = curves.by_data(table, results.config)
    return sections.section(
        "Results",
        tables.results(table),
        sections.caption(
            f"Means over seeds and tasks; in brackets {level(table.statistics.level)} intervals "
            f"({table.statistics.interval}). Success: {results.benchmark.passing}."
            f"{told(table.methods, method)}"
        ),
        sections.stopped(table),
        tag("div", drawn, sections.figure(by_data) if by_data else None, class_="figures"),
        tables.comparisons(table, baseline),
        sections.caption("Differences on the same seeds and the same tasks, in percentage points; p is two-sided."),
        tables.by_seed(table),
        sections.caption(
            "Success of each seed. Deviation: the standard deviation from seed to seed, in points, without what the "
            "tasks and chance explain."
        ),
    )


def _best_of_n(results: Results) -> Markup | None:
    if not results.curves:
        return None
    drawn = sections.figure(curves.best_of_n(results.curves))
    return sections.section("Best-of-N with the critics", drawn, sections.caption(f"{BEST_OF_N} Bars: as above."))
