"""Which ways of answering a task has, and how each is put together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from dulcet.benchmarks.memory.suite import Suite, TaskName
from dulcet.errors import InputError
from dulcet.evaluation.memory.agent import MemoryAgent
from dulcet.evaluation.memory.answers import Way
from dulcet.evaluation.memory.contexts import (
    DOCUMENTS,
    ContextWay,
    FixedContext,
    Reader,
    RecursiveSummary,
    TruncatedDocuments,
)
from dulcet.evaluation.memory.library import Library
from dulcet.evaluation.memory.scripted_agent import ScriptedAgent
from dulcet.evaluation.memory.scripted_reader import ScriptedReader
from dulcet.evaluation.memory.searching import SearchWay
from dulcet.evaluation.memory.summarising import Summarise, by_model, by_rule
from dulcet.memory.config import DEFAULT_WINDOW, ContextSpec
from dulcet.memory.tokens import counter_for, window_of
from dulcet.memory.trace import Trace
from dulcet.models.base import Model, Sampling

WayName = Literal[
    "search",
    "search_bm25",
    "search_vectors",
    "search_paper",
    "search_question",
    "memgpt",
    "fixed_context",
    "recursive_summary",
    "full_context",
    "truncated_documents",
]
_SEARCHES: Final = ("search", "search_bm25", "search_vectors", "search_paper", "search_question")
_TALKS: Final = ("memgpt", "fixed_context", "recursive_summary", "full_context")
_DEFAULT: Final[dict[TaskName, tuple[str, ...]]] = {
    "dmr": (*_SEARCHES, *_TALKS),
    "opener": _TALKS,
    "docqa": ("search", "search_bm25", "search_vectors", "memgpt", "truncated_documents", "full_context"),
    "nested_kv": ("memgpt", "fixed_context", "full_context"),
    "locomo": (*_SEARCHES, *_TALKS),
}


@dataclass(frozen=True)
class Setup:
    """What the ways are made of. `model` is None for the scripted ones: a policy for the agent, a reader otherwise."""

    suite: Suite
    library: Library
    model: Model | None
    spec: ContextSpec
    sampling: Sampling
    documents: int = DOCUMENTS
    trace: Trace | None = None

    def names(self, wanted: Sequence[str] | None) -> tuple[str, ...]:
        """The ways to try: those asked for, else all that make sense. Raises InputError for one that does not."""
        vectors = self.library.store.identity.get("embedder") is not None
        known = _DEFAULT[self.suite.task]
        evidence = any(question.evidence and question.text for question in self.suite.questions)
        usable = [
            name
            for name in known
            if (evidence or not name.startswith("search")) and (vectors or name != "search_vectors")
        ]
        for name in wanted or ():
            if name not in usable:
                do = f"There are: {', '.join(usable)}."
                why = (
                    "needs an embedder" if name in known and evidence else f"has no meaning for {self.suite.task} here"
                )
                raise InputError(f"the way '{name}' {why}", where="--ways", do=do)
        return tuple(wanted or usable)

    def way(self, name: str) -> Way:
        """One of them."""
        if name.startswith("search"):
            return SearchWay(name, self.library)
        if name == "memgpt":
            agent = self._policy()
            counter = counter_for(agent, self.spec)
            by = self._summarise(Reader(agent, counter, window_of(agent, self.spec), self.sampling))
            return MemoryAgent(agent, self.library, self.spec, counter, self.sampling, self.trace, by)
        reader = self._reader()
        if name == "truncated_documents":
            return TruncatedDocuments(reader, self.library, self.documents)
        if name == "recursive_summary":
            return RecursiveSummary(reader, self._summarise(reader))
        return FixedContext(reader) if name == "fixed_context" else ContextWay(reader)

    def _summarise(self, reader: Reader) -> Summarise:
        """By the model where there is one, unless the context's settings say otherwise."""
        if self.model is None or self.spec.summary == "extractive":
            return by_rule(reader.counter)
        return by_model(self.model, reader.counter, reader.window)

    def _policy(self) -> Model:
        if self.model is not None:
            return self.model
        return ScriptedAgent(self.spec.window or DEFAULT_WINDOW)

    def _reader(self) -> Reader:
        """The baseline's model, with the agent's window and the agent's way of counting."""
        counter, window = counter_for(self._policy(), self.spec), window_of(self._policy(), self.spec)
        sampling = replace(self.sampling, max_tokens=max(1, min(self.sampling.max_tokens, window // 4)))
        return Reader(self.model or ScriptedReader(), counter, window, sampling)
