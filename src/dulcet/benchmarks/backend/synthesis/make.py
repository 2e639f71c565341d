"""Make tasks: deterministic from a seed, distinct, and disjoint between train, validation and test.

A task is known by its reference's source. Its split follows from a hash of that source, so that the same instance of a
family can never be trained on and tested on, whatever the seeds and sizes.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from dulcet.benchmarks.backend.synthesis import families as _families
from dulcet.benchmarks.backend.synthesis.checks import choose_calls
from dulcet.benchmarks.backend.synthesis.draft import FAMILIES, Dice, Draft, new_dice, with_idle_argument
from dulcet.benchmarks.backend.synthesis.hand_written import HAND_WRITTEN
from dulcet.benchmarks.backend.synthesis.wording import request
from dulcet.errors import InputError
from dulcet.seeds import derive
from dulcet.task import Task

assert _families  # importing it registers the families

Split = Literal["train", "validation", "test"]
_PATIENCE = 2000
"""Drafts in a row without a new task after which there are no more to be had."""
_SHARES: tuple[tuple[Split, int], ...] = (("test", 20), ("validation", 30), ("train", 100))


@dataclass(frozen=True)
class Sketch:
    """A draft with its name and the dice that it was drawn with."""

    id: str
    family: str
    dice: Dice
    draft: Draft

    def task(self, calls: Sequence[str] = ()) -> Task:
        """The task with these calls as its tests."""
        meta = {"family": self.family, "difficulty": self.dice.difficulty}
        prompt = request(self.dice, self.draft)
        return Task(id=self.id, prompt=prompt, hidden=self.draft.source, checks=tuple(calls), meta=meta)


def split_of(source: str) -> Split:
    """Which split an instance belongs to: 20 % test, 10 % validation, 70 % train."""
    number = int(hashlib.sha256(source.encode()).hexdigest(), 16) % 100
    return next(split for split, upper in _SHARES if number < upper)


def synthesise(
    count: int,
    *,
    seed: int,
    split: Split = "train",
    difficulty: int = 1,
    families: Sequence[str] | None = None,
) -> list[Task]:
    """`count` distinct tasks of one split at one difficulty (1 to 5), families in turn.

    Raises InputError for an unknown family, a difficulty off the dial, or more tasks than the families can give.
    """
    names = list(families or FAMILIES)
    for name in names:
        if name not in FAMILIES:
            raise InputError(f"no family of rules is called '{name}'", do=f"There are: {', '.join(FAMILIES)}.")
    if not 1 <= difficulty <= 5:
        raise InputError(f"difficulty {difficulty} is off the dial", do="It goes from 1 to 5.")
    tasks: dict[str, Task] = {}
    misses = 0
    for sketch in drafts(seed, split=split, difficulty=difficulty, families=names):
        task = None if sketch.draft.source in tasks else _finish(sketch)
        misses = misses + 1 if task is None else 0
        if task is not None:
            tasks[task.hidden] = task
        if len(tasks) == count:
            return list(tasks.values())
        if misses == _PATIENCE:
            break
    raise InputError(f"only {len(tasks)} distinct tasks of {count} could be made", do="Ask for fewer or more families.")


def hand_written() -> list[Task]:
    """The tasks written by hand."""
    made = []
    for name, draft in HAND_WRITTEN.items():
        dice = new_dice(derive(0, "hand_written", name), 3)
        task = _finish(Sketch(f"hand-{name}", name, dice, draft))
        assert task is not None, name
        made.append(task)
    return made


def drafts(seed: int, *, split: Split, difficulty: int, families: Sequence[str]) -> Iterator[Sketch]:
    """An endless stream of reference functions of one split, families in turn, not yet tested or distinct."""
    number = 0
    while True:
        number += 1
        family = families[number % len(families)]
        dice = new_dice(derive(seed, "task", split, difficulty, family, number), difficulty)
        draft = with_idle_argument(dice, FAMILIES[family](dice))
        if split_of(draft.source) == split:
            yield Sketch(f"{split}-{seed}-{difficulty}-{number}", family, dice, draft)


def _finish(sketch: Sketch) -> Task | None:
    calls = choose_calls(sketch.draft, Random(sketch.dice.random.random()))
    return None if calls is None else sketch.task(calls)
