"""What all five tasks come to: a history that is too long for a window, and questions whose evidence is known.

A history is a conversation, an archive of documents, or both. It is loaded into a memory once; each question is asked
of a fork of it. `evidence` names the turns or documents that hold the answer, so that retrieval is measured by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from dulcet.errors import InputError
from dulcet.seeds import derive

TaskName = Literal["dmr", "opener", "docqa", "nested_kv", "locomo"]
TASKS: tuple[TaskName, ...] = ("dmr", "opener", "docqa", "nested_kv", "locomo")
"""Deep memory retrieval, conversation opener, document QA, nested key-value retrieval, and LoCoMo."""


@dataclass(frozen=True)
class Turn:
    """One message of a conversation."""

    id: str
    """Unique within the history, e.g. `D3:14`: session 3, turn 14, both from 1."""
    speaker: str
    text: str
    time: datetime
    """With time zone. Where the source has no clock, its reader says how the times were made."""
    session: int
    """From 1."""


@dataclass(frozen=True)
class Document:
    """One text of an archive."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class History:
    """What the memory is filled with before anything is asked."""

    id: str
    turns: tuple[Turn, ...] = ()
    documents: tuple[Document, ...] = ()
    user: str = "user"
    """The speaker who is the user to the agent; all other speakers are the agent's side."""

    @property
    def ids(self) -> list[str]:
        """The ids of all turns and documents."""
        return [*(turn.id for turn in self.turns), *(document.id for document in self.documents)]

    @property
    def sessions(self) -> list[list[Turn]]:
        """The turns by session, in order."""
        grouped: dict[int, list[Turn]] = {}
        for turn in self.turns:
            grouped.setdefault(turn.session, []).append(turn)
        return [grouped[number] for number in sorted(grouped)]


@dataclass(frozen=True)
class Question:
    """One thing asked of a history."""

    id: str
    history: str
    text: str
    """Empty for an opener: the request says it all."""
    answers: tuple[str, ...]
    """Each alone is right. Empty where the history does not hold the answer, and saying so is right."""
    evidence: tuple[str, ...] = ()
    """Ids of the turns or documents that hold the answer; empty where nobody noted them."""
    category: str = "all"
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Suite:
    """A task with everything that it asks."""

    task: TaskName
    histories: dict[str, History]
    questions: tuple[Question, ...]
    source: dict[str, Any]
    """Where it comes from (a file's name and hash, or the synthesiser's seed) and its conventions, for the results."""


def sample(suite: Suite, limit: int | None, seed: int) -> Suite:
    """At most `limit` of the questions, drawn by their ids, so that a larger sample holds every smaller one."""
    if limit is None or limit >= len(suite.questions):
        return suite
    drawn = sorted(suite.questions, key=lambda question: derive(seed, "sample", question.id))[:limit]
    kept = {question.id for question in drawn}
    questions = tuple(question for question in suite.questions if question.id in kept)
    names = {question.history for question in questions}
    histories = {name: history for name, history in suite.histories.items() if name in names}
    return replace(suite, questions=questions, histories=histories)


def checked(suite: Suite, where: str) -> Suite:
    """The suite, if it holds together. Raises InputError for doubled ids and for evidence that is not there."""
    if not suite.questions:
        raise InputError("holds no questions", where=where)
    _distinct([question.id for question in suite.questions], where)
    for history in suite.histories.values():
        _distinct(history.ids, f"{where}, {history.id}")
    known = {name: set(history.ids) for name, history in suite.histories.items()}
    for question in suite.questions:
        if missing := [name for name in question.evidence if name not in known[question.history]]:
            raise InputError(f"question '{question.id}': evidence '{missing[0]}' is not in the history", where=where)
    return suite


def _distinct(ids: Sequence[str], where: str) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise InputError(f"the id '{name}' stands there twice", where=where)
        seen.add(name)
