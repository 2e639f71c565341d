"""Deep memory retrieval, conversation opener and LoCoMo on synthesised conversations."""

from collections.abc import Iterator
from random import Random
from typing import Any

from dulcet.benchmarks.memory.locomo import CATEGORIES
from dulcet.benchmarks.memory.suite import History, Question, Suite, checked
from dulcet.benchmarks.memory.synthesis.people import Event, Talk, converse
from dulcet.seeds import derive


def make_locomo(*, seed: int, conversations: int = 5, sessions: int = 20, length: int = 24) -> Suite:
    """Questions in the third person about both speakers, in LoCoMo's categories but open-domain.

    Open-domain questions need knowledge of the world, which nothing here can make.
    """
    histories: dict[str, History] = {}
    questions: list[Question] = []
    for number in range(conversations):
        name = f"talk-{number}"
        talk = converse(_random(seed, "locomo", number), sessions=sessions, length=length, facts=13, events=4)
        histories[name] = History(name, talk.turns, user=talk.speakers[0])
        questions += _third_person(name, talk)
    source = _source(seed, conversations, sessions, length)
    return checked(Suite("locomo", histories, tuple(questions), source), "locomo")


def make_dmr(*, seed: int, conversations: int = 50, sessions: int = 5, length: int = 12) -> Suite:
    """One question a conversation, asked by the user about what the agent or the user once said of themselves."""
    histories: dict[str, History] = {}
    questions: list[Question] = []
    for number in range(conversations):
        name, random = f"talk-{number}", _random(seed, "dmr", number)
        talk = converse(random, sessions=sessions, length=length, facts=4, events=0)
        fact = random.choice(talk.facts)
        whose = "my" if fact.speaker == talk.speakers[0] else "your"
        histories[name] = History(name, talk.turns, user=talk.speakers[0])
        meta = {"word": fact.values[0]} if len(fact.values) == 1 else {}
        questions.append(
            Question(
                f"{name}-q",
                name,
                f"We talked about this before. {fact.kind.question.format(whose=whose)}",
                (", ".join(fact.values),),
                fact.turns,
                meta=meta,
            )
        )
    source = _source(seed, conversations, sessions, length)
    return checked(Suite("dmr", histories, tuple(questions), source), "dmr")


def make_opener(*, seed: int, conversations: int = 50, sessions: int = 4, length: int = 12) -> Suite:
    """The agent opens the next session; the reference opener takes up a fact of the user."""
    histories: dict[str, History] = {}
    questions: list[Question] = []
    for number in range(conversations):
        name, random = f"talk-{number}", _random(seed, "opener", number)
        talk = converse(random, sessions=sessions, length=length, facts=4, events=0)
        histories[name] = History(name, talk.turns, user=talk.speakers[0])
        fact = random.choice([fact for fact in talk.facts if fact.speaker == talk.speakers[0]])
        opener = fact.kind.opener.format(x=fact.values[0])
        persona = [fact.kind.persona.format(x=value) for fact in talk.facts for value in fact.values]
        questions.append(Question(f"{name}-opener", name, "", (opener,), meta={"persona": persona}))
    source = {**_source(seed, conversations, sessions, length), "persona": "all facts, of both speakers"}
    return checked(Suite("opener", histories, tuple(questions), source), "opener")


def _third_person(name: str, talk: Talk) -> Iterator[Question]:
    number = 0
    for fact in talk.facts:
        text = fact.kind.question.format(whose=_of(fact.speaker))
        yield _question(name, number, text, (", ".join(fact.values),), fact.turns, 1 if fact.kind.many else 4)
        number += 1
    for event in talk.events:
        text = f"When was {event.asked.format(whose=_of(event.speaker))}?"
        yield _question(name, number, text, (_day(event),), (event.turn,), 2)
        number += 1
    for asked, turn in _never_said(talk):
        yield _question(name, number, asked, (), (turn,), 5)
        number += 1


def _never_said(talk: Talk) -> Iterator[tuple[str, str]]:
    """What one speaker said, asked of the other who never said it; the evidence is the turn that misleads."""
    mentioned = {(fact.speaker, fact.kind.question) for fact in talk.facts}
    for event in talk.events:
        other = talk.speakers[talk.speakers[0] == event.speaker]
        yield f"When was {event.asked.format(whose=_of(other))}?", event.turn
    for fact in talk.facts:
        other = talk.speakers[talk.speakers[0] == fact.speaker]
        if (other, fact.kind.question) not in mentioned:
            yield fact.kind.question.format(whose=_of(other)), fact.turns[0]


def _question(
    name: str, number: int, text: str, answers: tuple[str, ...], turns: tuple[str, ...], category: int
) -> Question:
    return Question(f"{name}-{number}", name, text, answers, turns, CATEGORIES[category], {"category": category})


def _of(name: str) -> str:
    return f"{name}'s"


def _day(event: Event) -> str:
    return f"{event.day.day} {event.day:%B %Y}"


def _random(seed: int, *names: Any) -> Random:
    return Random(derive(seed, "memory", *names))


def _source(seed: int, conversations: int, sessions: int, length: int) -> dict[str, Any]:
    shape = {"conversations": conversations, "sessions": sessions, "turns_a_session": length}
    return {"synthesised": True, "seed": seed, **shape}
