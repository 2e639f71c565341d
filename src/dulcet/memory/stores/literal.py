"""The paper's search: the query as a piece of the text, oldest first."""

from typing import Any

from dulcet.memory.stores.index import Query
from dulcet.memory.stores.log import Kind, Lineage, Log


def literal_search(log: Log, lineage: Lineage, kind: Kind, query: Query) -> list[int]:
    """Ids of all items whose text has the query in it, as it is written or ignoring case; the empty text is in all."""
    where, values = filters(query)
    rows = log.texts(lineage, kind, where=" AND ".join(where), values=values)
    deleted = log.deleted(lineage) if kind == Kind.PASSAGE else set()
    if query.mode == "literal":
        return [number for number, text in rows if query.text in text and number not in deleted]
    wanted = query.text.casefold()
    return [number for number, text in rows if wanted in text.casefold() and number not in deleted]


def filters(query: Query) -> tuple[list[str], list[Any]]:
    """Conditions on role and time, and their values."""
    where: list[str] = []
    values: list[Any] = []
    if query.roles is not None:
        where.append(f"role IN ({', '.join('?' * len(query.roles))})" if query.roles else "1 = 0")
        values += query.roles
    if query.start is not None:
        where.append("time >= ?")
        values.append(query.start)
    if query.end is not None:
        where.append("time <= ?")
        values.append(query.end)
    return where, values
