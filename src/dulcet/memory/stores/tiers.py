"""A memory over the log: recall, archival, state and time travel, the same whichever database holds it."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any, TypeVar

from dulcet.errors import InputError
from dulcet.memory.base import (
    PAGE_SIZE,
    SPOKEN,
    Entry,
    Mode,
    NewEntry,
    NewPassage,
    Page,
    Passage,
    Role,
)
from dulcet.memory.base import now as present
from dulcet.memory.stores.index import Index, Query
from dulcet.memory.stores.log import Draft, Kind, Lineage, Log, microseconds, moment

Item = TypeVar("Item", Entry, Passage)


class Handle:
    """A memory's name, resolved anew for every call: another process may have gone back meanwhile."""

    def __init__(self, log: Log, index: Index, agent: str, user: str) -> None:
        self.log, self.index, self.agent, self.user = log, index, agent, user

    def branch(self) -> int:
        """The branch that the memory is now."""
        return self.log.head(self.agent, self.user)

    def lineage(self) -> Lineage:
        """What it sees."""
        return self.log.lineage(self.branch())

    def append(self, drafts: Sequence[Draft]) -> list[int]:
        """Append to the memory, in one transaction."""
        if not drafts:
            return []
        self.branch()  # begun before the transaction, which cannot begin another
        with self.log.database.writing():
            return self.log.append(self.branch(), drafts)

    def found(self, kind: Kind, query: Query, page: int, size: int) -> tuple[list[tuple[Any, ...]], int]:
        """The items on one page of a search, and how many there are in all."""
        check_page(page, size)
        lineage = self.lineage()  # once: what is found is read from the same place in time
        ids = self.index.search(lineage, kind, query)
        some = ids[page * size : (page + 1) * size]
        rows = self.log.by_ids(lineage, kind, some)
        return [rows[number] for number in some], len(ids)

    def get(self, kind: Kind, ids: Sequence[int]) -> list[tuple[Any, ...]]:
        """Items by their ids, in the order asked for. Raises InputError for one that is not seen."""
        rows = self.log.by_ids(self.lineage(), kind, list(ids))
        unknown = [number for number in ids if number not in rows]
        if unknown:
            raise InputError(
                f"{kind.name.lower()} {unknown[0]} is not in this memory", where=f"{self.agent}/{self.user}"
            )
        return [rows[number] for number in ids]


class LogRecall:
    """Every message of a memory; see memory.base.Recall."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def append(self, entries: Sequence[NewEntry]) -> list[int]:
        """Store messages in one transaction; their ids."""
        return self._handle.append([Draft(Kind.ENTRY, each.text, each.time, each.role, each.meta) for each in entries])

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
        """What answers the query, best first; literal modes: oldest first."""
        asked = Query(query, mode, tuple(roles), *bounds(start, end))
        rows, total = self._handle.found(Kind.ENTRY, asked, page, size)
        return Page(tuple(map(entry, rows)), total, page, size)

    def between(
        self, start: date | datetime, end: date | datetime, *, page: int = 0, size: int = PAGE_SIZE
    ) -> Page[Entry]:
        """The messages of the two speakers from `start` to `end`, oldest first."""
        return self.search("", page=page, size=size, mode="literal", start=start, end=end)

    def get(self, ids: Sequence[int]) -> list[Entry]:
        """The messages with these ids."""
        return [entry(row) for row in self._handle.get(Kind.ENTRY, ids)]

    def last(self, n: int) -> list[Entry]:
        """The newest messages, oldest first."""
        rows = self._handle.log.items(self._handle.lineage(), Kind.ENTRY, limit=n, newest=True)
        return [entry(row) for row in rows]

    def count(self) -> int:
        """How many messages there are."""
        return self._handle.log.count(self._handle.lineage(), Kind.ENTRY)


class LogArchival:
    """The passages of a memory; see memory.base.Archival."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def insert(self, text: str, *, time: datetime | None = None, meta: Mapping[str, Any] | None = None) -> int:
        """Archive one passage."""
        return self.insert_many([NewPassage(text, time or present(), meta or {})])[0]

    def insert_many(self, passages: Sequence[NewPassage]) -> list[int]:
        """Archive several in one transaction."""
        return self._handle.append([Draft(Kind.PASSAGE, each.text, each.time, None, each.meta) for each in passages])

    def search(self, query: str, *, page: int = 0, size: int = PAGE_SIZE, mode: Mode = "hybrid") -> Page[Passage]:
        """What answers the query, best first; literal modes: oldest first."""
        rows, total = self._handle.found(Kind.PASSAGE, Query(query, mode), page, size)
        return Page(tuple(map(passage, rows)), total, page, size)

    def get(self, ids: Sequence[int]) -> list[Passage]:
        """The passages with these ids."""
        deleted = self._handle.log.deleted(self._handle.lineage())
        for number in ids:
            if number in deleted:
                raise InputError(f"passage {number} was forgotten", where=f"{self._handle.agent}/{self._handle.user}")
        return [passage(row) for row in self._handle.get(Kind.PASSAGE, ids)]

    def last(self, n: int) -> list[Passage]:
        """The newest passages, oldest first."""
        deleted = self._handle.log.deleted(self._handle.lineage())
        rows = self._handle.log.items(self._handle.lineage(), Kind.PASSAGE, limit=n + len(deleted), newest=True)
        kept = [passage(row) for row in rows if row[0] not in deleted]
        return kept[max(0, len(kept) - n) :]

    def delete(self, passage: int) -> None:
        """Forget a passage from now on."""
        self.get([passage])
        self._handle.append([Draft(Kind.DELETION, "", present(), target=passage)])

    def count(self) -> int:
        """How many passages there are."""
        return self._handle.log.count(self._handle.lineage(), Kind.PASSAGE) - len(
            self._handle.log.deleted(self._handle.lineage())
        )


def entry(row: tuple[Any, ...]) -> Entry:
    """A message from its row."""
    number, role, time, text, meta, _ = row
    return Entry(number, role, text, moment(time), json.loads(meta))


def passage(row: tuple[Any, ...]) -> Passage:
    """A passage from its row."""
    number, _, time, text, meta, _ = row
    return Passage(number, text, moment(time), json.loads(meta))


def bounds(start: date | datetime | None, end: date | datetime | None) -> tuple[int | None, int | None]:
    """Inclusive bounds in microseconds; a date is its whole day, in UTC."""
    day = timedelta(days=1) - timedelta(microseconds=1)

    def at(when: date | datetime, add: timedelta) -> int:
        if isinstance(when, datetime):
            return microseconds(when)
        return microseconds(datetime.combine(when, time_of_day(), UTC) + add)

    return at(start, timedelta()) if start else None, at(end, day) if end else None


def check_page(page: int, size: int) -> None:
    """Raises InputError for a page that cannot be."""
    if page < 0 or size < 1:
        raise InputError(f"page {page} of size {size}", do="Pages count from 0 and have a size of 1 or more.")
