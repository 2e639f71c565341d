"""A person that needs no model: it reads facts off the reference and answers the questions asked.

What was left out: it has no opinions, makes no mistakes and never gets impatient. It says at most two sentences, only
ever answers what was asked, and says that it doesn't know where the reference does not say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from dulcet.humans.fact import Fact
from dulcet.humans.facts import arguments, facts, variables
from dulcet.humans.leak import find_leak
from dulcet.humans.questions import CONCEPTS, SPECIFIC, Question, Vocabulary, questions, same
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Message

VERSION = "1"
SENTENCES = 2
CHARACTERS = 400
"""Where the environment cuts a reply: a second sentence that would be cut is not said."""
DONT_KNOW = ("I don't know about that.", "I don't know, sorry.", "I can't say, I don't know.", "That I don't know.")
ASK_ME = ("What would you like to know?", "Ask me if anything is open, or finish it.", "Go on, ask or finish it.")
_ONLY_WHEN_ASKED = ("combination", "result", "default", "rounding", "case", "order")
"""Kinds that belong to a concept: a question that only names a thing gets them last."""


class ScriptedHuman:
    """The scripted person (kind `scripted`). Its reply depends on task and messages alone."""

    @property
    def identity(self) -> dict[str, Any]:
        """Who this is, for every result file."""
        return {"kind": "scripted", "name": "scripted person", "version": VERSION}

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        """Answer the agent's last message at once, in at most two sentences."""
        return self.answer(task, messages)

    def answer(self, task: Task, messages: Sequence[Message]) -> str:
        """`reply` without waiting. Raises ValueError when the last message is not the agent's."""
        if not messages or messages[-1]["role"] != "assistant":
            raise ValueError("the last message is not the agent's")
        asked = messages[-1]["content"]
        mind = _mind(task.hidden, task.prompt)
        found = questions(asked, mind.vocabulary)
        if not found:
            return _variant(ASK_ME, task, asked)
        if not any(_is_general(question) for question in found):
            for before, after in pairwise(messages[1:-1]):
                if before["role"] == "assistant" and same(before["content"]) == same(asked):
                    return after["content"]
        told = " ".join(message["content"] for message in messages[1:-1] if message["role"] == "user")
        return _join(_pick(found, mind, told), _variant(DONT_KNOW, task, asked), task.hidden)


@dataclass(frozen=True)
class _Mind:
    facts: tuple[Fact, ...]
    vocabulary: Vocabulary


@lru_cache(maxsize=65536)
def _mind(hidden: str, request: str) -> _Mind:
    known, given = list(facts(hidden)), arguments(hidden)
    named = {name for fact in known for name in fact.names}
    known += [Fact("argument", (name,), f"Yes, {name} is used.") for name in given if name not in named]
    names = dict.fromkeys(name for fact in known for name in fact.names)
    return _Mind(tuple(known), Vocabulary.of(names, request, variables(hidden)))


def _variant(variants: tuple[str, ...], task: Task, asked: str) -> str:
    """Always the same one for the same question of the same task."""
    return variants[derive(0, task.id, same(asked)) % len(variants)]


def _is_general(question: Question) -> bool:
    return question.general and not question.names and not question.identifiers


def _pick(found: list[Question], mind: _Mind, told: str) -> list[str | None]:
    """Up to two sentences: the best of each question in turn, then the second best; None is 'I don't know'."""
    answers = [_answers(question, mind, told) for question in found]
    known = [sentences for sentences in answers if sentences]
    picked: list[str | None] = []
    for rank in range(SENTENCES):
        for sentences in known:
            if rank < len(sentences) and sentences[rank] not in picked and len(picked) < SENTENCES:
                picked.append(sentences[rank])
    if len(known) < len(found) and len(picked) < SENTENCES:
        picked.insert(0 if not answers[0] else len(picked), None)
    elif len(known) < len(found) and len(known) == 1:  # one answer and something unknown: say both
        picked = [None, picked[0]] if not answers[0] else [picked[0], None]
    return picked


