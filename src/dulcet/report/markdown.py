"""`dulcet report --markdown`: a run's table as a page of Markdown, with everything that makes a number believable."""

from collections.abc import Sequence
from pathlib import Path

from dulcet.errors import InputError
from dulcet.evaluation.table import Comparison, Interval, MethodResult, Table
from dulcet.jsonl import write_atomic
from dulcet.report.run_folder import RunFolder, read_run
from dulcet.report.wording import identity, level, method, p_value, percent, percent_interval, seeds, signed, who_won


def write_markdown(run: Path, out: Path) -> Path:
    """Write the page about a run's folder. Raises InputError where it has no table yet."""
    write_atomic(out, markdown(read_run(run)))
    return out


def markdown(run: RunFolder) -> str:
    """The whole page."""
    if run.table is None:
        raise InputError("has no table yet", where=str(run.path), do="Run 'dulcet reproduce' or 'dulcet evaluate'.")
    baseline = next(iter(run.table.methods))
    parts = [_heading(run, run.table), _methods(run, run.table), _comparisons(run, run.table, baseline), _critic(run)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(run: RunFolder, table: Table) -> str:
    facts = {
        "Person": identity(table.simulator),
        "Starting model": identity(table.agent) if table.agent else "",
        "Held-out tasks": str(len(run.tasks)) if run.tasks else "",
        "Training tasks": _of(run, "train_tasks"),
        "Episodes of each training task": _of(run, "episodes"),
        "Seeds": ", ".join(f"{name} {seed}" for name, seed in (seeds(table) | _bootstrap(table)).items()),
        "Made by": f"`dulcet reproduce --preset {_of(run, 'preset')} --seed {_of(run, 'seed')}`" if run.config else "",
    }
    lines = [f"- {name}: {value}" for name, value in facts.items() if value]
    return "\n".join(["# Results", "", *lines])


def _bootstrap(table: Table) -> dict[str, str]:
    return {name: str(seed) for name, seed in table.seeds.items() if name == "bootstrap"}


def _of(run: RunFolder, key: str) -> str:
    return str((run.config or {}).get(key, ""))


def _methods(run: RunFolder, table: Table) -> str:
    wins = ["wins %"] if table.rival else []
    headings = ["method", f"{run.benchmark.score_name} %", "success %", *wins, "turns", "tokens", "leaks %", "episodes"]
    rows = [_row(name, row, bool(table.rival)) for name, row in table.methods.items()]
    note = (
        f"In brackets {level(table.statistics.level)} intervals, tasks resampled {table.statistics.resamples:,} times. "
        f"Success: {run.benchmark.passing}."
    )
    if table.rival:
        rival = who_won(table)
        note += f" Wins: share of tasks with a higher {run.benchmark.score_name} than {rival}, ties half."
    return _table(headings, rows) + "\n\n" + note


def _row(name: str, row: MethodResult, wins: bool) -> list[str]:
    return [
        method(name),
        _mean(row.tests_passed, row.tests_passed_interval),
        _mean(row.success, row.success_interval),
        *([_mean(row.win_rate, row.win_rate_interval)] if wins else []),
        "–" if row.turns is None else f"{row.turns:.1f}",
        "–" if row.tokens is None else f"{row.tokens:.0f}",
        percent(row.leak_rate),
        f"{row.episodes}" + (f" ({row.failed} failed)" if row.failed else ""),
    ]


def _comparisons(run: RunFolder, table: Table, baseline: str) -> str:
    rows = []
    for name in table.methods:
        pair = [table.comparison(name, baseline, measure) for measure in ("tests_passed", "success")]
        if name != baseline and any(pair):
            rows.append([method(name), *(_difference(one) for one in pair)])
    if not rows:
        return ""
    headings = [f"against {method(baseline)}", f"{run.benchmark.score_name}, points", "success, points"]
    note = (
        "Differences on the same tasks, with intervals; p is two-sided and not corrected for the number of comparisons."
    )
    return _table(headings, rows) + "\n\n" + note


def _difference(one: Comparison | None) -> str:
    if one is None:
        return "–"
    low, high = (signed(100 * bound, 1) for bound in one.interval)
    return f"{signed(100 * one.difference, 1)} [{low}, {high}], {p_value(one.p)}"


def _critic(run: RunFolder) -> str:
    points = run.best_of_n.points if run.best_of_n else ()
    lines = [f"- Best of {one.n}: success {_mean(one.success, one.success_interval)} %" for one in points]
    accuracy = (run.critic or {}).get("held_out_accuracy")
    if isinstance(accuracy, float):
        lines.insert(0, f"- Pairs of held-out episodes in the right order: {percent(accuracy)} %")
    return "\n".join(["What the critic is worth:", "", *lines]) if lines else ""


def _mean(value: float | None, interval: Interval | None) -> str:
    return f"{percent(value)} {percent_interval(interval)}".strip()


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
