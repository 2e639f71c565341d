"""The agent with a memory: the history is in its storage, its window is empty, and the question is a message to it.

An opener is asked for out of nothing, and MemGPT's draws on its working context: there it begins with what the person
said, summed up to the size of a block, in place of having lived through the sessions. The clock stands still a day
after the history ends, so that a run does not depend on when it was made.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from dulcet.benchmarks.memory.suite import History, Question
from dulcet.benchmarks.memory.times import START
from dulcet.evaluation.memory.answers import Given
from dulcet.evaluation.memory.library import Library
from dulcet.evaluation.memory.summarising import Summarise
from dulcet.memory.chain import Ending, Handled
from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.events import user_message
from dulcet.memory.tokens import Counter, window_of
from dulcet.memory.trace import Segment, Trace
from dulcet.models.base import Model, Sampling
from dulcet.seeds import derive
from dulcet.trajectory import Outcome

HUMAN = "human"
"""The block of the working context that is about the person."""
ENDINGS: dict[Ending, Outcome] = {"refused": Outcome.REFUSED, "overflow": Outcome.CONTEXT_OVERFLOW}
RECOGNISED = 60
"""So many letters and digits of a turn or document have to be in a prompt for it to have been shown."""


class MemoryAgent:
    """Each question is one event for an agent that forks the history's memory."""

    name = "memgpt"

    def __init__(
        self,
        model: Model,
        library: Library,
        spec: ContextSpec,
        counter: Counter,
        sampling: Sampling,
        trace: Trace | None = None,
        remember: Summarise | None = None,
    ) -> None:
        self._remember, self._known = remember, dict[str, str]()
        self._model, self._library, self._spec = model, library, spec
        self._counter, self._sampling, self._trace = counter, sampling, trace

    @property
    def identity(self) -> dict[str, Any]:
        """Model, window, everything that the context follows, and the store."""
        return {
            "kind": self.name,
            "model": self._model.identity,
            "exact_tokens": self._counter.exact,
            "context": {**self._spec.model_dump(mode="json"), "window": window_of(self._model, self._spec)},
            "sampling": {"temperature": self._sampling.temperature, "max_tokens": self._sampling.max_tokens},
            "store": self._library.store.identity,
        }

    async def answer(self, history: History, question: Question, asked: str, *, seed: int) -> Given:
        """Handle the question; all that the agent said is its answer. Raises EndpointError."""
        segments: list[Segment] = []
        control = Control(
            self._model,
            self._library.fork(history),
            self._spec,
            sampling=self._sampling,
            counter=self._counter,
            clock=_clock(history),
            trace=self._both(segments),
            conversation=question.id,
            mark_turns=False,
        )
        if not question.text:
            await self._prepare(control, history, seed)
        handled = await control.handle(user_message(asked), seed=seed)
        prompts = [message for segment in segments for message in segment.messages]
        return Given(
            ENDINGS.get(handled.ending) or (Outcome.ANSWERED if handled.sent else Outcome.NO_ANSWER),
            "\n".join(handled.sent),
            shown_in(prompts, history),
            handled.steps,
            max(handled.prompt_tokens, *(segment.counted for segment in segments), 0),
            _detail(handled),
        )

    async def _prepare(self, control: Control, history: History, seed: int) -> None:
        """Put what the person said, summed up, into the working context, as an agent that was there would have."""
        if self._remember is None:
            return
        if history.id not in self._known:
            said = [turn.text for turn in history.turns if turn.speaker == history.user]
            limit = control.context.block_limit()
            self._known[history.id] = await self._remember(said, limit, derive(seed, "remember", history.id))
        control.context.state.blocks[HUMAN] = self._known[history.id]
        control.queue.save()

    def _both(self, segments: list[Segment]) -> Trace:
        def keep(segment: Segment) -> None:
            segments.append(segment)
            if self._trace is not None:
                self._trace(segment)

        return keep


def shown_in(prompts: Sequence[dict[str, Any]], history: History) -> tuple[str, ...]:
    """Ids of the turns and documents of which the prompts show at least the beginning.

    What a search found and the window had no room for was not shown.
    """
    text = "\n".join(dict.fromkeys(_bare(json.dumps(message, ensure_ascii=False)) for message in prompts))
    said = [(turn.id, turn.text) for turn in history.turns]
    said += [(document.id, document.text) for document in history.documents]
    return tuple(name for name, words in said if _bare(words)[:RECOGNISED] in text)


def _bare(text: str) -> str:
    """Letters and digits alone: how a text was quoted and escaped does not matter."""
    return "".join(character for character in text if character.isalnum())


def _clock(history: History) -> Callable[[], datetime]:
    moment = max((turn.time for turn in history.turns), default=START) + timedelta(days=1)
    return lambda: moment


def _detail(handled: Handled) -> str:
    return "" if handled.ending == "yielded" else handled.ending
