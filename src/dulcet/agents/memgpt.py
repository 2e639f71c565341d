"""The MemGPT agent: a model behind a window of its own and a memory without end, so that a conversation outlives both.

Outwardly it is as stateless as any agent. Its memory of a conversation is found by the conversation itself: by what was
said before, and by which of several candidates was chosen. Each message is written in a fork of the memory before it,
so that candidates of one turn share their past and nothing else. A conversation that it never saw is read into a new
memory, message by message.
"""

import asyncio
import hashlib
import json
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from dulcet.agents.direct import DirectAgent
from dulcet.memory.base import Memory, Store
from dulcet.memory.chain import Ending, Handled
from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.events import user_message
from dulcet.memory.tokens import counter_for
from dulcet.memory.trace import Trace
from dulcet.models.base import Completion, Model, Sampling
from dulcet.seeds import derive
from dulcet.trajectory import Message

KEPT = 1 << 16
"""Memories of conversations that are kept; those not used for longest are read anew if they come back."""
MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""The time of all messages: an episode must not depend on when it is played. The model is shown no times."""
_FINISH: dict[Ending, Any] = {"refused": "refused", "overflow": "overflow"}


@dataclass(frozen=True)
class Remembered:
    """The memory after one message of the agent."""

    memory: Memory
    said: str
    opening: Message
    """The very object of the opening message: of two conversations in the same words it tells which is meant."""


class MemGPTModel:
    """A Model with a memory over another one: `sample` continues a conversation as MemGPT does, several times if asked.

    What the conversation begins with as a system message is the task in the instructions. `store` keeps the memories;
    without one they are in a temporary file. `trace` is given every completion. Belongs to one event loop.
    """

    def __init__(
        self, model: Model, spec: ContextSpec | None = None, *, store: Store | None = None, trace: Trace | None = None
    ) -> None:
        self.model, self.spec, self.trace = model, spec or ContextSpec(), trace
        self._counter = counter_for(model, self.spec)
        self._store = store or _temporary_store(self)
        self._numbers = count()
        self._kept: OrderedDict[str, list[Remembered]] = OrderedDict()

    @property
    def identity(self) -> dict[str, Any]:
        """The model's, and the whole of the context's settings."""
        return {**self.model.identity, "memory": {"kind": "memgpt", **self.spec.model_dump(mode="json")}}

    async def sample(
        self, messages: Sequence[Message], sampling: Sampling, *, seed: int, n: int = 1
    ) -> list[Completion]:
        """`n` messages to the person after `messages`, each from a fork of the same memory; see models.base.Model."""
        task = messages[0]["content"] if messages[0]["role"] == "system" else ""
        history = list(messages[1:] if messages[0]["role"] == "system" else messages)
        before = await self._before(task, history, sampling)
        seeds = [derive(seed, "candidate", index) for index in range(n)]
        drawn = [self._candidate(before, task, history, sampling, one) for one in seeds]
        return list(await asyncio.gather(*drawn))

    async def close(self) -> None:
        """Close the model and the store."""
        await self.model.close()
        self._store.close()

    async def _before(self, task: str, history: list[Message], sampling: Sampling) -> Memory:
        """The memory of everything but the last message."""
        if len(history) < 3:
            return self._new()
        said, opening = history[-2]["content"].strip(), history[0]
        found = [one for one in self._kept.get(_key(task, history[:-2]), ()) if said in one.said]
        found.sort(key=lambda one: (one.opening is not opening, one.said.strip() != said))
        if found:
            return found[0].memory
        control = self._control(self._new(), task, sampling)  # nobody remembers it: read it anew
        await control.read(history[:-1])
        return control.memory

    async def _candidate(
        self, before: Memory, task: str, history: list[Message], sampling: Sampling, seed: int
    ) -> Completion:
        memory = before.fork(agent=self._name())
        control = self._control(memory, task, sampling)
        handled = await control.handle(user_message(history[-1]["content"]), seed=seed)
        text = "\n\n".join(handled.sent)
        self._keep(_key(task, history), Remembered(memory, text, history[0]))
        return Completion(text, handled.tokens, handled.prompt_tokens, _finish(handled))

    def _control(self, memory: Memory, task: str, sampling: Sampling) -> Control:
        return Control(
            self.model,
            memory,
            self.spec,
            sampling=sampling,
            task=task,
            counter=self._counter,
            clock=lambda: MOMENT,
            times=False,
            trace=self.trace,
            conversation=memory.agent,
            mark_turns=False,
        )

    def _keep(self, key: str, remembered: Remembered) -> None:
        self._kept.setdefault(key, []).append(remembered)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _new(self) -> Memory:
        return self._store.memory(self._name())

    def _name(self) -> str:
        return f"conversation-{next(self._numbers)}"


class MemGPTAgent(DirectAgent):
    """A direct agent whose model has a memory."""

    kind = "memgpt"

    def __init__(
        self,
        model: Model,
        sampling: Sampling | None = None,
        prompt: str = "",
        *,
        spec: ContextSpec | None = None,
        turns: int = 10,
    ) -> None:
        super().__init__(MemGPTModel(model, spec), sampling, prompt, turns=turns)


def _finish(handled: Handled) -> Any:
    return "length" if handled.cut else _FINISH.get(handled.ending, "stop")


def _key(task: str, history: Sequence[Message]) -> str:
    """A name for what was said so far."""
    said = json.dumps([task, *(message["content"].strip() for message in history)])
    return hashlib.sha256(said.encode()).hexdigest()


def _temporary_store(owner: object) -> Store:
    """A store that goes with its owner."""
    from dulcet.memory.opening import open_store

    folder = tempfile.TemporaryDirectory(prefix="dulcet-memory-")
    store = open_store(Path(folder.name) / "conversations.db", None)

    def end() -> None:
        store.close()
        folder.cleanup()

    weakref.finalize(owner, end)
    return store
