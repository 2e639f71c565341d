"""What an agent learnt: not to waste turns, to ask for all it needs, to end in time, to write what it was told.

Over the episodes of held-out tasks that a run has (`dulcet reproduce`, of one seed or several), for each row: questions
an episode whose answers are of no use (which program they run, when it is needed ...), how often the turns ran out, how
often everything had been told before the answer, and how often the answer was right where it had. Means over the seeds,
with the smallest and the largest seed's in brackets. Best-of-N by a critic has a line for each N.

Only for synthesised tasks of functions with the scripted person: its sentences are the facts that are looked for. The
questions are those of the house model's demonstrators, word for word.

Usage: python benchmarks/what_was_learnt.py RUN
"""

import sys
from collections.abc import Sequence
from math import nan
from pathlib import Path
from statistics import fmean

from dulcet.benchmarks.task_file import load_tasks
from dulcet.house.demonstrators import USELESS, open_facts
from dulcet.jsonl import read_json
from dulcet.rollout.collect import load
from dulcet.task import Task
from dulcet.trajectory import Outcome, Trajectory

WHAT = ("useless questions", "out of turns", "told everything", "right where told")


def shares(episodes: Sequence[Trajectory], tasks: dict[str, Task]) -> tuple[float, ...]:
    """The four figures for one row of one seed; the last is NaN where nobody had been told everything."""
    played = [one for one in episodes if one.turns]
    useless = [sum(turn.content in USELESS for turn in one.turns) for one in played]
    late = [one.outcome == Outcome.TURN_LIMIT for one in played]
    told = [not open_facts(tasks[one.task_id].hidden, one.history(len(one.turns) - 1)) for one in played]
    right = [one.success for one, knows in zip(played, told, strict=True) if knows]
    return fmean(useless), fmean(late), fmean(told), fmean(right) if right else nan


def episode_files(run: Path, seed: Path) -> dict[str, Path]:
    """Name of a line -> file below the seed's folder: the rows of the table, then Best-of-N."""
    rows = {row: Path(f"evaluate/{row}.jsonl") for row in read_json(run / "table.json")["methods"]}
    chosen = sorted(seed.glob("best_of_n/*/*.jsonl"), key=lambda path: (path.parent.name, int(path.stem)))
    return rows | {f"{path.parent.name}, N = {path.stem}": path.relative_to(seed) for path in chosen}


def main(run: Path) -> None:
    """Print a line for each row of the run's table, and for each number of candidates."""
    seeds = [costs.parent for costs in sorted(run.glob("seed_*/costs.json"))] or [run]  # which is written last
    print(f"{'row':34}", *(f"{what:>24}" for what in WHAT))
    for row, file in episode_files(run, seeds[0]).items():
        found = [
            shares(load(seed / file), {one.id: one for one in load_tasks(seed / "tasks/test.jsonl")}) for seed in seeds
        ]
        cells = (f"{fmean(each):.3f} [{min(each):.3f}, {max(each):.3f}]" for each in zip(*found, strict=True))
        print(f"{row:34}", *(f"{cell:>24}" for cell in cells))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
