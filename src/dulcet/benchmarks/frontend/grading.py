"""Many pages at once: graded for `dulcet grade`, and references looked over for `dulcet tasks check`."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dulcet.benchmarks.base import Findings, Graded, Grading, OnDone
from dulcet.benchmarks.frontend.browser import Browser, RenderError
from dulcet.benchmarks.frontend.grader import PageGrader
from dulcet.benchmarks.frontend.measure import identity
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.benchmarks.frontend.shared import SharedBrowser, each
from dulcet.benchmarks.frontend.similarity import similarity
from dulcet.errors import InputError
from dulcet.task import Task
from dulcet.trajectory import Grade


def grade_all(pairs: Sequence[tuple[Task, str]], how: Grading, on_done: OnDone) -> Graded:
    """The verdicts. Raises InputError for ways of grading that pages do not have."""
    if how.mode == "both":
        raise InputError("pages are graded one way at a time", where="--mode both", do="Use strict, or paper.")
    if how.cache is not None:
        raise InputError("pages are drawn anew each time", where="--cache", do="Leave it out.")
    grades, layers = asyncio.run(_grade(pairs, how, on_done))
    data = {"mode": how.mode, "measure": identity(how.mode), "isolation": layers}
    return Graded(grades, data, [f"Isolation: {', '.join(layers) or 'not needed, no page was drawn'}"])


async def _grade(pairs: Sequence[tuple[Task, str]], how: Grading, on_done: OnDone) -> tuple[list[Grade], list[str]]:
    eyes = SharedBrowser(how.workers, how.isolation)
    async with PageGrader("paper" if how.mode == "paper" else "strict", eyes) as grader:
        return await each(pairs, lambda pair: grader.agrade(*pair), on_done), eyes.layers


def check(tasks: Sequence[Task], on_done: OnDone) -> Findings:
    """Draw every reference twice, in two browsers: does it render, is it the same again, does it equal itself?"""
    rows, layers = asyncio.run(_check(tasks, on_done))
    failing = [row for row in rows if row["outcome"] != "ok"]
    refused = Counter(address for row in rows for address in row["refused"])
    data = {
        "pages": len(rows),
        "failing_references": [{"id": row["id"], "outcome": row["outcome"]} for row in failing],
        "refused": dict(refused.most_common()),
        "isolation": layers,
    }
    lines = [
        f"{len(failing)} references do not render, not twice the same, or are not like themselves",
        *(f"  {row['id']}: {row['outcome']}" for row in failing),
        f"{sum(refused.values())} requests for what is not kept here were refused",
        *(f"  {count} times {address}" for address, count in refused.most_common(5)),
        f"Isolation: {', '.join(layers) or 'not needed, no page was drawn'}",
    ]
    return Findings(f"{len(rows)} pages", data, lines, bool(failing))


async def _check(tasks: Sequence[Task], on_done: OnDone) -> tuple[list[dict[str, Any]], list[str]]:
    async with Browser() as first, Browser() as second:

        async def look(task: Task) -> dict[str, Any]:
            try:
                one, two = await first.render(task.hidden), await second.render(task.hidden)
            except RenderError as error:
                return {"id": task.id, "outcome": str(error), "refused": ()}
            return {"id": task.id, "outcome": _verdict(one, two), "refused": one.refused}

        return await each(tasks, look, on_done), first.layers


def _verdict(one: Rendered, two: Rendered) -> str:
    if one.png != two.png:
        return "looks different the second time"
    itself = similarity(one, two)
    return "ok" if itself == 1 else f"similarity of {itself} to itself"
