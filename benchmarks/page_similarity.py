"""Does the similarity of pages put edits of known size in order, and what does a comparison cost?

Every page is edited on a ladder (tests/benchmarks/frontend/edits.py): one text's colour, one section's alignment, two
sections swapped, one removed, half of them removed; another page of the file is the last step. An edit that changes no
pixel, or leaves nothing to be seen, is tried with other seeds and left out where none does better. Printed for the
ladders: Kendall's tau-b between the size of the edit and the loss of similarity, its mean over pages, the pages where
another page does not come last, and milliseconds a pair beyond rendering (first comparison of two pages with both
pictures decoded anew, and later ones).

Every fifth page of ColBench's file was used to choose the score's constants; figures are of the other pages.

Usage: python benchmarks/page_similarity.py --tasks frontend_dev.jsonl [--pages 250] [--calibration]
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from pathlib import Path

from scipy.stats import kendalltau

from dulcet.benchmarks.frontend.browser import Browser
from dulcet.benchmarks.frontend.similarity import similarity
from dulcet.benchmarks.frontend.similarity.looks import thumbnail
from dulcet.benchmarks.frontend.similarity.pixels import decode

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.benchmarks.frontend.edits import ANOTHER, LADDER, ladder  # the tool of the tests


async def main() -> None:
    """Render, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=250)
    parser.add_argument("--calibration", action="store_true", help="the pages that the constants were chosen on")
    options = parser.parse_args()
    pages = [json.loads(line)["ground_truth"] for line in options.tasks.read_text(encoding="utf-8").splitlines()]
    chosen = [at for at in range(len(pages)) if (at % 5 == 0) == options.calibration][: options.pages]
    sizes = {name: size for size, name in enumerate(("none", *LADDER, ANOTHER))}
    scores: dict[str, list[float]] = {name: [] for name in sizes}
    taus, not_last, first, later = [], [], [], []
    async with Browser() as browser:
        for at in chosen:
            steps = await ladder(browser, pages[at], pages[(at + 37) % len(pages)])
            found: dict[str, float] = {}
            for name, rendered in steps.items():
                thumbnail.cache_clear()
                decode.cache_clear()
                start = time.perf_counter()
                found[name] = similarity(rendered, steps["none"])
                middle = time.perf_counter()
                similarity(rendered, steps["none"])
                first.append(middle - start)
                later.append(time.perf_counter() - middle)
                scores[name].append(found[name])
            losses = [1 - found[name] for name in found]
            taus.append(float(kendalltau([sizes[name] for name in found], losses).statistic))
            if min(score for name, score in found.items() if name != ANOTHER) <= found[ANOTHER]:
                not_last.append(at)
    print(f"{len(chosen)} pages, {sum(map(len, scores.values()))} pictures")
    for name, values in scores.items():
        ordered = sorted(values)
        tenth, mean = ordered[len(ordered) // 10], statistics.mean(ordered)
        spread = f"10 % below {tenth:.3f}, {ordered[0]:.3f} to {ordered[-1]:.3f}"
        print(f"{name:16} {len(ordered):4} pages  mean {mean:.3f}, {spread}")
    share = sum(tau >= 0.8 for tau in taus) / len(taus)
    print(f"Kendall's tau: mean {statistics.mean(taus):.3f}, at least 0.8 on {share:.1%} of pages")
    print(f"another page is not last on {len(not_last)} pages: {not_last}")
    print(
        f"milliseconds a pair: {1000 * statistics.median(first):.1f} first, {1000 * statistics.median(later):.1f} later"
    )


if __name__ == "__main__":
    asyncio.run(main())
