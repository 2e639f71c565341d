"""The dialogues that the house model is raised on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from dulcet.benchmarks.backend.synthesis.draft import FAMILIES
from dulcet.benchmarks.backend.synthesis.make import drafts
from dulcet.credit.privileged import privileged
from dulcet.house.demonstrators import SKILLS, Person, Skill, demonstrate
from dulcet.humans.scripted import ScriptedHuman
from dulcet.seeds import derive
from dulcet.trajectory import Message

WITH_HIDDEN = 0.25
"""Share of dialogues with the hidden information in front, so that the model can serve as a critic's first weights."""
HARDER = 0.15
"""Share of tasks from the second notch of the dial."""


@dataclass(frozen=True)
class Dialogue:
    """One dialogue to learn from."""

    messages: list[Message]
    skill: str
    reference: str


SCHOOL = (0.70, 0.10, 0.20, 0.0, 0.0, 0.0)
"""Shares of the SKILLS in the dialogues that teach to speak, to ask and to copy what was said: whoever has not asked
can only guess, and guesses drown what there is to learn about copying."""
HABITS = (0.05, 0.05, 0.0, 0.45, 0.05, 0.40)
"""Shares in the dialogues that come last and leave the model with two habits to be unlearnt, though it has learnt to
ask and to listen: it answers at once, or it spends its turns on questions whose answers are of no use."""


def dialogues(count: int, seed: int, person: Person, shares: Sequence[float] = SCHOOL) -> Iterator[Dialogue]:
    """`count` dialogues over tasks of the training split, demonstrators drawn by the shares."""
    easy = drafts(derive(seed, "easy"), split="train", difficulty=1, families=list(FAMILIES))
    hard = drafts(derive(seed, "hard"), split="train", difficulty=2, families=list(FAMILIES))
    random = Random(derive(seed, "dialogues"))
    for _ in range(count):
        task = next(hard if random.random() < HARDER else easy).task()
        hidden = random.random() < WITH_HIDDEN
        skill = _draw(random, hidden, shares)
        messages = demonstrate(task, person, skill, random)
        yield Dialogue(privileged(messages, task.hidden) if hidden else messages, skill.name, task.hidden)


def school(count: int, seed: int) -> Iterator[Dialogue]:
    """The dialogues that come first, with the scripted person."""
    return dialogues(count, seed, ScriptedHuman().answer, SCHOOL)


def habits(count: int, seed: int) -> Iterator[Dialogue]:
    """The dialogues that come last."""
    return dialogues(count, seed, ScriptedHuman().answer, HABITS)


def _draw(random: Random, hidden: bool, shares: Sequence[float]) -> Skill:
    """Whoever sees the hidden information is mostly careful: it could copy the answer, but still asks."""
    if hidden and random.random() < 0.5:
        return SKILLS[0]
    return random.choices(SKILLS, shares)[0]


def held_out(count: int, seed: int, person: Person) -> list[Dialogue]:
    """Careful dialogues over tasks of the validation split, to measure binding on."""
    stream = drafts(derive(seed, "held out"), split="validation", difficulty=1, families=list(FAMILIES))
    random = Random(derive(seed, "held out"))
    tasks = (sketch.task() for sketch in islice(stream, count))
    return [Dialogue(demonstrate(task, person, SKILLS[0], random), SKILLS[0].name, task.hidden) for task in tasks]
