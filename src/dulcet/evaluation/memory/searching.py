"""Search by itself, without any model: the question is the query, and what counts is where the evidence stands.

`search` is the default. `search_bm25` and `search_vectors` are its two halves, and `search_paper` is MemGPT's: the
messages with the query in them as it is written, oldest first. A whole question is never in a message, so an agent has
to pick a word; here the rule is the question's rarest word that is anywhere in the history. `search_question` shows
what becomes of the whole question.
"""

from collections.abc import Sequence
from typing import Final

from dulcet.benchmarks.memory.scoring import DEPTHS
from dulcet.benchmarks.memory.suite import History, Question
from dulcet.benchmarks.memory.words import content_words
from dulcet.evaluation.memory.answers import Given, once
from dulcet.evaluation.memory.library import Library
from dulcet.memory.base import Entry, Mode, Passage
from dulcet.trajectory import Outcome

MODES: Final[dict[str, Mode]] = {
    "search": "hybrid",
    "search_bm25": "bm25",
    "search_vectors": "vectors",
    "search_paper": "literal_ignore_case",
    "search_question": "literal_ignore_case",
}


class SearchWay:
    """Ranks turns, or documents where the history has no turns."""

    def __init__(self, name: str, library: Library) -> None:
        self.name, self._library = name, library

    @property
    def identity(self) -> dict[str, object]:
        """Mode, what is searched for, and where."""
        query = "rarest word" if self.name == "search_paper" else "question"
        return {"kind": "search", "mode": MODES[self.name], "query": query, "store": self._library.store.identity}

    async def answer(self, history: History, question: Question, asked: str, *, seed: int) -> Given:
        """The ranking of the deepest k measured."""
        query = question.text
        if self.name == "search_paper":
            query = rarest_word(query, _texts(history))
        found = found_by(self._library, history, query, MODES[self.name], max(DEPTHS))
        return Given(Outcome.NO_ANSWER, seen=once([str(item.meta["id"]) for item in found]))


def found_by(library: Library, history: History, query: str, mode: Mode, size: int) -> Sequence[Entry | Passage]:
    """The first `size` results of one search."""
    memory = library.memory(history)
    if history.turns:
        return memory.recall.search(query, size=size, mode=mode).items
    return memory.archival.search(query, size=size, mode=mode).items


def rarest_word(question: str, texts: Sequence[str]) -> str:
    """The question's word that is in the fewest texts, but in one; the first of several. Empty where none is."""
    counts = {word: sum(word in text for text in texts) for word in content_words(question)}
    return min((word for word, count in counts.items() if count), key=lambda word: counts[word], default="")


def _texts(history: History) -> list[str]:
    texts = [*(turn.text for turn in history.turns), *(document.text for document in history.documents)]
    return [text.lower() for text in texts]
