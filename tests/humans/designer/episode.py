"""An episode of the designer with an agent that follows its words to the letter, from a page that was spoilt."""

import random
from typing import Any

from dulcet.benchmarks.frontend.dialect import find_page
from dulcet.benchmarks.frontend.similarity import similarity
from dulcet.environment import Environment
from dulcet.humans.designer import ScriptedDesigner
from dulcet.protocol import Rules
from dulcet.task import Task
from dulcet.trajectory import Turn
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


async def episode(browser: Any, designer: ScriptedDesigner, task: Task, page: str) -> tuple[list[float], list[Turn]]:
    """A whole episode: the similarity of each page shown, and the turns, in which the last one is the answer."""
    target = await browser.render(task.hidden)
    environment = Environment(designer, Rules(max_turns=TURNS))
    await environment.reset(task, seed=7)
    step = await environment.step(f"OUTPUT:\n{page}")
    scores = [similarity(await browser.render(page), target)]
    while not step.done:
        words = step.reply or ""
        amended = page if "t looks right" in words else follow(page, words)
        if amended == page:
            step = await environment.step("I WANT TO ANSWER:")
            break
        page = amended
        scores.append(similarity(await browser.render(page), target))
        step = await environment.step(f"OUTPUT:\n{page}")
    assert step.outcome is not None and step.outcome.gradable, step
    assert find_page(step.answer or "") == find_page(page), "the answer is the page that was shown last"
    return scores, environment.turns
