"""The same task before and after training, each of the agent's turns coloured by the critic's advantage."""

from collections.abc import Mapping
from itertools import zip_longest

from dulcet.benchmarks.base import Benchmark
from dulcet.report.choosing import Change, choose, first_episodes, focus
from dulcet.report.markup import Markup, join, tag
from dulcet.report.pictures import side_by_side
from dulcet.report.run_folder import RunFolder
from dulcet.report.wording import method, signed
from dulcet.task import Task
from dulcet.trajectory import Outcome, Trajectory, Turn

_HIGH, _LOW = "var(--high)", "var(--low)"
"""Blue and orange: told apart with every common kind of colour blindness."""


def section(run: RunFolder, baseline: str) -> list[Markup]:
    """Transcripts of a few tasks; empty where there are not at least two methods with a common task."""
    subject = focus(run.episodes, baseline)
    if subject is None or baseline not in run.episodes:
        return []
    by_method = {name: first_episodes(each) for name, each in run.episodes.items()}
    chosen = choose(by_method[baseline], by_method[subject], run.tasks)
    if not chosen:
        return []
    scale = advantage_scale(run)
    shown = []
    for place, one in enumerate(chosen):
        plays = {name: each[one.task_id] for name, each in by_method.items() if one.task_id in each}
        body = _task(one.task_id, plays, run, (baseline, subject), scale)
        heading = tag(
            "summary",
            tag("b", _title(run.tasks.get(one.task_id), one.task_id)),
            tag(
                "span",
                _change(one.change, method(baseline), method(subject)),
                class_=f"change {one.change.replace(' ', '-')}",
            ),
        )
        shown.append(tag("details", heading, body, class_="task", open=place == 0))
    return [_legend(scale), *shown]


def _change(change: Change, before: str, after: str) -> str:
    """Who succeeded: nothing is said of training, for the two may be any two agents."""
    alone = {"gained": f"only {after} succeeds", "lost": f"only {before} succeeds"}
    return alone.get(change, "both fail" if change == "both failed" else "both succeed")


def advantage_scale(run: RunFolder) -> float | None:
    """The advantage of full colour: 95 % of all are smaller than it in size. None where there are no advantages."""
    sizes = sorted(abs(a) for each in run.advantages.values() for turns in each.values() for a in turns)
    return (sizes[int(0.95 * (len(sizes) - 1))] or 1.0) if sizes else None


def _title(task: Task | None, task_id: str) -> str:
    family = str(task.meta.get("family", "")).replace("_", " ") if task else ""
    return f"{family} ({task_id})" if family else task_id


def _task(
    task_id: str, plays: Mapping[str, Trajectory], run: RunFolder, main: tuple[str, str], scale: float | None
) -> Markup:
    task = run.tasks.get(task_id)
    columns = {name: _play(name, play, run, task, scale) for name, play in plays.items()}
    others = [column for name, column in columns.items() if name not in main]
    request = next(iter(plays.values())).prompt
    return join(
        [
            tag("div", tag("span", "the person asks", class_="who"), tag("p", request), class_="request"),
            side_by_side(task, {name: plays[name] for name in main}, run),
            tag("div", [columns[name] for name in main], class_="columns"),
            _folded(f"The same task with the other methods ({len(others)})", tag("div", others, class_="columns"))
            if others
            else None,
            _folded("What only the person knew: the reference", _code(run.benchmark.for_critic(task).hidden))
            if task
            else None,
        ]
    )


def _play(name: str, play: Trajectory, run: RunFolder, task: Task | None, scale: float | None) -> Markup:
    advantages = run.advantages.get(name, {}).get(play.key, ())
    turns = [
        _turn(number, turn, advantage, scale, _shown(run.benchmark, play, number, turn))
        for number, (turn, advantage) in enumerate(zip_longest(play.turns, advantages[: len(play.turns)]), start=1)
    ]
    return tag("article", tag("h4", method(name)), turns, _verdict(play, task, run.benchmark), class_="play")


