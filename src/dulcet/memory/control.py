"""Control: from an event to the completions that it brings about, and back to waiting (MemGPT, section 2.4).

    control = Control(model, memory, ContextSpec(), window=8192)
    handled = await control.handle(user_message("Do you remember my birthday?"), seed=7)
    print(handled.sent)

After each completion control goes back to the model if a call asked for it (function chaining), if a call failed, if
the model was just warned, or, unless chaining is the paper's, after a search and while a message of the person is
unanswered; else it waits for the next event. One event brings about a limited number of completions.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from dulcet.errors import InputError
from dulcet.memory.base import Memory, now
from dulcet.memory.chain import Chain, Handled
from dulcet.memory.config import ContextSpec
from dulcet.memory.dialect import Dialect, JsonDialect, NativeDialect, PlainDialect
from dulcet.memory.events import Event
from dulcet.memory.items import past
from dulcet.memory.main_context import MainContext
from dulcet.memory.queue_manager import QueueManager
from dulcet.memory.summary import ByModel, Extractive, Summariser
from dulcet.memory.tokens import Counter, counter_for, takes_system, window_of
from dulcet.memory.tools.run import Toolbox
from dulcet.memory.tools.schemas import tools_of
from dulcet.memory.trace import Trace
from dulcet.models.base import Model, Sampling, ToolModel
from dulcet.seeds import derive
from dulcet.trajectory import Message

logger = logging.getLogger(__name__)


class Control:
    """The agent of one memory. One event at a time; more wait their turn.

    `task` opens the instructions. `clock` says what time it is; `times` shows it to the model. `trace` is given every
    completion with its prompt. `mark_turns`: each event of the person ends with a turn that can be gone back to.
    """

    def __init__(
        self,
        model: Model,
        memory: Memory,
        spec: ContextSpec | None = None,
        *,
        sampling: Sampling | None = None,
        task: str = "",
        counter: Counter | None = None,
        clock: Callable[[], datetime] = now,
        times: bool = True,
        trace: Trace | None = None,
        conversation: str = "",
        mark_turns: bool = True,
    ) -> None:
        self.model, self.memory, self.spec, self.clock = model, memory, spec or ContextSpec(), clock
        self.counter = counter or counter_for(model, self.spec)
        window = window_of(model, self.spec)
        wanted = sampling or Sampling()
        self.sampling = replace(wanted, max_tokens=max(1, min(wanted.max_tokens, window // 4)))
        self._task, self._times, self._window = task, times, window
        self.trace, self.conversation, self._mark_turns = trace, conversation, mark_turns
        self._lock, self.events = asyncio.Lock(), len(memory.turns())
        self._open(self._dialect())
        self.hidden_before = self.context.state.hidden
        """Messages that were out of view at the last completion."""

    async def handle(self, event: Event, *, seed: int) -> Handled:
        """Let the agent think about an event until it waits for the next one.

        Raises EndpointError where the model cannot be reached; the event is stored then, and not answered.
        """
        async with self._lock:
            self.refresh()
            handled = await Chain(self, event, self.events, seed).to_the_end()
            self.events += 1
            if self._mark_turns and event.kind == "user_message":
                self.memory.mark_turn()
            return handled

    async def read(self, messages: Sequence[Message], *, seed: int = 0) -> None:
        """Take in a conversation that was had without this memory; the model is asked for nothing but summaries."""
        async with self._lock:
            for number, message in enumerate(messages):
                self.queue.append(past(message, number, self.clock()), share=self.spec.message_share)
                await self.queue.settle(seed=derive(seed, "read", number))
            self.queue.save()

    @property
    def can_go_without_tools(self) -> bool:
        """Whether a server that takes no tools may be told of them in words."""
        return self.spec.tool_calls == "auto" and isinstance(self.context.dialect, NativeDialect)

    def reload(self) -> None:
        """Take the state from the store again, after a rollback or a restore."""
        self._open(self.context.dialect)

    def refresh(self) -> None:
        """Take the state from the store again where another process has changed it."""
        if self.queue.stale:
            self.reload()

    def _open(self, dialect: Dialect) -> None:
        tools = tools_of(self.spec)
        reply = self.sampling.max_tokens
        self.context = MainContext(
            self.spec,
            self.counter,
            dialect,
            tools,
            window=self._window,
            reply=reply,
            task=self._task,
            times=self._times,
        )
        self.queue = QueueManager(self.memory, self.context, self._summariser(), self.clock)
        self.toolbox = Toolbox(self.memory, self.context, self.clock)

    def _dialect(self) -> Dialect:
        form, able = self.spec.tool_calls, isinstance(self.model, ToolModel)
        if form == "native" and not able:
            do = "Use json, or a server."
            raise InputError("this model takes no tools as such", where="context.tool_calls", do=do)
        if able and form in ("auto", "native"):
            return NativeDialect(tools_of(self.spec))
        system = takes_system(self.counter)
        if form == "none" or (form == "auto" and not system):
            return PlainDialect(system=system)
        return self._json()

    def _json(self) -> Dialect:
        return JsonDialect(tools_of(self.spec), system=takes_system(self.counter))

    def _summariser(self) -> Summariser:
        kind = self.spec.summary
        rules = self.model.identity.get("kind") == "scripted" or not takes_system(self.counter)
        if kind == "extractive" or (kind == "auto" and rules):
            return Extractive(self.counter)
        return ByModel(self.model, self.counter, self._window)

    def without_tools(self) -> None:
        """Go on in the JSON form with a server that takes no tools."""
        logger.warning("%s: it takes no tools; they are told in words", self.model.identity.get("name"))
        self.queue.save()
        self._open(self._json())
