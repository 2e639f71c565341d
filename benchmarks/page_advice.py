"""Does the scripted designer's advice help? Episodes on real pages with an agent that follows its words to the letter.

The agent (page_follower.py) begins with a version of the page that has three edits of page_edits.py, reads the English
alone, and shows its amended page, until the designer says that it looks right or ten pages have been shown. Printed:
on how many pages the last page is more similar than the first, and the similarities.

Usage: python benchmarks/page_advice.py --tasks frontend_dev.jsonl [--pages 100] [--picker]
"""

import argparse
import asyncio
import json
import random
import statistics
from pathlib import Path

from page_edits import LADDER, edited
from page_follower import follow

from dulcet.benchmarks.frontend.browser import Browser
from dulcet.benchmarks.frontend.similarity import similarity
from dulcet.humans.designer import ScriptedDesigner
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Message

TURNS = 10
EDITS = 3


def spoilt(html: str, seed: int) -> str:
    """The page after three edits of any size."""
    rng = random.Random(seed)
    for name in rng.sample(list(LADDER), EDITS):
        html = edited(html, LADDER[name], rng.randrange(1 << 30)) or html
    return html


async def episode(browser: Browser, designer: ScriptedDesigner, task: Task, page: str) -> tuple[list[float], list[str]]:
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


async def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--picker", action="store_true", help="the designer says colours in hexadecimal, too")
    parser.add_argument("--show", type=Path, help="a file for every episode's words")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.tasks.read_text(encoding="utf-8").splitlines()]
    chosen = [at for at in range(len(rows)) if at % 5 != 0][: options.pages]
    firsts, lasts, better, records = [], [], 0, []
    async with Browser() as browser:
        designer = ScriptedDesigner(browser, picker=options.picker)
        for at in chosen:
            html = rows[at]["ground_truth"]
            task = Task(id=f"page-{at}", benchmark="frontend", prompt=rows[at]["problem_description"], hidden=html)
            for seed in range(8):
                start = spoilt(html, derive(seed, "spoilt", at))
                if similarity(await browser.render(start), await browser.render(html)) < 0.97:
                    break
            scores, told = await episode(browser, designer, task, start)
            firsts.append(scores[0])
            lasts.append(scores[-1])
            better += scores[-1] > scores[0]
            records.append({"page": at, "scores": scores, "told": told})
    if options.show:
        options.show.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    print(f"{len(chosen)} pages: the last page is more similar than the first on {better}")
    print(f"similarity: first {statistics.mean(firsts):.3f}, last {statistics.mean(lasts):.3f}")
    print(f"pages shown: {statistics.mean(len(record['scores']) for record in records):.1f} of {TURNS} at most")


if __name__ == "__main__":
    asyncio.run(main())
