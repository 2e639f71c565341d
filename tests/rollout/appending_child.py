"""A process that appends 40 rows slowly: something for the tests to kill. Usage: appending_child.py OUT"""

import asyncio
import sys
from pathlib import Path

from dulcet.jsonl import read_if_exists
from dulcet.rollout.appending import append_each
from dulcet.rollout.branch import Continuation


async def work(number: int) -> Continuation:
    await asyncio.sleep(0.05)
    return Continuation(
        branch=str(number), sample=0, task_id="t", reward=0.5, success=False, outcome="answered", ended=False,
        turns=1, tokens=1,
    )  # fmt: skip


def run(out: Path) -> int:
    known = {row.branch for row in read_if_exists(out, Continuation)}
    todo = [number for number in range(40) if str(number) not in known]
    return len(asyncio.run(append_each(todo, work, out, at_once=2)))


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
