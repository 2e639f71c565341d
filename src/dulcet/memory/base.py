"""The words of the memory: what is stored, how it is searched, and what every store does.

An agent's memory has two tiers outside its window (MemGPT, section 2.1): *recall*, every message ever, and
*archival*, passages that the agent wrote down. Both belong to one agent and one user; what one pair stores, no other
pair can find. Everything is appended to one log and nothing is overwritten, so that a moment of the past is a place in
the log: to take a snapshot, to go back to it or to fork from it costs the same however much there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    import numpy as np

Item = TypeVar("Item")
Role = Literal["user", "assistant", "system", "tool"]
Mode = Literal["hybrid", "rrf", "bm25", "vectors", "literal", "literal_ignore_case"]
"""How to search. `hybrid` is the default: words, vectors, dates, speakers and neighbours together. `bm25` and
`vectors` are its two halves alone, `rrf` their plain reciprocal rank fusion. The literal ones find the query as a
piece of the text, in order of time, as MemGPT's paper does ("paper mode"). All but these find 100 at most."""
PAGE_SIZE = 5
"""The paper's."""
SPOKEN: tuple[Role, ...] = ("user", "assistant")
"""Whose entries a search of recall looks at unless told otherwise, as in the paper: not the machinery's."""


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class NewEntry:
    """A message to store. `time` is aware (any zone; kept as UTC to the microsecond).

    `meta` is a JSON object; `meta["speaker"]` is the name that searches know the speaker by.
    """

    role: Role
    text: str
    time: datetime = field(default_factory=now)
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A stored message. Ids grow with time of storing; they are unique in the store, with gaps."""

    id: int
    role: Role
    text: str
    time: datetime
    meta: dict[str, Any]


@dataclass(frozen=True)
class NewPassage:
    """A text to archive."""

    text: str
    time: datetime = field(default_factory=now)
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Passage:
    """An archived text."""

    id: int
    text: str
    time: datetime
    meta: dict[str, Any]


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of what was found. `total` counts all that was found, whichever page this is; pages count from 0."""

    items: tuple[Item, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; 0 where nothing was found."""
        return -(-self.total // self.size)


@dataclass(frozen=True)
class Turn:
    """The end of a turn: its number, counted from 1, and when it was marked."""

    number: int
    time: datetime


class Recall(Protocol):
    """Every message of one agent and one user."""

    def append(self, entries: Sequence[NewEntry]) -> list[int]:
        """Store messages, in order; durable when it returns (it survives SIGKILL and a power cut). Their ids."""
        ...

    def search(
        self,
        query: str,
        *,
        page: int = 0,
        size: int = PAGE_SIZE,
        mode: Mode = "hybrid",
        roles: Sequence[Role] = SPOKEN,
        start: date | datetime | None = None,
        end: date | datetime | None = None,
    ) -> Page[Entry]:
        """What answers the query, best first (literal modes: oldest first). `query` is plain text, whatever is in it.

        `start` and `end` are inclusive; a date means its whole day, in UTC.
        """
        ...

    def between(
        self, start: date | datetime, end: date | datetime, *, page: int = 0, size: int = PAGE_SIZE
    ) -> Page[Entry]:
        """The messages of `SPOKEN` roles from `start` to `end`, both inclusive, oldest first."""
        ...

    def get(self, ids: Sequence[int]) -> list[Entry]:
        """The messages with these ids, in the order asked for. Raises InputError for an id that this memory lacks."""
        ...

    def last(self, n: int) -> list[Entry]:
        """The newest `n` messages of all roles, oldest first."""
        ...

    def count(self) -> int:
        """How many messages of all roles there are."""
        ...


class Archival(Protocol):
    """The passages of one agent and one user."""

    def insert(self, text: str, *, time: datetime | None = None, meta: Mapping[str, Any] | None = None) -> int:
        """Archive one passage, durable when it returns. Its id."""
        ...

    def insert_many(self, passages: Sequence[NewPassage]) -> list[int]:
        """Archive several in one transaction: all or none."""
        ...

    def search(self, query: str, *, page: int = 0, size: int = PAGE_SIZE, mode: Mode = "hybrid") -> Page[Passage]:
        """What answers the query, best first."""
        ...

    def get(self, ids: Sequence[int]) -> list[Passage]:
        """The passages with these ids. Raises InputError for an id that this memory lacks."""
        ...

    def last(self, n: int) -> list[Passage]:
        """The newest `n` passages, oldest first."""
        ...

    def delete(self, passage: int) -> None:
        """Forget a passage from now on; a snapshot of before still has it. Raises InputError where there is none."""
        ...

    def count(self) -> int:
        """How many passages there are."""
        ...


class Memory(Protocol):
    """What one agent remembers of one user. Several objects and processes may use the same memory at once."""

    agent: str
    user: str

    @property
    def recall(self) -> Recall:
        """Every message."""
        ...

    @property
    def archival(self) -> Archival:
        """Passages."""
        ...

    def state(self) -> dict[str, Any]:
        """The JSON object last set (the main context's); empty at first."""
        ...

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Keep this JSON object; durable when it returns."""
        ...

    def state_version(self) -> int:
        """A number that tells one setting of the state from every other; 0 where none was set."""
        ...

    def replace_state(self, state: Mapping[str, Any], version: int) -> int | None:
        """Keep this JSON object if the state is still of that version; its own version, durable when it returns.

        None, and nothing changes, where another process has set it since. Looking and writing are one transaction.
        """
        ...

    def snapshot(self) -> int:
        """Remember this moment (messages, passages, state, turns); the snapshot's id. Constant time."""
        ...

    def restore(self, snapshot: int) -> None:
        """Go back to a snapshot of this memory. What came after is no longer seen; its snapshots still find it.

        Constant time. Raises InputError for a snapshot that is not this memory's.
        """
        ...

    def fork(self, *, agent: str, user: str | None = None, snapshot: int | None = None) -> "Memory":
        """A memory of another name that begins as this one is (or was at `snapshot`); the two then go apart.

        Constant time. Raises InputError where that name already has a memory.
        """
        ...

    def mark_turn(self) -> int:
        """A turn of the conversation ends here; its number, counted from 1."""
        ...

    def turns(self) -> list[Turn]:
        """The turns marked so far, oldest first."""
        ...

    def rollback(self, to_turn: int) -> None:
        """Go back to the end of turn `to_turn`; 0 is the beginning, before anything was stored. Constant time.

        What is undone is still found by snapshots of before. Raises InputError for a turn that was not marked.
        """
        ...


class Store(Protocol):
    """A place that holds the memories of many agents and users, strictly apart."""

    @property
    def identity(self) -> dict[str, Any]:
        """Kind of store and its embedder, for result files."""
        ...

    def memory(self, agent: str = "default", user: str = "default") -> Memory:
        """The memory of this pair; begun if there is none yet."""
        ...

    def agents(self) -> list[tuple[str, str]]:
        """(agent, user) of every memory, sorted."""
        ...

    def embed_missing(self, limit: int | None = None) -> int:
        """Make up to `limit` of the vectors that are still missing; how many were made (0 without an embedder).

        Writing does not wait for vectors. A search makes a few of its memory's missing ones itself and finds what
        then still lacks one by its words; after an import, call this until it returns 0.
        """
        ...

    def close(self) -> None:
        """Give the file or connection back."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how alike they are."""

    @property
    def identity(self) -> dict[str, Any]:
        """Which model this is. A store holds the vectors of one identity."""
        ...

    @property
    def dimension(self) -> int:
        """D, the length of a vector."""
        ...

    def embed(self, texts: Sequence[str], *, query: bool) -> "np.ndarray":
        """[N, D] float32 of unit length. `query`: the texts are questions, for models that treat these differently."""
        ...
