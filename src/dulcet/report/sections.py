"""The page's sections. Each is None where the run does not have what it shows."""

import json
from collections.abc import Mapping
from typing import Any

from dulcet.evaluation.costs import Costs
from dulcet.evaluation.order import order
from dulcet.evaluation.seeds_table import SeedsTable
from dulcet.evaluation.table import Table
from dulcet.evaluation.told import told
from dulcet.report import critics as quality
from dulcet.report import curves, plots, tables, transcripts
from dulcet.report.choosing import focus
from dulcet.report.markup import Markup, tag
from dulcet.report.run_folder import RunFolder
from dulcet.report.wording import BEST_OF_N, MINUS, SPENT, STEPS, identity, level, method, stops, who_won

_CURVES = ("loss", "accuracy", "margin")


def results(run: RunFolder, baseline: str) -> Markup | None:
    """The table, the intervals, the paired comparisons."""
    if run.table is None:
        return None
    how = run.table.statistics
    return section(
        "Results",
        tables.results(run.table),
        caption(
            f"Means over episodes; in brackets {level(how.level)} intervals by {how.resamples:,} bootstrap resamples "
            "of the tasks (percentiles), a task’s episodes staying together; where every task has 0, or every task 1, "
            f"the exact binomial bound stands instead. Success: {run.benchmark.passing}. {_wins(run)}Leaks: replies of "
            "the person that gave the solution away and were asked again or redacted. Failed: episodes that the "
            f"machinery broke; they are in no mean.{told(run.table.methods, method)}"
        ),
        stopped(run.table),
        tag("div", [figure(plots.intervals(run.table, measure)) for measure in plots.INTERVALS], class_="figures"),
        caption(
            f"Dot: mean. Bar: {level(how.level)} interval, made as above. Dashed: the mean of {method(baseline)}. "
            "Whether two methods differ is not to be read off overlapping bars, but from the paired comparison below."
        ),
        tables.comparisons(run.table, baseline) if len(run.table.methods) > 1 else None,
        caption(
            "Differences on the same tasks, in percentage points, with intervals from the same resampled tasks. p, "
            "two-sided and not corrected for the number of comparisons: McNemar’s exact test for success with one "
            "episode a task, otherwise sign flips of the tasks’ differences."
        )
        if len(run.table.methods) > 1
        else None,
        _folded("The other methods against each other", *tables.every_pair(run.table, baseline))
        if len(run.table.methods) > 2
        else None,
        _folded("How the episodes ended", tables.outcomes(run.table)),
    )


def stopped(table: Table | SeedsTable) -> Markup | None:
    """Trainings that were stopped, and why."""
    lines = [tag("li", one) for one in stops(table)]
    return tag("div", caption("Stopped, and in no mean:"), tag("ul", lines)) if lines else None


def _wins(run: RunFolder) -> str:
    if run.table is None or run.table.rival is None:
        return ""
    return f"Wins: share of tasks with a higher {run.benchmark.score_name} than {who_won(run.table)}, ties half. "


def asking(run: RunFolder) -> Markup | None:
    """How long the agents asked before they answered."""
    kept = {name: [one for one in each if one.outcome.agents_own and one.turns] for name, each in run.episodes.items()}
    kept = {name: each for name, each in kept.items() if each}
    if not kept:
        return None
    longest = max(len(one.turns) for each in kept.values() for one in each)
    tallest = max(
        sum(len(one.turns) == n for one in each) / len(each) for each in kept.values() for n in range(1, longest + 1)
    )
    return section(
        "Asking and answering",
        tag(
            "div", [figure(plots.turns(name, each, longest, tallest)) for name, each in kept.items()], class_="figures"
        ),
        caption(
            "Share of the episodes that ended after so many turns of the agent; the last turn is the answer, so that "
            f"an episode of four turns has three questions. Strong colour: {run.benchmark.passing}."
        ),
    )


def best_of_n(run: RunFolder) -> Markup | None:
    """What the critics are worth at test time."""
    if not any(curve.points for curve in run.best_of_n.values()):
        return None
    judges = {name: curve.critic for name, curve in run.best_of_n.items() if curve.critic}
    named = (f"{method(name)}: {identity(one) if isinstance(one, dict) else one}" for name, one in judges.items())
    return section(
        "Best-of-N with the critic",
        figure(curves.best_of_n(run.best_of_n)),
        caption(f"{BEST_OF_N} Bars: bootstrap intervals over tasks, as in the table. Critics: {'; '.join(named)}."),
    )


