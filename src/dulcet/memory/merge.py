"""Two processes changed the state of one memory at once: what both did is brought together, and nothing is lost.

Each began from the same `base`. What `ours` added to it, and took from it, is done to `theirs`, which is stored.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from dulcet.memory.items import Item
from dulcet.memory.main_context import State


def merged(base: State, ours: State, theirs: State, seen: Callable[[Item], bool]) -> State:
    """The state that has both changes. `seen`: whether the memory still has an item; it may have been rolled back."""
    names = {**theirs.blocks, **ours.blocks}
    first, mine, other = (_numbers(state) for state in (base, ours, theirs))
    queue = _queue(base, ours, theirs, seen)
    pinned = ours.pinned if any(item.entry == ours.pinned for item in queue) else None
    return State(
        {name: _block(*(state.blocks.get(name, "") for state in (base, ours, theirs))) for name in names},
        _summary(base.summary, ours.summary, theirs.summary),
        queue,
        hidden=max(0, ours.hidden + theirs.hidden - base.hidden - len(first - mine - other)),
        warned=ours.warned,
        calls=max(ours.calls, theirs.calls),
        pinned=pinned,
    )


def frozen(state: State) -> State:
    """A copy that later changes of the state do not reach."""
    return replace(state, blocks=dict(state.blocks), queue=list(state.queue))


def _block(base: str, ours: str, theirs: str) -> str:
    """Line by line. Where both changed one line both new ones are kept."""
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    before, mine, other = (text.splitlines() for text in (base, ours, theirs))
    kept = [line for line in other if line not in before or line in mine]
    return "\n".join([*kept, *(line for line in mine if line not in before and line not in other)])


def _queue(base: State, ours: State, theirs: State, seen: Callable[[Item], bool]) -> list[Item]:
    """Theirs, without what left ours, and then what is new in ours."""
    first, mine = _numbers(base), {item.entry: item for item in ours.queue}
    fresh = [item for item in ours.queue if item.entry not in first and seen(item)]
    moved = {item.entry for item in fresh}
    stays = [
        item for item in theirs.queue if item.entry not in moved and (item.entry in mine or item.entry not in first)
    ]
    return _paired([*(mine.get(item.entry, item) for item in stays), *fresh])


def _paired(queue: Sequence[Item]) -> list[Item]:
    """Every result behind its call, and one for each.

    Who read the queue while the other was at work took a call for an interrupted one, and answered it; that goes.
    """
    calls = Counter(call.id for item in queue for call in item.calls)
    answers: dict[str, list[Item]] = {}
    for item in queue:
        if item.answers is not None:
            answers.setdefault(item.answers, []).append(item)
    for call, found in answers.items():
        while len(found) > calls[call]:
            found.remove(next((one for one in found if one.details.get("status") == "failed"), found[-1]))
    placed: list[Item] = []
    for item in queue:
        if item.answers is None:
            placed += [item, *(answers[call.id].pop(0) for call in item.calls if answers.get(call.id))]
    return placed


def _summary(base: str, ours: str, theirs: str) -> str:
    if theirs in (base, ours):
        return ours
    return theirs if ours == base else f"{theirs}\n{ours}"


def _numbers(state: State) -> set[int]:
    return {item.entry for item in state.queue}
