"""Offline episodes from a file: our own, or ColBench's released trajectories."""

import logging
from pathlib import Path

from dulcet.benchmarks.backend.offline import read_offline
from dulcet.errors import InputError
from dulcet.jsonl import lines
from dulcet.rollout.collect import load
from dulcet.task import Task
from dulcet.trajectory import Trajectory

log = logging.getLogger(__name__)


def read_tasks(path: Path) -> dict[str, Task]:
    """The tasks that a file of released trajectories holds, by the ids that `read_episodes` gives; else none."""
    first = next((row for _, row in lines(path)), {})
    return {task.id: task for task, _ in read_offline(path).episodes} if "dialogue_history" in first else {}


def read_episodes(path: Path) -> list[Trajectory]:
    """All episodes of a file. Raises InputError when it is missing, empty or broken."""
    first = next((row for _, row in lines(path)), None)
    if first is None:
        raise InputError("the file has no episodes", where=str(path), do="Run 'dulcet collect' first.")
    if "dialogue_history" not in first:
        return sorted(load(path), key=lambda episode: episode.key)  # not in the order in which they ended
    read = read_offline(path)
    for fault in read.faults:
        log.warning("%s", fault)
    return [episode for _, episode in read.episodes]
