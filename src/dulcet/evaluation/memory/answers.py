"""What came of each question: one line a question, in one file for each way of answering."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from dulcet.benchmarks.memory.suite import History, Question
from dulcet.jsonl import read_if_exists
from dulcet.trajectory import Outcome

NOT_PUT = frozenset({Outcome.CONTEXT_OVERFLOW, Outcome.AGENT_FAILED, Outcome.TIME_LIMIT})
"""Endings after which nothing was answered, rightly or wrongly: in no mean, and counted apart. An overflow is among
them, since a history that does not fit says nothing of the answers to one that does."""


@dataclass(frozen=True)
class Given:
    """What one way gave for one question."""

    outcome: Outcome
    reply: str | None = None
    """None where the way only searches."""
    seen: tuple[str, ...] = ()
    """Ids of the turns and documents that were shown before the reply, each once; for a search its ranking."""
    completions: int = 0
    """How often the model was asked."""
    prompt_tokens: int = 0
    """Of the longest prompt."""
    detail: str = ""
    """Why nothing was answered."""


class Way(Protocol):
    """One way of answering."""

    @property
    def name(self) -> str:
        """How the table calls it."""
        ...

    @property
    def identity(self) -> dict[str, object]:
        """Everything that its answers follow from, for the results."""
        ...

    async def answer(self, history: History, question: Question, asked: str, *, seed: int) -> Given:
        """Answer one question; `asked` is the message that puts it. Raises EndpointError."""
        ...


class Answer(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.memory_answer/1"] = "dulcet.memory_answer/1"
    question: str
    history: str
    category: str
    asked: str
    outcome: Outcome
    reply: str | None
    seen: tuple[str, ...]
    scores: dict[str, float]
    """Measures that need no judge."""
    completions: int
    prompt_tokens: int
    detail: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is in the means."""
        return self.outcome not in NOT_PUT


def load(path: Path) -> dict[str, Answer]:
    """The answers of a file by question; the last line of a question stands."""
    return {answer.question: answer for answer in read_if_exists(path, Answer)}


def once(ids: Sequence[str]) -> tuple[str, ...]:
    """Each id once, in the order of first sight."""
    return tuple(dict.fromkeys(ids))
