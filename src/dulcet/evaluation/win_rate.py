"""Win rate: how often a method's answer has a higher reward than a rival's to the same task; a tie counts half.

(ColBench, arXiv 2503.15478, section 5.1, holds pages against those of one model; how ties count is not said there.)
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from dulcet.errors import InputError
from dulcet.jsonl import read
from dulcet.trajectory import Trajectory

Rival = Mapping[str, float]
"""Task -> the rival's reward there, the mean where it has several answers."""


def rewards(episodes: Iterable[Trajectory]) -> dict[str, float]:
    """The reward of each task's episodes; failures of the machinery are left out."""
    grouped: dict[str, list[float]] = defaultdict(list)
    for one in episodes:
        if one.reward is not None:
            grouped[one.task_id].append(one.reward)
    return {task: fmean(values) for task, values in grouped.items()}


def read_rival(path: Path) -> dict[str, float]:
    """A stored set of answers: graded episodes (.jsonl), or what `dulcet grade --json` wrote. Raises InputError."""
    if path.suffix == ".jsonl":
        return rewards(read(path, Trajectory))
    try:
        rows = json.loads(path.read_bytes())["results"]
        return {str(row["id"]): float(row["tests_passed"]) for row in rows}
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        do = "Give a file of episodes (.jsonl), or what 'dulcet grade --json' wrote."
        raise InputError("holds no graded answers", where=str(path), do=do) from error


def won(rival: Rival) -> Callable[[Trajectory], float | None]:
    """1 where an episode's reward is above the rival's, 0.5 where they are equal, 0 below; None for other tasks."""

    def value(one: Trajectory) -> float | None:
        if one.task_id not in rival:
            return None
        mine, theirs = one.reward or 0.0, rival[one.task_id]
        return 0.5 if abs(mine - theirs) < 1e-9 else float(mine > theirs)

    return value


def win_rate(episodes: Iterable[Trajectory], rival: Rival) -> float | None:
    """The mean over the episodes that have a rival; None where none has."""
    values: list[Any] = [value for value in map(won(rival), episodes) if value is not None]
    return round(fmean(values), 6) if values else None
