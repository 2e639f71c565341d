"""Many small pieces of work at once, one record each, on disk the moment it is there: for what is dear to ask twice."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from dulcet.errors import DulcetError, MissingDependencyError, StorageError
from dulcet.jsonl import Appender
from dulcet.progress import Progress, Silent

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Record = TypeVar("Record", bound=BaseModel)
GIVE_UP_AFTER = 8
"""Failures in a row after which it stops, once as many more have failed as may be under way."""


async def append_each(
    todo: Sequence[Item],
    work: Callable[[Item], Awaitable[Record]],
    out: Path,
    *,
    at_once: int,
    progress: Progress | None = None,
) -> list[Record]:
    """Append to `out` what `work` makes of each item, `at_once` at a time; returns the new records as they came.

    Where `work` raises a DulcetError there is no record, the log says how many are missing, and another start tries
    them again. Raises that error where nothing works: the first eight failed, or all, or many in a row later on.
    """
    if not todo:
        return []
    queue = iter(todo)
    with Appender(out) as appender:
        tray = _Tray[Record](appender, progress or Silent(), min(GIVE_UP_AFTER, len(todo)), at_once)

        async def take(items: Iterator[Item]) -> None:
            for item in items:
                try:
                    tray.put(await work(item))
                except (StorageError, MissingDependencyError):
                    raise
                except DulcetError as error:
                    tray.miss(error)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(at_once, len(todo))):
                    group.create_task(take(queue))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
    tray.close(out)
    return tray.records


class _Tray(Generic[Record]):
    """Where finished records go; it notices when nothing works."""

    def __init__(self, appender: Appender, progress: Progress, patience: int, at_once: int) -> None:
        self.records: list[Record] = []
        self._appender, self._progress, self._patience, self._at_once = appender, progress, patience, at_once
        self._in_a_row, self._missing = 0, 0
        self._last: DulcetError | None = None

    def put(self, record: Record) -> None:
        """Keep one. Raises StorageError."""
        self._appender.append(record)
        self.records.append(record)
        self._in_a_row, self._patience = 0, GIVE_UP_AFTER + self._at_once
        self._progress.advance(1)

    def miss(self, error: DulcetError) -> None:
        """Count a failure. Raises it where it is one too many in a row."""
        self._missing, self._in_a_row, self._last = self._missing + 1, self._in_a_row + 1, error
        self._progress.advance(1)
        if self._in_a_row >= self._patience:
            raise error

    def close(self, out: Path) -> None:
        """Say what is missing."""
        if self._missing:
            log.warning("%s: %d of them failed, the last one so: %s", out, self._missing, self._last)
