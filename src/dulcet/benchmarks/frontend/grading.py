"""Many pages at once: graded for `dulcet grade`, and references looked over for `dulcet tasks check`."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from dulcet.benchmarks.base import Findings, Graded, Grading, OnDone
from dulcet.benchmarks.frontend.browser import Browser, RenderError
from dulcet.benchmarks.frontend.grader import PageGrader
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.benchmarks.frontend.similarity import similarity
from dulcet.errors import InputError
from dulcet.task import Task

UNDER_WAY = 16
"""Pages looked at in the same moment; the browser draws as many as it has processes."""
One = TypeVar("One")
Found = TypeVar("Found")


def grade_all(pairs: Sequence[tuple[Task, str]], how: Grading, on_done: OnDone) -> Graded:
    """The verdicts. Raises InputError for ways of grading that pages do not have."""
    if how.mode != "strict":
        PageGrader("paper")
    if how.isolation is not None or how.cache is not None:
        raise InputError("--isolation and --cache are for answers that are programs", do="Leave them out.")
    return Graded(asyncio.run(_grade(pairs, on_done)), {"mode": "strict"})


async def _grade(pairs: Sequence[tuple[Task, str]], on_done: OnDone) -> list[Any]:
    async with PageGrader() as grader:
        return await _each(pairs, lambda pair: grader.agrade(*pair), on_done)


def check(tasks: Sequence[Task], on_done: OnDone) -> Findings:
    """Draw every reference twice, in two browsers: does it render, is it the same again, does it equal itself?"""
    rows = asyncio.run(_check(tasks, on_done))
    failing = [row for row in rows if row["outcome"] != "ok"]
    refused = Counter(address for row in rows for address in row["refused"])
    data = {
        "pages": len(rows),
        "failing_references": [{"id": row["id"], "outcome": row["outcome"]} for row in failing],
        "refused": dict(refused.most_common()),
    }
    lines = [
        f"{len(failing)} references do not render, not twice the same, or are not like themselves",
        *(f"  {row['id']}: {row['outcome']}" for row in failing),
        f"{sum(refused.values())} requests were refused; none left the machine",
        *(f"  {count} times {address}" for address, count in refused.most_common(5)),
    ]
    return Findings(f"{len(rows)} pages", data, lines, bool(failing))


async def _check(tasks: Sequence[Task], on_done: OnDone) -> list[dict[str, Any]]:
    async with Browser() as first, Browser() as second:

        async def look(task: Task) -> dict[str, Any]:
            try:
                one, two = await first.render(task.hidden), await second.render(task.hidden)
            except RenderError as error:
                return {"id": task.id, "outcome": str(error), "refused": ()}
            return {"id": task.id, "outcome": _verdict(one, two), "refused": one.refused}

        return await _each(tasks, look, on_done)


def _verdict(one: Rendered, two: Rendered) -> str:
    if one.png != two.png:
        return "looks different the second time"
    itself = similarity(one, two)
    return "ok" if itself == 1 else f"similarity of {itself} to itself"


async def _each(
    things: Sequence[One], work: Callable[[One], Awaitable[Found]], on_done: OnDone, at_once: int = UNDER_WAY
) -> list[Found]:
    """What `work` makes of each thing, in their order, a few at a time."""
    door = asyncio.Semaphore(at_once)

    async def one(thing: One) -> Found:
        async with door:
            found = await work(thing)
        on_done()
        return found

    return list(await asyncio.gather(*(one(thing) for thing in things)))
