"""`dulcet report`: one page of HTML about a run that asks nothing of the network.

A strict content security policy backs up the escaping: even if a model's text became an element, nothing would run.
"""

from importlib.resources import files
from pathlib import Path

from dulcet.jsonl import write_atomic
from dulcet.report import sections
from dulcet.report.choosing import focus
from dulcet.report.markup import Markup, tag
from dulcet.report.pictures import with_pictures
from dulcet.report.run_folder import RunFolder, read_run
from dulcet.report.wording import identity, level, method, p_value, percent, signed

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
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Markup(files("dulcet.report").joinpath("style.css").read_text("utf-8"))),
    )
    body = tag(
        "main",
        _top(run, baseline),
        sections.results(run, baseline),
        sections.asking(run),
        sections.best_of_n(run),
        sections.learning(run),
        sections.critic(run),
        sections.before_and_after(run, baseline),
        sections.conditions(run),
    )
    return f'<!DOCTYPE html>\n<html lang="en">{head}<body>{body}</body></html>\n'


def _top(run: RunFolder, baseline: str) -> Markup:
    facts: dict[str, object] = {}
    if run.table:
        episodes = [row.episodes + row.failed for row in run.table.methods.values()]
        facts["Person"] = identity(run.table.simulator)
        facts["Starting model"] = identity(run.table.agent) if run.table.agent else None
        facts["Episodes"] = f"{max(episodes, default=0)} for each method"
        named = {name.replace("_", " "): seed for name, seed in run.table.seeds.items() if name != "bootstrap"}
        facts["Seeds"] = " · ".join(f"{name} {seed}" for name, seed in named.items())
    facts["Test tasks"] = str(len(run.tasks)) if run.tasks else None
    return tag(
        "header",
        tag("p", "dulcet · results of a run", class_="eyebrow"),
        tag("h1", run.path.resolve().name),
        tag("p", finding(run, baseline), class_="finding"),
        sections.definitions(facts),
        _missing(run),
    )


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
        f"{method(subject)} solves {percent(now.success)}\u202f% of the tasks, {method(baseline)} "
        f"{percent(then.success)}\u202f%: a difference of {signed(100 * one.difference, 1)} points "
        f"({level(run.table.statistics.level)} interval {low} to {high}, {p_value(one.p)}, {one.tasks} tasks)."
    )


def _missing(run: RunFolder) -> Markup | None:
    if not run.missing:
        return None
    names = [tag("code", name) for name in run.missing]
    spaced = [part for name in names for part in (name, ", ")][:-1]
    return tag("p", "Not in this run's folder, and so left out below: ", spaced, ".", class_="missing")
