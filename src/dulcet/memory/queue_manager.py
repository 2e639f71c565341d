"""The queue manager: every message goes through it into recall storage, and it keeps the window from overflowing.

Above the warning mark the model is told once; above the flush mark the oldest messages leave the queue and a new
summary is written (MemGPT, section 2.2). A call never leaves without its result, and what is being answered stays. What
is then still too long is shown in part. After `settle` the prompt fits, whatever came in.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from dulcet.errors import InputError
from dulcet.memory.base import Memory
from dulcet.memory.dialect import shown
from dulcet.memory.events import system_alert
from dulcet.memory.items import Item, groups, stored, unanswered
from dulcet.memory.main_context import MainContext, load_state, renewed
from dulcet.memory.merge import frozen, merged
from dulcet.memory.summary import Summariser, trimmed
from dulcet.memory.tokens import largest

WARNING = """\
Your window is {percent} % full. The oldest messages will soon leave it: save what you must not forget with \
working_context_append or archival_memory_insert.\
"""
_AROUND = 4  # tokens that a template puts around a message, for estimates only


class QueueManager:
    """The queue of one memory. `clock` says what time it is."""

    def __init__(
        self, memory: Memory, context: MainContext, summariser: Summariser, clock: Callable[[], datetime]
    ) -> None:
        self.memory, self.context, self.summariser, self.clock = memory, context, summariser, clock
        self._version = memory.state_version()  # before the state: if another is set between, saving finds out
        context.state = load_state(memory, context.spec.blocks)
        self._base = frozen(load_state(memory, context.spec.blocks, late=False))
        lost = [interrupted(call.id, clock()) for call in unanswered(context.state.queue)]
        if lost:
            self._mend(lost)

    def append(self, items: Sequence[Item], *, share: float | None = None) -> list[Item]:
        """Store items and put them into the queue; with `share` each is shown up to that share of the queue's room."""
        ids = self.memory.recall.append([stored(item) for item in items])
        placed = [replace(item, entry=entry) for item, entry in zip(items, ids, strict=True)]
        if share is not None:
            most = int(self.context.room() * share)
            placed = [self.fitted(item, most) for item in placed]
        self.context.state.queue += placed
        return placed

    def save(self) -> None:
        """Keep the state of the main context, together with what another process made of it since it was read."""
        while (version := self.memory.replace_state(self.context.state.json(), self._version)) is None:
            self._version = self.memory.state_version()
            theirs = load_state(self.memory, self.context.spec.blocks, late=False)
            self.context.state = merged(self._base, self.context.state, theirs, self._seen)
            self._base = frozen(theirs)
        self._version, self._base = version, frozen(self.context.state)

    @property
    def stale(self) -> bool:
        """Whether another process has changed the state since it was read or saved here."""
        return self.memory.state_version() != self._version

    async def settle(self, *, seed: int) -> bool:
        """Warn, flush and shorten as is needed until the prompt fits. Whether the model was warned just now."""
        context, state, spec = self.context, self.context.state, self.context.spec
        if context.count() > spec.flush * context.budget:
            await self.flush(seed=seed)
        may_warn = context.dialect.told and not state.warned
        warned = may_warn and context.count() > spec.warning * context.budget and self._warn()
        while context.count() > context.budget and await self.flush(seed=seed):
            continue
        if context.count() > context.budget:
            self._shorten()
        return warned

    async def flush(self, *, seed: int) -> bool:
        """Let the oldest messages go until a share of the queue's room is free; False where none may go."""
        leaving = self._leaving()
        if not leaving:
            return False
        state = self.context.state
        summary = await self.summariser.summarise(state.summary, leaving, self._summary_limit(), seed=seed)
        state.summary = summary
        gone = {item.entry for item in leaving}
        state.queue = [item for item in state.queue if item.entry not in gone]
        state.hidden += len(leaving)
        state.warned = False
        return True

    def fitted(self, item: Item, most: int) -> Item:
        """The item, shown in part if it takes more than `most` tokens."""
        count, times = self.context.counter.text, self.context.times
        if count(shown(item, times)) <= most:
            return item
        return item.within(largest(lambda size: count(shown(item.within(size), times)) <= most, item.longest))

    def _warn(self) -> bool:
        """Tell the model once that its window fills, unless the alert itself does not fit any more."""
        context, state = self.context, self.context.state
        state.warned = True
        percent = str(round(100 * context.count() / context.budget))
        alert = system_alert(WARNING.replace("{percent}", percent)).item(self.clock())
        fits = context.count([*state.queue, alert]) <= context.budget
        if fits:
            self.append([alert])
        return fits

    def _leaving(self) -> list[Item]:
        context, state = self.context, self.context.state
        pieces = groups(state.queue)
        movable = [piece for piece in pieces[:-1] if all(item.entry != state.pinned for item in piece)]
        keep = context.room() * (1 - context.spec.evict) - self._summary_limit()
        left = context.count() - context.count([])
        scale = left / max(1, sum(map(self._size, pieces)))  # sizes of parts do not add up to that of the whole
        leaving: list[Item] = []
        for piece in movable:
            if leaving and left <= keep:
                break
            leaving += piece
            left -= round(scale * self._size(piece))
        return leaving

    def _summary_limit(self) -> int:
        """Tokens of the longest summary."""
        return max(16, int(self.context.spec.summary_share * self.context.room()))

    def _size(self, piece: Sequence[Item]) -> int:
        chat = self.context.dialect.chat("", "", piece, times=self.context.times)
        rows = [f"{message.get('content')}{message.get('tool_calls') or ''}" for message in chat]
        return sum(self.context.counter.text(row) + _AROUND for row in rows)

    def _shorten(self) -> None:
        """Show less of the longest messages, then of the summary and of the working context, until the prompt fits."""
        context, state = self.context, self.context.state
        wholes = [renewed(self.memory, item, 1 << 60) for item in state.queue]
        high = max(whole.longest for whole in wholes) if wholes else 0
        while context.count(self._views(wholes, 0)) > context.budget:
            if state.summary:
                state.summary = trimmed(state.summary, context.counter.text(state.summary) // 2, context.counter)
            elif not context.squeeze():
                do = "Give a larger window."
                raise InputError(f"nothing fits a window of {context.window} tokens", where="context.window", do=do)
        cap = largest(lambda size: context.count(self._views(wholes, size)) <= context.budget, high)
        state.queue = self._views(wholes, cap)

    def _views(self, wholes: Sequence[Item], cap: int) -> list[Item]:
        """The queue with at most `cap` characters of each message, and no more than is shown now."""
        pairs = zip(self.context.state.queue, wholes, strict=True)
        limits = [cap if item.shown is None else min(cap, item.shown) for item, _ in pairs]
        return [
            item if item.shown == limit or (item.shown is None and whole.longest <= limit) else whole.within(limit)
            for item, whole, limit in zip(self.context.state.queue, wholes, limits, strict=True)
        ]

    def _seen(self, item: Item) -> bool:
        """Whether the memory has an item still, and it was not rolled back by another process."""
        try:
            return bool(self.memory.recall.get([item.entry]))
        except InputError:
            return False

    def _mend(self, lost: Sequence[Item]) -> None:
        """Put results that never came behind their calls."""
        placed = {item.answers: item for item in self.append(lost)}
        queue = [item for item in self.context.state.queue if item.answers not in placed]
        mended: list[Item] = []
        for item in queue:
            mended += [item, *(placed[call.id] for call in item.calls if call.id in placed)]
        self.context.state.queue = mended


def interrupted(call: str, time: datetime) -> Item:
    """The result of a call that the process did not live to see."""
    details = {"status": "failed", "error": "failed"}
    return Item("result", "tool", "Interrupted; it may or may not have worked.", time, details=details, answers=call)
