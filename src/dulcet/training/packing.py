"""Which items go through the model together, under a budget of tokens."""

from bisect import bisect_left
from collections.abc import Sequence as Listed

from dulcet.training.data import Item, inputs
from dulcet.training.forest import common, key


def micro_batches(items: Listed[Item], token_budget: int, *, share: bool = False) -> list[list[int]]:
    """Indices of `items` in groups that cost at most `token_budget` tokens each.

    The trajectories of one item stay together, because its loss needs them all; an item that is larger than the budget
    is a group of its own. With `share` a group costs its distinct prefixes, and what begins alike is together; without,
    its padded rows, and what is equally long is together.
    """
    return _forests(items, token_budget) if share else _rows(items, token_budget)


class Prefixes:
    """The distinct prefixes of sequences that come one by one."""

    def __init__(self) -> None:
        self._keys: list[bytes] = []

    def add(self, key: bytes) -> int:
        """How many prefixes of this sequence are new: as many as it has tokens that are to be computed."""
        place = bisect_left(self._keys, key)
        known = max((common(key, near) for near in self._keys[max(0, place - 1) : place + 1]), default=0)
        self._keys.insert(place, key)
        return len(key) // 4 - known


def _forests(items: Listed[Item], token_budget: int) -> list[list[int]]:
    keys = [[key(inputs(sequence)) for side in item.sides for sequence in side] for item in items]
    groups: list[list[int]] = []
    prefixes, held = Prefixes(), 0
    for index in sorted(range(len(items)), key=lambda index: (min(keys[index]), index)):
        new = sum(map(prefixes.add, keys[index]))
        if not groups or held + new > token_budget:
            groups.append([])
            prefixes, held = Prefixes(), 0
            new = sum(map(prefixes.add, keys[index]))
        groups[-1].append(index)
        held += new
    return groups


def _rows(items: Listed[Item], token_budget: int) -> list[list[int]]:
    rows = [sum(len(side) for side in item.sides) for item in items]
    longest = [max(len(sequence.ids) for side in item.sides for sequence in side) for item in items]
    groups: list[list[int]] = []
    width = height = 0
    for index in sorted(range(len(items)), key=lambda index: (-longest[index], index)):
        if not groups or (height + rows[index]) * width > token_budget:
            groups.append([])
            width, height = longest[index], 0
        groups[-1].append(index)
        height += rows[index]
    return groups
