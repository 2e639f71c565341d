"""An episode of the designer with an agent that follows its words to the letter, from a page that was spoilt."""

import random
from typing import Any

from dulcet.benchmarks.frontend.similarity import similarity
from dulcet.humans.designer import ScriptedDesigner
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Message
from tests.benchmarks.frontend.edits import LADDER, edited
from tests.humans.designer.follower import follow

TURNS = 10
EDITS = 3


def spoilt(html: str, seed: int) -> str:
    """The page after three edits of any size."""
    rng = random.Random(seed)
    for name in rng.sample(list(LADDER), EDITS):
        html = edited(html, LADDER[name], rng.randrange(1 << 30)) or html
    return html


async def episode(browser: Any, designer: ScriptedDesigner, task: Task, page: str) -> tuple[list[float], list[str]]:
    """The similarity of each page shown, and what the designer said of it."""
    target = await browser.render(task.hidden)
    scores, told = [], []
    messages: list[Message] = [{"role": "user", "content": task.prompt}]
    for turn in range(TURNS):
        scores.append(similarity(await browser.render(page), target))
        messages.append({"role": "assistant", "content": page})
        if turn == TURNS - 1:
            break
        words = await designer.reply(task, messages, seed=derive(7, task.id, turn))
        told.append(words)
        messages.append({"role": "user", "content": words})
        amended = follow(page, words)
        if "t looks right" in words or amended == page:
            break
        page = amended
    return scores, told
