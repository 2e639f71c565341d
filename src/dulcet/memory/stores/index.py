"""What a memory asks of a search: a query in, ids out, best first."""

from dataclasses import dataclass
from typing import Protocol

from dulcet.memory.base import Mode, Role
from dulcet.memory.stores.log import Kind, Lineage


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

    def search(self, lineage: Lineage, kind: Kind, query: Query) -> list[int]:
        """The ids of what is found among what the lineage sees of a kind (deleted passages left out)."""
        ...
