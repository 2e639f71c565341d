"""The page's sections. Each is None where the run does not have what it shows."""

import json
from collections.abc import Mapping

from dulcet.report import plots, tables, transcripts
from dulcet.report.choosing import focus
from dulcet.report.markup import Markup, tag
from dulcet.report.run_folder import RunFolder
from dulcet.report.wording import MINUS, identity, level, method, who_won

_CURVES = ("loss", "accuracy", "margin")


def results(run: RunFolder, baseline: str) -> Markup | None:
    """The table, the intervals, the paired comparisons."""
    if run.table is None:
        return None
    how = run.table.statistics
    return _section(
        "Results",
        tables.results(run.table),
        _caption(
            f"Means over episodes; in brackets {level(how.level)} intervals by {how.resamples:,} bootstrap resamples "
            "of the tasks (percentiles), a task’s episodes staying together; where every task has 0, or every task 1, "
            f"the exact binomial bound stands instead. Success: {run.benchmark.passing}. {_wins(run)}Leaks: replies of "
            "the person that gave the solution away and were asked again or redacted. Failed: episodes that the "
            "machinery broke; they are in no mean."
        ),
        tag("div", [_figure(plots.intervals(run.table, measure)) for measure in plots.INTERVALS], class_="figures"),
        _caption(
            f"Dot: mean. Bar: {level(how.level)} interval, made as above. Dashed: the mean of {method(baseline)}. "
            "Whether two methods differ is not to be read off overlapping bars, but from the paired comparison below."
        ),
        tables.comparisons(run.table, baseline) if len(run.table.methods) > 1 else None,
        _caption(
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
    return _section(
        "Asking and answering",
        tag(
            "div", [_figure(plots.turns(name, each, longest, tallest)) for name, each in kept.items()], class_="figures"
        ),
        _caption(
            "Share of the episodes that ended after so many turns of the agent; the last turn is the answer, so that "
            f"an episode of four turns has three questions. Strong colour: {run.benchmark.passing}."
        ),
    )


def best_of_n(run: RunFolder) -> Markup | None:
    """What the critic is worth at test time."""
    if run.best_of_n is None or not run.best_of_n.points:
        return None
    judge = run.best_of_n.critic
    who = f" Critic: {identity(judge) if isinstance(judge, dict) else judge}." if judge else ""
    return _section(
        "Best-of-N with the critic",
        _figure(plots.best_of_n(run.best_of_n)),
        _caption(
            "At each turn the agent writes N candidates and the critic, which sees the hidden information, keeps one. "
            "This measures the critic; an agent like this cannot be deployed. Bars: bootstrap intervals over tasks, "
            f"as in the table.{who}"
        ),
    )


def learning(run: RunFolder) -> Markup | None:
    """One row of curves for each training stage."""
    stages = []
    for stage, steps in run.training.items():
        keys = [key for key in _CURVES if any(key in step for step in steps)]
        if keys:
            drawn = [_figure(plots.learning_curve(stage, steps, key)) for key in keys]
            stages += [tag("h3", method(stage)), tag("div", drawn, class_="figures")]
    if not stages:
        return None
    return _section(
        "Learning curves",
        stages,
        _caption(
            "Faint: each optimiser step, on the training data of that step. Strong: running mean over a tenth of the "
            "steps. Accuracy: share of pairs whose chosen side is rated above the rejected one (dashed: chance). "
            "Margin: by how much. The topmost hundredth of the losses may lie outside the picture."
        ),
    )


def critic(run: RunFolder) -> Markup | None:
    """The critic's own quality, as far as the run measured it."""
    if not run.critic:
        return None
    plain = {key.replace("_", " ").capitalize(): _number(value) for key, value in run.critic.items()}
    return _section("How good the critic is", definitions(plain))


def before_and_after(run: RunFolder, baseline: str) -> Markup | None:
    """Transcripts of the same tasks with the baseline and with the method the page is about."""
    shown = transcripts.section(run, baseline)
    if not shown:
        return None
    before, after = method(baseline), method(focus(run.episodes, baseline) or "")
    return _section(
        "Before and after" if run.training else "Side by side",
        _caption(
            f"The same tasks with {before} and {after}: first tasks in which {after} alone succeeds, then tasks in "
            f"which {before} alone does, then one in which both fail and one in which both succeed. Success: "
            f"{run.benchmark.passing}. Chosen by rule, not by hand: the largest change in "
            f"{run.benchmark.score_name} comes first, and one of each family before a second."
        ),
        shown,
    )


def conditions(run: RunFolder) -> Markup | None:
    """Everything one needs to run it again, folded away."""
    folds = []
    if run.table:
        who = {"simulator": run.table.simulator, "seeds": run.table.seeds}
        who |= {f"agent of {name}": row.agent for name, row in run.table.methods.items()}
        folds.append(_folded("Who played: the person, the agents, the seeds", _json(who)))
    if run.config:
        folds.append(_folded("The whole configuration", _json(run.config)))
    return _section("Conditions", folds) if folds else None


def _section(heading: str, *children: object) -> Markup:
    return tag("section", tag("h2", heading), children)


def _figure(svg: Markup) -> Markup:
    return tag("figure", svg)


def _caption(text: str) -> Markup:
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
