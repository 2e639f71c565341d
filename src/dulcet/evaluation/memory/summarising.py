"""Summaries of histories, by the same means as the agent's own (memory/summary.py).

The `recursive_summary` baseline needs one, and an agent that is to open a conversation starts from one.
"""

from collections.abc import Awaitable, Callable, Sequence

from dulcet.benchmarks.memory.times import START
from dulcet.memory.items import Item
from dulcet.memory.summary import ByModel, Extractive
from dulcet.memory.tokens import Counter
from dulcet.models.base import Model

Summarise = Callable[[Sequence[str], int, int], Awaitable[str]]
"""(texts, limit in tokens, seed) -> summary."""


def by_rule(counter: Counter) -> Summarise:
    """Picks sentences."""

    async def summarise(texts: Sequence[str], limit: int, seed: int) -> str:
        return Extractive(counter).pick(texts, limit)

    return summarise


def by_model(model: Model, counter: Counter, window: int) -> Summarise:
    """The model writes it, piece by piece; sentences are picked where it fails."""
    writer = ByModel(model, counter, window)

    async def summarise(texts: Sequence[str], limit: int, seed: int) -> str:
        items = [Item("event", "user", text, START) for text in texts]
        return await writer.summarise("", items, limit, seed=seed)

    return summarise
