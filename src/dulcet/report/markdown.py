"""One experiment as a section of Markdown, with everything that makes a number believable or lets one make it again."""

from collections.abc import Mapping
from typing import Any

from dulcet.evaluation.seeds_table import SeedsTable
from dulcet.evaluation.table import Table
from dulcet.evaluation.told import told
from dulcet.report import markdown_tables as tables
from dulcet.report.choosing import focus
from dulcet.report.critics import NOTE
from dulcet.report.results import Results, Taken
from dulcet.report.wording import BEST_OF_N, SPENT, STEPS, identity, level, method, seeds, stops, who_won

TITLES = {
    "full": "The main table",
    "ablations": "Ablations",
    "best_of_n": "Best-of-N by critic",
    "equal_episodes": "As many episodes for SWEET-RL and GRPO",
    "data": "Success against the amount of data",
    "off_policy": "Data of another policy",
    "mining": "Which candidates are paired",
    "leak_guard": "A careless person, watched by the leak guard",
    "no_leak_guard": "The same person without the guard",
    "credits": "Ways to give credit",
    "frontend": "Web pages",
}
"""Preset -> heading of its section."""


def section(results: Results, reading: str, pictures: Mapping[str, str]) -> str:
    """The whole section. `reading` is what a person has written of it, `pictures` what to call each file drawn."""
    parts = [
        f"## {title(results)}",
        reading,
        _facts(results),
        _again(results),
        tables.methods(results),
        _note(results),
        _stopped(results.table),
        *_noted(tables.steps(results), STEPS),
        *([by_data] if (by_data := tables.by_data(results)) else _against(results)),
        *_noted(tables.costs(results.costs), SPENT),
        *_noted(tables.best_of_n(results), BEST_OF_N),
        *_noted(tables.critics(results), NOTE),
        "\n\n".join(f"![{what}]({file})" for what, file in pictures.items()),
    ]
    return "\n\n".join(part for part in parts if part)


def title(results: Results) -> str:
    """The heading: that of its preset, with the folder's name where that is another."""
    preset, name = str(results.config.get("preset", "")), results.path.resolve().name
    heading = TITLES.get(preset) or (preset or name).replace("_", " ").capitalize()
    return heading if name == preset or not preset else f"{heading}: {name.replace('_', ' ')}"


def _noted(table: str, note: str) -> tuple[str, str]:
    return (table, note) if table else ("", "")


def _against(results: Results) -> list[str]:
    """Every other method against the first one, and against the one that the page is about."""
    baseline = next(iter(results.table.methods))
    subject = focus(results.table.methods, baseline)
    return [tables.against(results, one) for one in (baseline, subject) if one]


def _facts(results: Results) -> str:
    config, table = results.config, results.table
    facts = {
        "Person": identity(table.simulator),
        "Starting model": identity(table.agent) if table.agent else "",
        "Held-out tasks": str(results.tasks or ""),
        "Training tasks": str(config.get("train_tasks", "")),
        "Episodes of each training task": str(config.get("episodes", "")),
        "Seeds": _seeds(table),
        "Made on": "; ".join(machine(one) for one in results.machines),
        "Made once": "; ".join(map(_taken, results.taken)),
    }
    return "\n".join(f"- {name}: {value}" for name, value in facts.items() if value)


def _taken(one: Taken) -> str:
    of = f" of the seeds {', '.join(map(str, one.seeds))}" if one.seeds else ""
    return (
        f"{', '.join(map(method, one.rows))}{of}, taken from the run `{one.run}`, which has them with the same settings"
    )


def _seeds(table: Table | SeedsTable) -> str:
    if isinstance(table, SeedsTable):
        return ", ".join(map(str, table.seeds))
    known = seeds(table) | {name: str(seed) for name, seed in table.seeds.items() if name == "bootstrap"}
    return ", ".join(f"{name} {seed}" for name, seed in known.items())


def machine(found: Mapping[str, Any]) -> str:
    """A machine in a line: processor, cores, accelerator, versions."""
    named = [f"{found.get('processor', 'unknown processor')}, {found.get('cores', '?')} cores"]
    named += [str(found["accelerator"])] if found.get("accelerator") else []
    rest = (key for key in found if key not in ("processor", "cores", "accelerator", "system"))
    return ", ".join([*named, *(f"{key} {found[key]}" for key in rest)])


def _again(results: Results) -> str:
    """The command that makes it again, and the settings that it reads from a file."""
    if not results.command:
        return ""
    shown = f"Made by\n\n    {results.command}"
    if results.settings and "--settings" in results.command:
        shown += f"\n\nwith this settings.toml:\n\n```toml\n{results.settings}\n```"
    return shown


def _note(results: Results) -> str:
    table = results.table
    how = (
        table.statistics.interval
        if isinstance(table, SeedsTable)
        else f"tasks resampled {table.statistics.resamples:,} times; they do not cover what another seed would change"
    )
    note = f"In brackets {level(table.statistics.level)} intervals ({how}). Success: {results.benchmark.passing}. "
    note += "p is two-sided and not corrected for the number of comparisons."
    if table.rival:
        rival = who_won(table)
        note += f" Wins: share of tasks with a higher {results.benchmark.score_name} than {rival}, ties half."
    return note + told(table.methods, method)


def _stopped(table: Table | SeedsTable) -> str:
    lines = [f"- {one}" for one in stops(table)]
    return "\n".join(["Stopped, and in no mean:", "", *lines]) if lines else ""