def _turn(number: int, turn: Turn, advantage: float | None, scale: float | None, answer: str | None) -> Markup:
    said, code = _split(turn.content, answer)
    value = (
        tag("span", signed(advantage), class_="advantage", title="advantage of this turn")
        if advantage is not None
        else None
    )
    message = tag(
        "div",
        tag("div", tag("span", f"agent, turn {number}", class_="who"), value, class_="head"),
        tag("p", said) if said else None,
        _code(code) if code else None,
        _folded("with its thoughts", tag("pre", turn.raw)) if turn.raw.strip() != turn.content.strip() else None,
        class_="agent",
        style=_colour(advantage, scale),
    )
    return join([message, _reply(turn)])


def _reply(turn: Turn) -> Markup | None:
    if turn.reply is None:
        return None
    leaked = "redacted: it leaked" if turn.redacted else ("asked again: it leaked" if turn.leaks else None)
    note = tag("span", leaked, class_="note") if leaked else None
    head = tag("div", tag("span", "person", class_="who"), note, class_="head")
    return tag("div", head, tag("p", turn.reply), class_="person")


def _verdict(play: Trajectory, task: Task | None, benchmark: Benchmark) -> Markup:
    if play.grade is None:
        return tag("p", f"✗ {_plain(play.outcome.value)}: nothing to grade", class_="verdict failed")
    words = benchmark.verdict(play.grade, len(task.checks) if task else 0)
    if not play.grade.success:
        words += f" · {_plain(play.grade.outcome)}"
    if play.outcome is Outcome.TURN_LIMIT:
        words += " · out of turns"
    mark, kind = ("✓", "passed") if play.grade.success else ("✗", "failed")
    return tag("p", f"{mark} {words}", class_=f"verdict {kind}", title=play.grade.detail or None)


def _shown(benchmark: Benchmark, play: Trajectory, number: int, turn: Turn) -> str | None:
    """The code in a turn: the answer in the last one, and what the benchmark sets apart in any."""
    if number == len(play.turns) and play.answer and play.answer in turn.content:
        return play.answer
    return benchmark.code_in(turn.content)


def _split(content: str, answer: str | None) -> tuple[str, str]:
    """What was said, and the answer's code where the message ends with it."""
    if answer and answer.strip() and answer in content:
        before, _, after = content.rpartition(answer)
        return f"{before.strip()} {after.strip()}".strip(), answer.strip("\n")
    return content.strip(), ""


def _colour(advantage: float | None, scale: float | None) -> str | None:
    """Blue above zero, orange below, clear at zero; as strong as the advantage is large."""
    if advantage is None or scale is None:
        return None
    strength = min(1.0, abs(advantage) / scale)
    colour = _HIGH if advantage >= 0 else _LOW
    fill, edge = f"rgb({colour} / {0.04 + 0.36 * strength:.2f})", f"rgb({colour} / {0.3 + 0.7 * strength:.2f})"
    return f"background: {fill}; border-color: {edge}"


def _legend(scale: float | None) -> Markup:
    if scale is None:
        return tag("p", "The run holds no advantages, so that the turns are not coloured.", class_="caption")
    stops = [f"rgb({_LOW} / 0.4)", f"rgb({_LOW} / 0.04) 50%", f"rgb({_HIGH} / 0.04) 50%", f"rgb({_HIGH} / 0.4)"]
    ramp = f"background: linear-gradient(90deg, {', '.join(stops)})"
    return tag(
        "p",
        "Advantage of a turn: ",
        tag("span", signed(-scale), class_="number"),
        tag("span", class_="ramp", style=ramp, role="img", aria_label="orange below zero, blue above"),
        tag("span", signed(scale), class_="number"),
        " (orange: the critic holds it against the agent; blue: in its favour).",
        class_="legend",
    )


def _folded(summary: str, body: Markup) -> Markup:
    return tag("details", tag("summary", summary), body, class_="more")


def _code(code: str) -> Markup:
    return tag("pre", tag("code", code), tabindex="0")


def _plain(name: str) -> str:
    return name.replace("_", " ")
