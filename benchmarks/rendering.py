"""Pages a second: dulcet's browser beside a Selenium driver for each page, which is how the released code draws.

    dulcet     fresh context for each page, scripts off, confined; picture and blocks
    picture    the same without reading the blocks off the page: what a Selenium driver gives
    selenium   one driver for each page: start, load the page from a file, resize to its height, take the picture, quit

Every way draws the same pages, each isolated from the one before, as many at a time as there are processes. Selenium
can answer no requests, so its pages have Tailwind and their pictures as files beside them: it gets what dulcet serves.
Ways take turns, round after round; printed are medians over the rounds. `--steady` draws that many pages in a row
instead, the given ones again and again, and prints the memory of the browser and of this process, what was refused, and
how many pages were not the same bits as the first time.

Usage: python benchmarks/rendering.py [--tasks frontend.jsonl] [--pages 20] [--rounds 3] [--steady 2000]
Needs beside the extra `frontend`: pip install selenium; Debian's chromium-driver and chromium.
"""

import argparse
import asyncio
import hashlib
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from dulcet.benchmarks.frontend.browser import Browser, RenderError, sheet
from dulcet.benchmarks.frontend.browser.answers import answer
from dulcet.benchmarks.frontend.synthesis import synthesise

WIDTH, HEIGHT = 1280, 720
DRIVER = "/usr/bin/chromedriver"
ADDRESS = re.compile(r"https?://[^\s\"')]+")


def read_pages(path: Path | None, count: int) -> list[str]:
    """The tasks' own pages; without a file, synthesised ones."""
    if path is None:
        return [task.hidden for task in synthesise(count, seed=1, difficulty=4)]
    return [json.loads(line)["ground_truth"] for line in path.read_text(encoding="utf-8").splitlines()[:count]]


def as_files(pages: Sequence[str], folder: Path) -> list[Path]:
    """The pages as files, with what they ask for beside them."""
    return [_as_file(number, page, folder) for number, page in enumerate(pages)]


def _as_file(number: int, page: str, folder: Path) -> Path:
    def beside(match: re.Match[str]) -> str:
        found = answer(match[0], 'integrity: all of it, as who has no use for "used_by" is served')
        if found is None:
            return match[0]
        ending = ".css" if found.content_type == "text/css" else ".svg"
        place = folder / (hashlib.sha256(match[0].encode()).hexdigest()[:16] + ending)
        place.write_text(found.body, encoding="utf-8")
        return place.name

    path = folder / f"{number}.html"
    path.write_text(ADDRESS.sub(beside, page), encoding="utf-8")
    return path


def by_selenium(path: Path) -> bytes:
    """One driver for one page."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--window-size={WIDTH},{HEIGHT}",
    ):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        driver.get(path.as_uri())
        height = driver.execute_script("return document.documentElement.scrollHeight")
        driver.set_window_size(WIDTH, max(height, HEIGHT))
        return bytes(driver.get_screenshot_as_png())
    finally:
        driver.quit()


def time_selenium(paths: Sequence[Path], processes: int) -> float:
    """Pages a second."""
    began = time.perf_counter()
    with ThreadPoolExecutor(processes) as threads:
        assert all(threads.map(by_selenium, paths))
    return len(paths) / (time.perf_counter() - began)


async def time_dulcet(browser: Browser, pages: Sequence[str], salt: str) -> float:
    """Pages a second; `salt` makes them pages that were not drawn before."""
    fresh = [f"{page}<!-- {salt} -->" for page in pages]
    began = time.perf_counter()
    await asyncio.gather(*map(browser.render, fresh))
    return len(pages) / (time.perf_counter() - began)


@contextmanager
def without_blocks() -> Iterator[None]:
    """The picture alone."""
    whole = sheet.read_blocks
    sheet.read_blocks = lambda claimed, png: ()
    try:
        yield
    finally:
        sheet.read_blocks = whole


async def compare(pages: Sequence[str], rounds: int, processes: int) -> None:
    """Every way in every round, and the table."""
    found: dict[str, list[float]] = {"dulcet": [], "picture": [], "selenium": []}
    with tempfile.TemporaryDirectory() as folder:
        paths = as_files(pages, Path(folder))
        async with Browser(processes=processes) as browser:
            await time_dulcet(browser, pages[:2], "warm")
            for number in range(rounds):
                found["dulcet"].append(await time_dulcet(browser, pages, f"a{number}"))
                with without_blocks():
                    found["picture"].append(await time_dulcet(browser, pages, f"b{number}"))
                found["selenium"].append(await asyncio.to_thread(time_selenium, paths, processes))
                print(f"round {number + 1} of {rounds} done, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
            print(f"{len(pages)} pages, {processes} at a time; {', '.join(browser.layers)}")
    print(f"{'way':<10}{'pages/s':>9}{'x selenium':>12}")
    for way, rates in found.items():
        ratio = statistics.median(a / b for a, b in zip(rates, found["selenium"], strict=True))
        print(f"{way:<10}{statistics.median(rates):>9.2f}{ratio:>12.2f}")


async def steady(pages: Sequence[str], count: int, processes: int) -> None:
    """Memory over many pages."""
    known: dict[int, bytes] = {}
    refused: set[str] = set()
    failed = different = 0
    async with Browser(processes=processes) as browser:

        async def draw(number: int) -> None:
            nonlocal failed, different
            which = number % len(pages)
            try:
                rendered = await browser.render(f"{pages[which]}<!-- {number} -->")
            except RenderError as error:
                print(f"page {which}: {error}")
                failed += 1
                return
            digest = hashlib.sha256(rendered.png + repr(rendered.blocks).encode()).digest()
            different += known.setdefault(which, digest) != digest
            refused.update(rendered.refused)

        print(f"{'pages':>7}{'browser MB':>12}{'driver MB':>11}{'this MB':>9}{'pages/s':>9}{'failed':>8}{'differ':>8}")
        began = time.perf_counter()
        for start in range(0, count, 200):
            step = range(start, min(start + 200, count))
            await asyncio.gather(*map(draw, step))
            await asyncio.sleep(1)
            sizes = "".join(f"{size:>{width}.0f}" for size, width in zip(memory(), (12, 11, 9), strict=True))
            rate = step.stop / (time.perf_counter() - began)
            print(f"{step.stop:>7}{sizes}{rate:>9.2f}{failed:>8}{different:>8}", flush=True)
    print("refused:", *sorted(refused))


def memory() -> tuple[float, float, float]:
    """Proportional set sizes in MB: of the browser's processes, of Playwright's, of this one (Linux)."""
    sums = {"chrom": 0.0, "node": 0.0, "self": 0.0}
    for pid in _below(os.getpid()):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            name = Path(f"/proc/{pid}/comm").read_text()
        except OSError:
            continue
        size = next(float(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
        sums["self" if pid == os.getpid() else "node" if name.startswith("node") else "chrom"] += size
    return sums["chrom"], sums["node"], sums["self"]


def _below(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found


def main() -> None:
    """Compare, or draw many."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=Path, help="ColBench's pages; without it they are synthesised")
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--steady", type=int, default=0, help="how many pages to draw in a row, to watch the memory")
    options = parser.parse_args()
    pages = read_pages(options.tasks, options.pages)
    if options.steady:
        asyncio.run(steady(pages, options.steady, options.processes))
    else:
        asyncio.run(compare(pages, options.rounds, options.processes))


if __name__ == "__main__":
    main()
