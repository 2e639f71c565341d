"""The log: everything that any memory holds, appended and never changed, and what of it a memory sees.

A *branch* is a stretch of history. It begins empty or at a place of another branch (its parent), whose items up to
there it inherits. A memory is a name (agent and user) for a branch. So a snapshot is a branch and a number, going back
is a new branch from there, a fork is a new branch under another name, and none of them copies anything.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from dulcet.errors import InputError
from dulcet.memory.stores.database import Database, take

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ENDLESS = 2**62
"""The bound of a branch that is seen to its end."""
Lineage = tuple[tuple[int, int], ...]
"""What a branch sees: (branch, last id that is seen of it), the branch itself first, then its ancestors."""


class Kind(IntEnum):
    """What an item is."""

    ENTRY = 1
    PASSAGE = 2
    DELETION = 3
    """The passage `target` is forgotten."""
    STATE = 4
    TURN = 5


@dataclass(frozen=True)
class Draft:
    """An item to append."""

    kind: Kind
    text: str
    time: datetime
    role: str | None = None
    meta: Mapping[str, Any] | None = None
    target: int | None = None


def microseconds(time: datetime) -> int:
    """A moment as it is stored. Raises InputError for a time without a zone."""
    if time.tzinfo is None:
        raise InputError(f"the time {time.isoformat()} has no zone", do="Use aware times, such as datetime.now(UTC).")
    return (time - EPOCH) // timedelta(microseconds=1)


def moment(time: int) -> datetime:
    """What `microseconds` made a number of."""
    return EPOCH + timedelta(microseconds=time)


def seen(lineage: Lineage, kind: Kind, table: str = "item", number: str = "id") -> tuple[str, list[int]]:
    """A condition, with its values, that holds for the rows of a table that a lineage sees of a kind."""
    one = f"({table}.branch = ? AND {table}.kind = {int(kind)} AND {table}.{number} <= ?)"
    return f"({' OR '.join([one] * len(lineage))})", [value for pair in lineage for value in pair]


class Log:
    """The items of all memories, over a database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def head(self, agent: str, user: str) -> int:
        """The branch of a memory, begun where there is none."""
        ask = "SELECT branch FROM head WHERE agent = ? AND holder = ?"
        found = self.database.rows(ask, (agent, user))
        if not found:
            with self.database.writing():
                found = self.database.rows(ask, (agent, user))  # another process may have been quicker
                if not found:
                    found = [(self.branch_from((), 0),)]
                    self.database.run("INSERT INTO head VALUES (?, ?, ?)", (agent, user, found[0][0]))
        return int(found[0][0])

    def known(self, agent: str, user: str) -> bool:
        """Whether there is such a memory."""
        return bool(self.database.rows("SELECT 1 FROM head WHERE agent = ? AND holder = ?", (agent, user)))

    def newest(self) -> int:
        """The last number that was given."""
        return int(self.database.rows("SELECT next FROM counter")[0][0]) - 1

    def branch_from(self, lineage: Lineage, upto: int) -> int:
        """Within `writing`: a new branch that sees what the lineage sees up to the number `upto`."""
        parent: tuple[int | None, int] = (None, 0)
        for branch, bound in lineage:  # ancestors with nothing to see are left out, so that chains stay short
            if self._has_items(branch, min(bound, upto)):
                parent = (branch, min(bound, upto))
                break
        number = take(self.database)
        self.database.run("INSERT INTO branch VALUES (?, ?, ?)", (number, *parent))
        return number

    def _has_items(self, branch: int, upto: int) -> bool:
        return bool(self.database.rows("SELECT 1 FROM item WHERE branch = ? AND id <= ? LIMIT 1", (branch, upto)))

    def lineage(self, branch: int) -> Lineage:
        """What a branch sees."""
        found = self.database.rows(
            "WITH RECURSIVE line(id, bound, depth) AS (SELECT CAST(? AS BIGINT), CAST(? AS BIGINT), 0 UNION ALL "
            "SELECT parent, CASE WHEN parent_upto < bound THEN parent_upto ELSE bound END, depth + 1 "
            "FROM branch JOIN line ON branch.id = line.id WHERE parent IS NOT NULL) "
            "SELECT id, bound FROM line ORDER BY depth",
            (branch, ENDLESS),
        )
        return tuple((int(number), int(bound)) for number, bound in found)

    def append(self, branch: int, drafts: Sequence[Draft]) -> list[int]:
        """Within `writing`: append items to a branch; their ids."""
        first = take(self.database, len(drafts))
        ids = list(range(first, first + len(drafts)))
        self.database.run_many(
            "INSERT INTO item (id, branch, kind, role, speaker, time, text, meta, target) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, branch, *_columns(draft)) for number, draft in zip(ids, drafts, strict=True)],
        )
        return ids

    def items(
        self,
        lineage: Lineage,
        kind: Kind,
        *,
        limit: int | None = None,
        newest: bool = False,
        where: str = "",
        values: Sequence[Any] = (),
    ) -> list[tuple[Any, ...]]:
        """(id, role, time, text, meta, target) of what a lineage sees of a kind, by id."""
        condition, bounds = seen(lineage, kind)
        statement = f"SELECT id, role, time, text, meta, target FROM item WHERE {condition}"
        statement += f" AND ({where})" if where else ""
        statement += " ORDER BY id" + (" DESC" if newest else "")
        statement += f" LIMIT {int(limit)}" if limit is not None else ""
        found = self.database.rows(statement, [*bounds, *values])
        return found[::-1] if newest else found

    def texts(
        self, lineage: Lineage, kind: Kind, *, where: str = "", values: Sequence[Any] = ()
    ) -> list[tuple[int, str]]:
        """(id, text) of what a lineage sees of a kind, by id."""
        condition, bounds = seen(lineage, kind)
        statement = f"SELECT id, text FROM item WHERE {condition}" + (f" AND ({where})" if where else "")
        return [
            (int(number), str(text))
            for number, text in self.database.rows(f"{statement} ORDER BY id", [*bounds, *values])
        ]

    def by_ids(self, lineage: Lineage, kind: Kind, ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
        """Id -> (id, role, time, text, meta, target) of those of these items that a lineage sees."""
        found: dict[int, tuple[Any, ...]] = {}
        bounds = dict(lineage)
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            rows = self.database.rows(
                "SELECT id, role, time, text, meta, target, branch FROM item "
                f"WHERE id IN ({', '.join('?' * len(some))}) AND kind = {int(kind)}",
                some,
            )
            found |= {row[0]: row[:6] for row in rows if row[0] <= bounds.get(row[6], 0)}
        return found

    def rows_after(self, branch: int, kind: Kind, number: int, *, limit: int | None = None) -> list[tuple[Any, ...]]:
        """(id, role, speaker, time, text) of a branch's own items with ids above `number`, by id."""
        return self.database.rows(
            "SELECT id, role, speaker, time, text FROM item WHERE branch = ? AND kind = ? AND id > ? ORDER BY id"
            + (f" LIMIT {int(limit)}" if limit is not None else ""),
            (branch, int(kind), number),
        )

    def deleted(self, lineage: Lineage) -> set[int]:
        """Ids of the passages that are forgotten."""
        return {row[5] for row in self.items(lineage, Kind.DELETION)}

    def count(self, lineage: Lineage, kind: Kind) -> int:
        """How many items of a kind a lineage sees."""
        condition, bounds = seen(lineage, kind)
        return int(self.database.rows(f"SELECT count(*) FROM item WHERE {condition}", bounds)[0][0])


def storable(text: str) -> str:
    """The text with what no database keeps (NUL, halves of surrogate pairs) shown as the replacement character."""
    return text.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _columns(draft: Draft) -> tuple[Any, ...]:
    meta = dict(draft.meta or {})
    speaker = meta.get("speaker")
    try:
        text = json.dumps(meta, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"not JSON ({error})", where="meta", do="Use texts, numbers, lists and objects.") from error
    return (
        int(draft.kind),
        draft.role,
        storable(str(speaker)) if speaker is not None else None,
        microseconds(draft.time),
        storable(draft.text),
        storable(text),
        draft.target,
    )
