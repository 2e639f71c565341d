"""What a memory asks of a search: a query in, ids out, best first."""

from dataclasses import dataclass
from typing import Protocol

from dulcet.memory.base import Mode, Role
from dulcet.memory.search.ranking import Weights
from dulcet.memory.stores.log import Kind, Lineage

FOUND = 100
"""A ranked search finds at most so many, as the reference implementation of the paper does."""
EMBEDDED_AT_SEARCH = 64
"""How many missing vectors a search makes itself, the newest items' first."""


@dataclass(frozen=True)
class Query:
    """What is looked for. `roles` None means all; `start` and `end` are microseconds, both inclusive."""

    text: str
    mode: Mode = "hybrid"
    roles: tuple[Role, ...] | None = None
    start: int | None = None
    end: int | None = None


class Index(Protocol):
    """Finds items of a log."""

    weights: Weights
    """Of a hybrid search; may be set at any time."""

    def search(self, lineage: Lineage, kind: Kind, query: Query) -> list[int]:
        """The ids of what is found among what the lineage sees of a kind (deleted passages left out)."""
        ...