def order_of(table: Table | SeedsTable) -> Markup | None:
    """Whether the steps of the headline order hold."""
    steps = order(table)
    return section("The order, step by step", tables.steps(steps), caption(STEPS)) if steps else None


def costs(found: Costs) -> Markup | None:
    """What each method spent."""
    if not any(cost.wall_seconds for cost in found.values()):
        return None
    return section("What each method spent", tables.costs(found), caption(SPENT))


def learning(run: RunFolder) -> Markup | None:
    """One row of curves for each training stage."""
    stages = []
    for stage, steps in run.training.items():
        keys = [key for key in _CURVES if any(key in step for step in steps)]
        if keys:
            drawn = [figure(plots.learning_curve(stage, steps, key)) for key in keys]
            stages += [tag("h3", method(stage)), tag("div", drawn, class_="figures")]
    if not stages:
        return None
    return section(
        "Learning curves",
        stages,
        caption(
            "Faint: each optimiser step, on the training data of that step. Strong: running mean over a tenth of the "
            "steps. Accuracy: share of pairs whose chosen side is rated above the rejected one (dashed: chance). "
            "Margin: by how much. The topmost hundredth of the losses may lie outside the picture."
        ),
    )


def critics(found: Mapping[str, Mapping[str, Any]], table: Table | SeedsTable | None) -> Markup | None:
    """The critics' own quality, as far as it was measured."""
    if not found:
        return None
    measured = [tables.critics(found, table), caption(quality.NOTE)] if quality.headings(found) else []
    folds = [_folded(f"The critic of {method(name)}", definitions(_plain(one))) for name, one in found.items()]
    return section("How good the critics are", measured, folds)


def _plain(measured: Mapping[str, Any]) -> dict[str, object]:
    return {key.replace("_", " ").capitalize(): _number(value) for key, value in measured.items()}


def before_and_after(run: RunFolder, baseline: str) -> Markup | None:
    """Transcripts of the same tasks with the baseline and with the method the page is about."""
    shown = transcripts.section(run, baseline)
    if not shown:
        return None
    before, after = method(baseline), method(focus(run.episodes, baseline) or "")
    return section(
        "Before and after" if run.training else "Side by side",
        caption(
            f"The same tasks with {before} and {after}: first tasks in which {after} alone succeeds, then tasks in "
            f"which {before} alone does, then one in which both fail and one in which both succeed. Success: "
            f"{run.benchmark.passing}. Chosen by rule, not by hand: the largest change in "
            f"{run.benchmark.score_name} comes first, and one of each family before a second."
        ),
        shown,
    )


def conditions(run: RunFolder) -> Markup | None:
    """Everything one needs to run it again, folded away."""
    who: dict[str, object] = {}
    if run.table:
        who = {"simulator": run.table.simulator, "seeds": run.table.seeds, "machine": run.machine}
        who |= {f"agent of {name}": row.agent for name, row in run.table.methods.items()}
    return folded_conditions(who, run.config)


def folded_conditions(who: Mapping[str, object], config: Mapping[str, Any] | None) -> Markup | None:
    """Who played, and the configuration."""
    folds = [_folded("Who played: the person, the agents, the seeds", _json(who))] if who else []
    folds += [_folded("The whole configuration", _json(config))] if config else []
    return section("Conditions", folds) if folds else None


def section(heading: str, *children: object) -> Markup:
    """A part of the page."""
    return tag("section", tag("h2", heading), children)


def figure(svg: Markup) -> Markup:
    """A drawing."""
    return tag("figure", svg)


def caption(text: str) -> Markup:
    """What there is to say under it."""
    return tag("p", text, class_="caption")


def _folded(summary: str, *body: Markup) -> Markup:
    return tag("details", tag("summary", summary), body, class_="more")


def definitions(facts: Mapping[str, object]) -> Markup:
    """A list of names and values; None is left out."""
    rows = [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts.items() if value is not None]
    return tag("dl", rows)


def _json(value: object) -> Markup:
    return tag("pre", json.dumps(value, indent=2, ensure_ascii=False))


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", MINUS)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
