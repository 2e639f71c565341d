"""Which tasks' transcripts to show: those that changed, first for the better and then for the worse."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dulcet.task import Task
from dulcet.trajectory import Trajectory

Change = Literal["gained", "lost", "both failed", "both passed"]
WANTED: tuple[tuple[Change, int], ...] = (("gained", 4), ("lost", 2), ("both failed", 1), ("both passed", 1))
"""How many of each kind, in the order of the page."""


@dataclass(frozen=True)
class Chosen:
    """One task whose transcripts are shown."""

    task_id: str
    change: Change


def focus(methods: Iterable[str], baseline: str) -> str | None:
    """The trained method that the page is about: SWEET-RL where it is there, else the last one."""
    others = [name for name in methods if name != baseline]
    return "sweet_rl" if "sweet_rl" in others else (others[-1] if others else None)


def first_episodes(trajectories: Iterable[Trajectory]) -> dict[str, Trajectory]:
    """The first episode of each task that did not fail through the machinery."""
    found: dict[str, Trajectory] = {}
    for one in sorted(trajectories, key=lambda one: one.key):
        if one.outcome.agents_own:
            found.setdefault(one.task_id, one)
    return found


def choose(
    before: Mapping[str, Trajectory], after: Mapping[str, Trajectory], tasks: Mapping[str, Task]
) -> list[Chosen]:
    """Tasks tried by both, the same ones every time; within a kind, the largest change first and few of one family."""
    kinds: dict[Change, list[str]] = {kind: [] for kind, _ in WANTED}
    for task in sorted(before.keys() & after.keys()):
        kinds[_change(before[task], after[task])].append(task)
    chosen = []
    for kind, wanted in WANTED:
        largest = sorted(kinds[kind], key=lambda task: -abs((after[task].reward or 0) - (before[task].reward or 0)))
        chosen += [Chosen(task, kind) for task in _varied(largest, tasks, wanted)]
    return chosen


def _change(before: Trajectory, after: Trajectory) -> Change:
    if before.success:
        return "both passed" if after.success else "lost"
    return "gained" if after.success else "both failed"


def _varied(ids: Sequence[str], tasks: Mapping[str, Task], wanted: int) -> list[str]:
    """The first ones, but one of each family before a second of any."""
    seen: dict[object, int] = {}
    rounds = []
    for place, task in enumerate(ids):
        family = tasks[task].meta.get("family", task) if task in tasks else task
        rounds.append((seen.get(family, 0), place, task))
        seen[family] = seen.get(family, 0) + 1
    return [task for _, _, task in sorted(rounds)[:wanted]]
