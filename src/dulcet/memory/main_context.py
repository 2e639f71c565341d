"""The main context: what the model is shown (MemGPT, section 2.1).

Three parts, in this order: read-only instructions; the working context, in named blocks of limited size that only tools
write; and the queue, whose first entry is the summary of what left it. All of it is counted in tokens of the model.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dulcet.errors import InputError
from dulcet.memory.base import Memory, now
from dulcet.memory.config import ContextSpec
from dulcet.memory.dialect import Chat, Dialect, JsonDialect
from dulcet.memory.events import system_alert, user_message
from dulcet.memory.instructions import told
from dulcet.memory.items import Call, Item, restored
from dulcet.memory.tokens import Counter
from dulcet.memory.tools.schemas import Tool

FORMAT = "dulcet.context/1"
_NEWEST = 64  # entries looked at for what was stored after the state was


@dataclass
class State:
    """What of the main context outlives the process, kept as JSON in the store."""

    blocks: dict[str, str]
    summary: str = ""
    queue: list[Item] = field(default_factory=list)
    hidden: int = 0
    """Messages that left the queue."""
    warned: bool = False
    """Whether the model was warned since the last flush."""
    calls: int = 0
    """Calls made so far; they are numbered."""
    pinned: int | None = None
    """The entry that is being answered: it stays in view until it is."""

    def json(self) -> dict[str, Any]:
        """The JSON object."""
        queue = [[item.entry, item.shown] for item in self.queue]
        return {"format": FORMAT, **vars(self), "blocks": dict(self.blocks), "queue": queue}


def load_state(memory: Memory, blocks: Sequence[str], *, late: bool = True) -> State:
    """The state as the store has it, with the entries that a killed process stored after it; a fresh one if none.

    Without `late` only what the state itself says.
    Blocks that the state lacks are empty; blocks that are no longer asked for are kept.
    """
    kept = memory.state()
    if kept and kept.get("format") != FORMAT:
        what = f"the memory's state is of format {kept.get('format')!r}, not {FORMAT!r}"
        raise InputError(what, where=f"{memory.agent}/{memory.user}", do="Use the version of dulcet that wrote it.")
    state = State(dict.fromkeys(blocks, "") | kept.get("blocks", {}))
    places = kept.get("queue", [])
    entries = memory.recall.get([place[0] for place in places])
    state.queue = [restored(entry, place[1]) for entry, place in zip(entries, places, strict=True)]
    for name in ("summary", "hidden", "warned", "calls", "pinned"):
        setattr(state, name, kept.get(name, getattr(state, name)))
    newest = max((place[0] for place in places), default=-1)
    after = [one for one in memory.recall.last(_NEWEST) if one.id > newest and "context" in one.meta] if late else []
    state.queue += [restored(entry) for entry in after]
    return state


class MainContext:
    """Composes and counts what the model is shown. `task` is what it is there for, e.g. an agent's system prompt.

    `window` tokens hold the prompt and a reply of `reply` tokens.
    """

    def __init__(
        self,
        spec: ContextSpec,
        counter: Counter,
        dialect: Dialect,
        tools: tuple[Tool, ...],
        *,
        window: int,
        reply: int,
        task: str = "",
        times: bool = True,
    ) -> None:
        self.spec, self.counter, self.dialect, self.tools = spec, counter, dialect, tools
        self.window, self.reply, self.task, self.times = window, reply, task, times
        self.budget = window - reply
        """Tokens of the longest prompt."""
        self.state = State(dict.fromkeys(spec.blocks, ""))
        self._cap: int | None = None
        self.instructions = self._choose()

    def block_limit(self) -> int:
        """Tokens of one block of the working context."""
        return int(self.window * self.spec.block_share)

    def chat(self, queue: Sequence[Item] | None = None) -> Chat:
        """The messages; `queue` in place of the state's."""
        items = self.state.queue if queue is None else queue
        summary = self._summary() if self.state.hidden else ""
        return self.dialect.chat(self._system(), summary, items, times=self.times)

    def count(self, queue: Sequence[Item] | None = None) -> int:
        """Tokens of the prompt; 0 for one without any message, which chat templates refuse."""
        chat = self.chat(queue)
        return self.counter.count(chat, self.dialect.tools) if chat else 0

    def room(self) -> int:
        """Tokens that the queue may take, its summary included."""
        return self.budget - self._without_summary([])

    def holds(self, items: Sequence[Item]) -> bool:
        """Whether these items, shown as shortly as can be, are a queue that fits."""
        return self._without_summary([item.within(0) for item in items]) <= self.budget

    def tighten(self, budget: int) -> bool:
        """Allow prompts of `budget` tokens from now on; False, and nothing changes, where none would fit."""
        before, self.budget = self.budget, budget
        if not self.holds(_least(self.tools)):
            self.budget = before
            return False
        return True

    def squeeze(self) -> bool:
        """Show less of the working context; False where nothing of it is shown any more. For a window grown small."""
        longest = max(map(len, self.state.blocks.values()), default=0)
        cap = min(self._cap if self._cap is not None else longest, longest)
        self._cap = cap // 2
        return cap > 0

    def _choose(self) -> str:
        """The instructions that fit. Raises InputError where not even the brief ones leave room to work."""
        form = isinstance(self.dialect, JsonDialect)
        full, brief = (told(self.spec, self.tools, brief=short, form=form) for short in (False, True))
        wanted = {"full": [full], "brief": [brief], "auto": [full, brief]}[self.spec.instructions]
        for self.instructions in wanted:
            last = self.instructions is wanted[-1]
            if self.holds(_least(self.tools)) if last else self.count([]) <= self.window // 3:
                return self.instructions
        what = f"a window of {self.window} tokens has no room to work: the instructions alone take {self.count([])}"
        raise InputError(what, where="context.window", do="Give a larger window, or shorter replies (max-tokens).")

    def _without_summary(self, queue: Sequence[Item]) -> int:
        summary, hidden = self.state.summary, self.state.hidden
        self.state.summary, self.state.hidden = "", 1
        try:
            return self.count(queue)
        finally:
            self.state.summary, self.state.hidden = summary, hidden

    def _system(self) -> str:
        if not self.dialect.told:
            return self.task
        blocks = [f"<{name}>{self._block(text)}</{name}>" for name, text in self.state.blocks.items()]
        return "\n\n".join(filter(None, [self.task, self.instructions, "\n".join(blocks)]))

    def _block(self, text: str) -> str:
        shown = text if self._cap is None else text[: self._cap]
        return f"\n{shown}\n" if shown else ""

    def _summary(self) -> str:
        """Index 0 of the queue."""
        head = {"type": "summary", "hidden_messages": self.state.hidden}
        return json.dumps({**head, "message": self.state.summary}, ensure_ascii=False)


def _least(tools: tuple[Tool, ...]) -> list[Item]:
    """A queue that has to fit: what is answered, a call with the result of it, and an alert."""
    longest = max(tools, key=lambda tool: len(tool.signature))
    call = Call("c00000000", longest.name, dict.fromkeys(longest.arguments, ""))
    event, alert = user_message("").item(now()), system_alert("").item(now())
    said = Item("said", "tool", "", now(), calls=(call,))
    result = Item("result", "tool", "", now(), details={"status": "ok", "page": 0, "pages": 0, "total": 0}, answers="")
    return [event, said, result, alert]


def renewed(memory: Memory, item: Item, limit: int) -> Item:
    """A view of `limit` characters of the whole item, as recall storage has it."""
    (entry,) = memory.recall.get([item.entry])
    return replace(restored(entry), entry=item.entry).within(limit)
