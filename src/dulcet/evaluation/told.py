"""Which rows were told something of the very tasks that they are measured on; it stands under every table."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol


class Row(Protocol):
    """A row of a table, of one seed or of several."""

    @property
    def agent(self) -> Mapping[str, Any]:
        """Who played."""
        ...


def told(rows: Mapping[str, Row], name: Callable[[str], str]) -> str:
    """A sentence for each such row, with a space in front, or nothing; `name` is what a row is called."""
    known: dict[str, list[str]] = {}
    for row, one in rows.items():
        if "told" in one.agent:
            known.setdefault(one.agent["told"], []).append(name(row))
    return "".join(
        f" Told {what}: {', '.join(names)}; others, told nothing, do not compare with that."
        for what, names in known.items()
    )
