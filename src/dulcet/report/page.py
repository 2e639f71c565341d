"""`dulcet report`: one page of HTML about a run that asks nothing of the network.

A strict content security policy backs up the escaping: even if a model's text became an element, nothing would run.
"""

from importlib.resources import files
from pathlib import Path

from dulcet.evaluation.table import Table
from dulcet.jsonl import write_atomic
from dulcet.report import sections
from dulcet.report.choosing import focus
from dulcet.report.markup import Markup, tag
from dulcet.report.pictures import with_pictures
from dulcet.report.run_folder import RunFolder, read_run
from dulcet.report.wording import identity, level, method, p_value, percent, seeds, signed

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def write_report(run: Path, out: Path | None = None) -> Path:
    """Write the page about the run's folder (default: RUN/report.html) and return where it is.

    Raises InputError for a folder that is no run's or a broken file, MissingDependencyError without matplotlib.
    """
    target = out or run / "report.html"
    write_atomic(target, page(with_pictures(read_run(run))))
    return target


def page(run: RunFolder) -> str:
    """The whole page."""
    baseline = next(iter(run.table.methods if run.table else run.episodes), "zero_shot")
    title = f"{run.path.resolve().name}: results of a dulcet run"
    return document(
        title,
        _top(run, baseline),
        sections.results(run, baseline),
        sections.order_of(run.table) if run.table else None,
        sections.costs(run.costs),
        sections.asking(run),
        sections.best_of_n(run),
        sections.learning(run),
        sections.critics(run.critics, run.table),
        sections.before_and_after(run, baseline),
        sections.conditions(run),
    )


def document(title: str, *parts: object) -> str:
    """A page of these parts that asks nothing of the network."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Markup(files("dulcet.report").joinpath("style.css").read_text("utf-8"))),
    )
    return f'<!DOCTYPE html>\n<html lang="en">{head}<body>{tag("main", parts)}</body></html>\n'


def _top(run: RunFolder, baseline: str) -> Markup:
    facts: dict[str, object] = {}
    if run.table:
        facts["Person"] = identity(run.table.simulator)
        facts["Starting model"] = identity(run.table.agent) if run.table.agent else None
        facts["Episodes"] = _episodes(run.table)
        facts["Seeds"] = " · ".join(f"{name} {seed}" for name, seed in seeds(run.table).items())
    facts["Test tasks"] = str(len(run.tasks)) if run.tasks else None
    return tag(
        "header",
        tag("p", "dulcet · results of a run", class_="eyebrow"),
        tag("h1", run.path.resolve().name),
        tag("p", finding(run, baseline), class_="finding"),
        sections.definitions(facts),
        _missing(run),
    )


def _episodes(table: Table) -> str:
    """How many each method played, those that failed among them: `6 for each method (1 failed in all)`."""
    played = [row.episodes + row.failed for row in table.methods.values()]
    low, high, failed = (
        min(played, default=0),
        max(played, default=0),
        sum(row.failed for row in table.methods.values()),
    )
    count = str(high) if low == high else f"{low} to {high}"
    return f"{count} for each method" + (f" ({failed} failed in all)" if failed else "")


def finding(run: RunFolder, baseline: str) -> str | None:
    """The main result in one sentence; None without a table of at least two methods."""
    subject = focus(run.table.methods, baseline) if run.table else None
    if run.table is None or subject is None:
        return None
    one = run.table.comparison(subject, baseline, "success")
    if one is None:
        return None
    now, then = run.table.methods[subject], run.table.methods[baseline]
    low, high = (signed(100 * bound, 1) for bound in one.interval)
    return (
        f"With {method(subject)}, {run.benchmark.passing} in {percent(now.success)}\u202f% of the episodes, with "
        f"{method(baseline)} in {percent(then.success)}\u202f%: a difference of {signed(100 * one.difference, 1)} "
        f"points ({level(run.table.statistics.level)} interval {low} to {high}, {p_value(one.p)}, {one.tasks} tasks)."
    )


def _missing(run: RunFolder) -> Markup | None:
    if not run.missing:
        return None
    names = [tag("code", name) for name in run.missing]
    spaced = [part for name in names for part in (name, ", ")][:-1]
    return tag("p", "Not in this run's folder, and so left out below: ", spaced, ".", class_="missing")
