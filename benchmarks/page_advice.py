"""Does the scripted designer's advice help? Episodes on real pages with an agent that follows its words to the letter.

The agent (tests/humans/designer/follower.py) begins with a version of the page that was edited three times
(tests/benchmarks/frontend/edits.py), reads the English alone, and shows its amended page, until the designer says that
it looks right or ten pages have been shown. Printed: on how many pages the last page is more similar than the first,
and the similarities.

Usage: python benchmarks/page_advice.py --tasks frontend_dev.jsonl [--pages 100] [--picker]
"""

import argparse
import asyncio
import json
import statistics
import sys
from pathlib import Path

from dulcet.benchmarks.frontend.browser import Browser
from dulcet.benchmarks.frontend.similarity import similarity
from dulcet.humans.designer import ScriptedDesigner
from dulcet.seeds import derive
from dulcet.task import Task

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.humans.designer.episode import TURNS, episode, spoilt  # the tool of the tests


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
    firsts, lasts, better, leaks, records = [], [], 0, 0, []
    async with Browser() as browser:
        designer = ScriptedDesigner(browser, picker=options.picker)
        for at in chosen:
            html = rows[at]["ground_truth"]
            task = Task(id=f"page-{at}", benchmark="frontend", prompt=rows[at]["problem_description"], hidden=html)
            for seed in range(8):
                start = spoilt(html, derive(seed, "spoilt", at))
                if similarity(await browser.render(start), await browser.render(html)) < 0.97:
                    break
            scores, turns = await episode(browser, designer, task, start)
            firsts.append(scores[0])
            lasts.append(scores[-1])
            better += scores[-1] > scores[0]
            leaks += sum(turn.leaks for turn in turns)
            records.append({"page": at, "scores": scores, "told": [turn.reply for turn in turns]})
    if options.show:
        options.show.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    print(f"{len(chosen)} pages: the last page is more similar than the first on {better}")
    print(f"similarity: first {statistics.mean(firsts):.3f}, last {statistics.mean(lasts):.3f}")
    print(f"replies that leaked: {leaks}")
    print(f"pages shown: {statistics.mean(len(record['scores']) for record in records):.1f} of {TURNS} at most")


if __name__ == "__main__":
    asyncio.run(main())