def _answers(question: Question, mind: _Mind, told: str) -> list[str]:
    """The sentences that answer a question, best first."""
    if question.names:
        return _about_names(question.names, question, mind, told)
    if question.identifiers:
        return []
    if question.parts:
        return _about_names(question.parts, question, mind, told)
    concepts = [concept for concept in question.concepts if concept in SPECIFIC] or question.concepts
    kinds = [kind for concept in concepts for kind in CONCEPTS[concept] if concept != "unused"]
    if question.concepts == ("unused",) and question.inputs and not question.unknown:
        kinds = ["unused"]
    specific = concepts is not question.concepts
    strangers = len(question.unknown) > len(question.concepts) / 2
    if kinds and not strangers:
        best = _new_first([fact for fact in mind.facts if _answers_to(fact, kinds)], told, kinds)
        if best or specific:
            return best
    if (question.general or (question.familiar and not question.unknown)) and not strangers:
        return _new_first(mind.facts, told, ())
    return []


def _about_names(names: frozenset[str], question: Question, mind: _Mind, told: str) -> list[str]:
    concerned = [fact for fact in mind.facts if names & set(fact.names)]
    wanted = [kind for concept in question.concepts for kind in CONCEPTS[concept]]
    if "combination" in question.concepts:
        combining = [fact for fact in concerned if fact.kind == "combination"]
        if combining:
            return [fact.sentence for fact in combining]
    plain = [fact for fact in concerned if fact.kind not in _ONLY_WHEN_ASKED or _answers_to(fact, wanted)]
    if plain and all(fact.sentence in told for fact in plain):  # said again, and what else there is to it
        rest = [fact for fact in concerned if fact.sentence not in told]
        return [fact.sentence for fact in (*plain[: SENTENCES - 1 if rest else SENTENCES], *rest)]
    found = plain or concerned
    if len(names) > 1:
        found = _cover(_untold(found, told), names)
        return [fact.sentence for fact in found]
    return _new_first(found, told, wanted if len(found) > SENTENCES else ())


def _cover(found: Sequence[Fact], names: frozenset[str]) -> list[Fact]:
    """Facts in an order that has a rule about every name early; facts about few other names first."""
    left, ordered = set(names), []
    rest = list(found)
    while rest:
        best = max(rest, key=lambda fact: (_is_rule(fact), len(left & set(fact.names)), -len(fact.names)))
        rest.remove(best)
        ordered.append(best)
        left -= set(best.names)
    return ordered


def _is_rule(fact: Fact) -> bool:
    return fact.kind not in ("collection", "loop", "constant")


def _answers_to(fact: Fact, kinds: Sequence[str]) -> bool:
    return fact.kind in kinds or any(kind in kinds for kind in fact.also)


def _untold(found: Sequence[Fact], told: str) -> Sequence[Fact]:
    """Only the facts not told yet, where all of them are more than a reply holds."""
    if len(found) <= SENTENCES:
        return found
    return [fact for fact in found if fact.sentence not in told] or found


def _new_first(found: Sequence[Fact], told: str, kinds: Sequence[str]) -> list[str]:
    """Sentences in the order of `kinds`, then of the code; see `_untold`."""
    found = _untold(found, told)
    rank = {kind: at for at, kind in reversed(list(enumerate(kinds)))}
    ordered = sorted(found, key=lambda fact: min(rank.get(kind, len(rank)) for kind in (fact.kind, *fact.also)))
    return [fact.sentence for fact in ordered]


def _join(picked: list[str | None], dont_know: str, hidden: str) -> str:
    sentences = [dont_know if sentence is None else sentence for sentence in picked] or [dont_know]
    text = " ".join(sentences)
    if len(sentences) > 1 and (len(text) > CHARACTERS or find_leak(text, hidden) is not None):
        return sentences[0]
    return text
