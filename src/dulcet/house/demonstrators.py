"""Demonstrators: scripted agents of different skill, whose dialogues the house model is raised on.

A demonstrator asks about the arguments of the signature, one a turn, and then about what is still open; how many of
these questions it asks, how often it strays, and how often it slips though it was told, is its skill. Whoever answers
without having asked still writes the reference: to a learner that cannot know it, that is a guess.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from dulcet.benchmarks.backend.synthesis.checks import mutants
from dulcet.humans.facts import Fact, facts
from dulcet.task import Task
from dulcet.trajectory import Message

MARKER = "I WANT TO ANSWER:"
Person = Callable[[Task, list[Message]], str]


@dataclass(frozen=True)
class Skill:
    """How good a demonstrator is."""

    name: str
    asks: float
    """Chance of asking each question that is worth asking."""
    strays: float
    """Chance of a useless question before a useful one."""
    slips: float
    """Chance of one mistake in the answer."""


SKILLS = (
    Skill("careful", asks=1.0, strays=0.03, slips=0.0),
    Skill("hasty", asks=0.45, strays=0.03, slips=0.05),
    Skill("rambling", asks=0.85, strays=0.55, slips=0.1),
    Skill("wandering", asks=0.9, strays=0.7, slips=0.03),
    Skill("careless", asks=0.95, strays=0.1, slips=0.7),
    Skill("rash", asks=0.08, strays=0.1, slips=0.02),
)

ABOUT = ("What about {name}?", "What is the rule for {name}?", "How does {name} matter?")
REMAINING = ("What should it return?", "What happens otherwise?")
USELESS = (
    "Which version of Python do you use?",
    "Who will use this function?",
    "How fast does it have to be?",
    "Should I write comments?",
    "Do you need a test for it?",
    "When do you need it?",
)


def arguments(prompt: str) -> list[str]:
    """The names in the signature at the end of a request."""
    signature = prompt[prompt.rindex("(") + 1 : prompt.rindex(")")]
    return [part.split("=")[0].strip() for part in signature.split(",") if part.strip()]


def demonstrate(task: Task, person: Person, skill: Skill, random: Random, max_turns: int = 10) -> list[Message]:
    """One dialogue, from the request to the answer."""
    messages: list[Message] = [{"role": "user", "content": task.prompt}]
    for question in _questions(task, messages, skill, random):
        if len(messages) >= 2 * max_turns - 1:
            break
        messages.append({"role": "assistant", "content": question})
        messages.append({"role": "user", "content": person(task, messages)})
    code = task.hidden if random.random() >= skill.slips else random.choice(list(mutants(task.hidden)))
    messages.append({"role": "assistant", "content": f"{MARKER}\n{code}"})
    return messages


def _questions(task: Task, messages: list[Message], skill: Skill, random: Random) -> Iterator[str]:
    asked = arguments(task.prompt)
    for argument in asked:
        if random.random() < skill.strays:
            yield random.choice(USELESS)
        if random.random() < skill.asks:
            yield random.choice(ABOUT).format(name=argument)
    while (name := _mentioned(task.hidden, messages, asked)) and random.random() < skill.asks:
        asked.append(name)
        yield random.choice(ABOUT).format(name=name)
    for question in REMAINING:
        if open_facts(task.hidden, messages) and random.random() < skill.asks:
            yield question


def _mentioned(source: str, messages: list[Message], asked: list[str]) -> str | None:
    """A name that the person used and did not explain, and that nobody has asked about."""
    told = {word for message in messages[2::2] for word in re.findall(r"[a-z_]+", message["content"])}
    names = (name for fact in open_facts(source, messages) for name in fact.names)
    return next((name for name in names if name in told and name not in asked), None)


def open_facts(source: str, messages: list[Message]) -> list[Fact]:
    """The facts that the person has not told yet, those about what does not matter left out."""
    told = " ".join(message["content"] for message in messages[2::2])
    return [fact for fact in facts(source) if fact.kind != "unused" and fact.sentence not in told]
