"""Whether an agent asked for all it needed, and whether it then wrote the right function: two skills, told apart.

Over the episodes of held-out tasks that a run has (`dulcet reproduce`, of one seed or several), for each row: how often
everything had been told before the answer, how often the answer was right where it had, and which share of the wrong
answers came although it had. Means over the seeds, with the smallest and the largest seed's in brackets.

Only for synthesised tasks of functions with the scripted person: its sentences are the facts that are looked for.

Usage: python benchmarks/told_and_right.py RUN
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from dulcet.benchmarks.task_file import load_tasks
from dulcet.house.demonstrators import open_facts
from dulcet.rollout.collect import load
from dulcet.task import Task
from dulcet.trajectory import Trajectory

WHAT = ("told everything", "right where told", "told where wrong")


def shares(episodes: Sequence[Trajectory], tasks: dict[str, Task]) -> tuple[float, ...]:
    """The three shares for one row of one seed."""
    answered = [one for one in episodes if one.turns]
    told = [not open_facts(tasks[one.task_id].hidden, one.history(len(one.turns) - 1)) for one in answered]
    right = [one.success for one in answered]
    both = sum(t and r for t, r in zip(told, right, strict=True))
    wrong = len(right) - sum(right)
    return sum(told) / len(told), both / max(1, sum(told)), (sum(told) - both) / max(1, wrong)


def main(run: Path) -> None:
    """Print a line for each row."""
    seeds = sorted(run.glob("seed_*")) or [run]
    print(f"{'row':24}", *(f"{what:>24}" for what in WHAT))
    for file in sorted((seeds[0] / "evaluate").glob("*.jsonl")):
        found = [
            shares(load(seed / "evaluate" / file.name), {one.id: one for one in load_tasks(seed / "tasks/test.jsonl")})
            for seed in seeds
        ]
        cells = (f"{fmean(each):.3f} [{min(each):.3f}, {max(each):.3f}]" for each in zip(*found, strict=True))
        print(f"{file.stem:24}", *(f"{cell:>24}" for cell in cells))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
