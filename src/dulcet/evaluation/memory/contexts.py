"""The baselines: a model without a memory, shown what of the history fits into its window.

`full_context`: everything, or nothing where it does not fit (an overflow). `fixed_context`: the last messages that fit
(of an archive: the last documents). `recursive_summary`: the same, with a summary of what came before, as the paper's
baseline had it. `truncated_documents`: the documents that a search finds, each cut so that all of them fit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dulcet.benchmarks.memory.suite import History, Question
from dulcet.benchmarks.memory.wording import shown
from dulcet.evaluation.memory.answers import Given
from dulcet.evaluation.memory.library import Library
from dulcet.evaluation.memory.searching import found_by
from dulcet.evaluation.memory.summarising import Summarise
from dulcet.memory.tokens import Counter, takes_system
from dulcet.models.base import Model, Sampling
from dulcet.seeds import derive
from dulcet.trajectory import Message, Outcome

HEAD = "What follows is what you have of the earlier conversations or of the documents, oldest first."
SUMMARY = "Summary of what came before:"
DOCUMENTS = 10
"""How many documents `truncated_documents` shows (the paper's K)."""
SUMMARY_SHARE = 4
"""The summary takes at most the window divided by so much."""
Line = tuple[str, str]
"""(id, text) of a turn or a document."""
OUTCOMES = {"stop": Outcome.ANSWERED, "length": Outcome.TRUNCATED, "refused": Outcome.REFUSED}


@dataclass(frozen=True)
class Reader:
    """A model with its window."""

    model: Model
    counter: Counter
    window: int
    """Tokens, the reply included."""
    sampling: Sampling

    def fits(self, lines: Sequence[str], asked: str) -> bool:
        """Whether the prompt leaves room for the reply."""
        return self.counter.count(self.prompt(lines, asked)) + self.sampling.max_tokens <= self.window

    def prompt(self, lines: Sequence[str], asked: str) -> list[Message]:
        """What the model is shown."""
        return prompt(lines, asked, system=self._system)

    @cached_property
    def _system(self) -> bool:
        return takes_system(self.counter)

    @property
    def identity(self) -> dict[str, Any]:
        """For the results."""
        return {
            "model": self.model.identity,
            "window": self.window,
            "exact_tokens": self.counter.exact,
            "sampling": {"temperature": self.sampling.temperature, "max_tokens": self.sampling.max_tokens},
        }


class ContextWay:
    """Shows the model what `choose` picks of the history, and asks once."""

    name = "full_context"

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    @property
    def identity(self) -> dict[str, Any]:
        """Name and reader."""
        return {"kind": self.name, **self.reader.identity}

    async def choose(self, history: History, question: Question, asked: str, seed: int) -> tuple[list[Line], list[str]]:
        """(what of the history is shown, the lines of the prompt): everything."""
        lines = shown(history)
        return lines, [text for _, text in lines]

    async def answer(self, history: History, question: Question, asked: str, *, seed: int) -> Given:
        """Ask. What does not fit is an overflow. Raises EndpointError."""
        chosen, lines = await self.choose(history, question, asked, seed)
        seen, tokens = tuple(name for name, _ in chosen), self.reader.counter.count(self.reader.prompt(lines, asked))
        if not self.reader.fits(lines, asked):
            room = self.reader.window - self.reader.sampling.max_tokens
            return Given(Outcome.CONTEXT_OVERFLOW, prompt_tokens=tokens, detail=f"{tokens} tokens, room for {room}")
        drawn = derive(seed, self.name, question.id)
        (done,) = await self.reader.model.sample(self.reader.prompt(lines, asked), self.reader.sampling, seed=drawn)
        outcome = OUTCOMES.get(done.finish, Outcome.CONTEXT_OVERFLOW)
        if outcome is Outcome.ANSWERED and not done.text.strip():
            outcome = Outcome.NO_ANSWER
        return Given(outcome, done.text, seen, 1, max(tokens, done.prompt_tokens))


class FixedContext(ContextWay):
    """The end of the history, as much as fits."""

    name = "fixed_context"

    async def choose(self, history: History, question: Question, asked: str, seed: int) -> tuple[list[Line], list[str]]:
        """The last lines that fit."""
        lines = shown(history)
        kept = lines[len(lines) - most(len(lines), lambda n: self.reader.fits(_tail(lines, n), asked)) :]
        return kept, [text for _, text in kept]


class RecursiveSummary(ContextWay):
    """A summary of what does not fit, and the end of the history; `summarise(texts, limit, seed)` writes it."""

    name = "recursive_summary"

    def __init__(self, reader: Reader, summarise: Summarise) -> None:
        super().__init__(reader)
        self._summarise = summarise
        self._kept: dict[tuple[str, int], str] = {}

    async def choose(self, history: History, question: Question, asked: str, seed: int) -> tuple[list[Line], list[str]]:
        """The summary, then the last lines that fit beside one of its greatest size."""
        lines = shown(history)
        if self.reader.fits(_tail(lines, len(lines)), asked):
            return lines, _tail(lines, len(lines))
        limit = self.reader.window // SUMMARY_SHARE
        room = replace(self.reader, window=self.reader.window - limit - self.reader.counter.text(SUMMARY) - 8)
        count = most(len(lines), lambda n: room.fits(_tail(lines, n), asked))
        summary = await self._summary(history.id, lines[: len(lines) - count], limit, seed)
        return lines[len(lines) - count :], [SUMMARY, summary, *_tail(lines, count)]

    async def _summary(self, history: str, lines: list[Line], limit: int, seed: int) -> str:
        """One summary serves all questions that leave the same lines out."""
        key = (history, len(lines))
        if key not in self._kept:
            texts = [text for _, text in lines]
            self._kept[key] = await self._summarise(texts, limit, derive(seed, "summary", history, len(lines)))
        return self._kept[key]


class TruncatedDocuments(ContextWay):
    """The K documents that a search finds for the question, cut to one length so that all fit."""

    name = "truncated_documents"

    def __init__(self, reader: Reader, library: Library, documents: int = DOCUMENTS) -> None:
        super().__init__(reader)
        self._library, self._documents = library, documents

    @property
    def identity(self) -> dict[str, Any]:
        """With K and the store that is searched."""
        return {**super().identity, "documents": self._documents, "store": self._library.store.identity}

    async def choose(self, history: History, question: Question, asked: str, seed: int) -> tuple[list[Line], list[str]]:
        """The best documents, each cut to the greatest number of characters at which all fit."""
        found = found_by(self._library, history, question.text, "hybrid", self._documents)
        texts = [item.text for item in found]
        longest = max(map(len, texts), default=0)
        size = most(longest, lambda n: self.reader.fits([text[:n] for text in texts], asked))
        names = [str(item.meta["id"]) for item in found]
        cut = [text[:size] for text in texts]
        return list(zip(names, cut, strict=True)), cut


def prompt(lines: Sequence[str], asked: str, *, system: bool = True) -> list[Message]:
    """The context and the request; in one message where the chat template knows no system message."""
    context = "\n".join([HEAD, *lines])
    if not system:
        return [{"role": "user", "content": f"{context}\n\n{asked}"}]
    return [{"role": "system", "content": context}, {"role": "user", "content": asked}]


def most(upper: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `upper` that fits; 0 where none does.

    By doubling and then halving, so that no prompt is counted that is much longer than the window.
    """
    low, high = 0, 1
    while high <= upper and fits(high):
        low, high = high, 2 * high
    high = min(high - 1, upper)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _tail(lines: Sequence[Line], count: int) -> list[str]:
    return [text for _, text in lines[len(lines) - count :]]
