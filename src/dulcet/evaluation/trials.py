"""What each trial of Reflexion brought: success after one trial, after two, and so on, on the same tasks.

It is told how a task ended before it tries it again, so that only its first trial compares with agents that are not.
"""

from itertools import count, takewhile
from pathlib import Path
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dulcet.agents.reflexion import TOLD
from dulcet.errors import InputError
from dulcet.evaluation.build import build_table
from dulcet.evaluation.metrics import counted
from dulcet.evaluation.table import Table
from dulcet.jsonl import write_json
from dulcet.rollout.collect import Key, load
from dulcet.rollout.diary import Diary, trials_folder
from dulcet.trajectory import Trajectory


class ByTrial(BaseModel):
    """Success by trial, with what it cost."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.by_trial/1"] = "dulcet.by_trial/1"
    told: str = TOLD
    """What the agent knew that others do not."""
    played: tuple[int, ...]
    """Episodes that had a first trial, a second …; the others had succeeded before."""
    tokens: tuple[float, ...]
    """Mean number of tokens that the agent wrote for an episode until then, all trials and reflections together."""
    table: Table
    """Its `methods` are `trial_1`, `trial_2` …: each episode as it stood after so many trials."""


def by_trial(out: Path, *, seed: int, benchmark: str) -> ByTrial:
    """Measure the trials behind the episodes in `out`, and keep that as `by_trial.json` beside them.

    Episodes that the machinery broke are left out, as everywhere. Raises InputError where trials are missing there.
    """
    diary = Diary(trials_folder(out))
    episodes = counted(load(out))
    trials = {one.key: _trials_of(diary, one.key) for one in episodes}
    numbers = range(1, max((one.agent["trials"] for one in episodes), default=0) + 1)
    found = ByTrial(
        played=tuple(sum(len(each) >= number for each in trials.values()) for number in numbers),
        tokens=tuple(round(fmean(_spent(diary, key, number) for key in trials), 6) for number in numbers),
        table=build_table(
            {f"trial_{number}": [each[:number][-1] for each in trials.values()] for number in numbers},
            seed=seed,
            benchmark=benchmark,
        ),
    )
    write_json(trials_folder(out) / "by_trial.json", found.model_dump(mode="json"))
    return found


def _trials_of(diary: Diary, key: Key) -> list[Trajectory]:
    """The trials of an episode, in order. Raises InputError where there are none."""
    found = list(takewhile(bool, (diary.trials.get((key, number)) for number in count(1))))
    if not found:
        what = f"has no trial of task '{key[0]}', episode {key[1]}"
        raise InputError(what, where=str(diary.folder), do="Play these episodes again into another file.")
    return [one for one in found if one is not None]


def _spent(diary: Diary, key: Key, number: int) -> int:
    """Tokens written for an episode up to the end of trial `number`."""
    reflections = (diary.reflections.get((key, before)) for before in range(1, number))
    written = sum(turn.tokens for run in _trials_of(diary, key)[:number] for turn in run.turns)
    return written + sum(one.tokens for one in reflections if one is not None)
