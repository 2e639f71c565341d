"""In which order the items come: every epoch in its own, which follows from the seed alone."""

from collections.abc import Iterator
from collections.abc import Sequence as Listed
from itertools import accumulate

import numpy as np

from dulcet.seeds import derive
from dulcet.training.config import TrainConfig

Steps = list[list[int]]
"""The items of each optimiser step of an epoch."""


def planned(items: Listed[tuple[int, str]], config: TrainConfig) -> tuple[list[list[int]], set[int]]:
    """The items of every step, and after which steps an epoch ends; `items` are indices and their states."""
    rest = (config.batch, config.seed, config.epochs)
    states = [state for _, state in items]
    epochs = list(by_states(states, *rest) if config.shuffle == "states" else by_items(len(items), *rest))
    plan = [[items[place][0] for place in places] for epoch in epochs for places in epoch]
    return plan[: config.max_steps], set(accumulate(map(len, epochs)))


def by_items(count: int, batch: int, seed: int, epochs: int) -> Iterator[Steps]:
    """Each epoch's steps of `batch` items (the last may have fewer), the items shuffled one by one."""
    for epoch in range(epochs):
        order = _shuffled(count, seed, epoch)
        yield [order[start : start + batch] for start in range(0, count, batch)]


def by_states(states: Listed[str], batch: int, seed: int, epochs: int) -> Iterator[Steps]:
    """Each epoch's steps of at most `batch` items, the states shuffled; items of one state are in one step.

    `states` has the state of each item; an empty one is shared with nobody. A state joins a step while there is room
    for all of it; one of more than `batch` items begins a step of its own and takes as many as it needs.
    """
    members: dict[object, list[int]] = {}
    for place, state in enumerate(states):
        members.setdefault(state or place, []).append(place)
    groups = list(members.values())
    for epoch in range(epochs):
        yield _filled([groups[number] for number in _shuffled(len(groups), seed, epoch)], batch)


def _filled(groups: Steps, batch: int) -> Steps:
    steps: Steps = [[]]
    for group in groups:
        if steps[-1] and len(steps[-1]) + len(group) > batch:
            steps.append([])
        steps[-1].extend(group[:batch])
        steps.extend(group[start : start + batch] for start in range(batch, len(group), batch))
    return steps


def _shuffled(count: int, seed: int, epoch: int) -> list[int]:
    order: list[int] = np.random.default_rng(derive(seed, "order", epoch)).permutation(count).tolist()
    return order
