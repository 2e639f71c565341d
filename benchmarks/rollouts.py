"""Episodes a second: dulcet's collector beside a loop in lock-step; tokens a second: its engine beside plain generate.

    collector    dulcet.rollout.collect: each episode goes at its own pace
    lock-step    every turn waits for the slowest episode, and finished ones are asked until the last is over

Both play the same episodes through the same client against a stub server (`rollouts_endpoint.py`) whose latencies are
uneven and heavy-tailed, the same request taking as long for both. They take turns, round after round; printed are
medians over the rounds. The bound is the number of episodes over the seconds that their requests take to serve,
divided by the requests that the server serves at a time: nobody who asks them is faster. Answers are not graded.

    engine       dulcet.models.local.LocalModel, all conversations asked at once
    generate     transformers' generate on rows padded on the left, as many at a time as the engine has rows

Both continue the same prompts with the same model, greedily, and write the same tokens but for rounding.

Usage: python benchmarks/rollouts.py [--episodes 200] [--slots 20] [--rounds 3] [--conversations 128] [--rows 64]
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rollouts_local import measure
from rollouts_ways import Party, collected, lock_step

from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.rollout.episode import EpisodeRequest, requests

WAYS = {"collector": collected, "lock-step": lock_step}


def main() -> None:
    """Run both comparisons and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = {"episodes": 200, "slots": 20, "concurrency": 32, "turns": 10, "rounds": 3}
    for name, number in {**defaults, "conversations": 128, "rows": 64, "tokens": 128}.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    for name, seconds in {"median": 0.05, "sigma": 1.0, "mean-turns": 4.0}.items():
        parser.add_argument(f"--{name}", type=float, default=seconds)
    parser.add_argument("--only", choices=("endpoint", "local"))
    options = parser.parse_args()
    if options.only != "local":
        against_the_endpoint(options)
    if options.only != "endpoint":
        measure(options.conversations, options.rows, options.tokens, options.rounds)


def against_the_endpoint(options: argparse.Namespace) -> None:
    """Play the episodes both ways."""
    episodes = requests(synthesise(options.episodes, seed=0))
    rows: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    with served(options) as url:
        for _ in range(options.rounds):
            for way in WAYS:
                rows[way].append(asyncio.run(played(way, url, episodes, options)))
    turns = rows["collector"][0]["turns"]
    print(f"{len(episodes)} episodes of {turns:.1f} turns, latencies {options.median * 1000:.0f} ms (median), ", end="")
    print(f"lognormal with sigma {options.sigma:g}; {options.slots} requests served at a time; {options.rounds} rounds")
    print("             seconds  episodes/s  of bound  requests  client's CPU s")
    for way, found in rows.items():
        middle = {name: statistics.median(row[name] for row in found) for name in found[0]}
        bound = statistics.median(row["bound"] for row in rows["collector"])
        print(
            f"  {way:9}{middle['took']:10.2f}{middle['rate']:12.1f}{middle['rate'] / bound:10.0%}"
            f"{middle['requests']:10.0f}{middle['cpu']:16.2f}"
        )
    pairs = zip(rows["collector"], rows["lock-step"], strict=True)
    print(f"  bound {bound:.1f} episodes/s; ratio {statistics.median(a['rate'] / b['rate'] for a, b in pairs):.2f} x")


async def played(
    way: str, url: str, episodes: Sequence[EpisodeRequest], options: argparse.Namespace
) -> dict[str, float]:
    """The numbers of one way in one round."""
    party = Party(url, options.concurrency, options.turns)
    used(url)
    start, cpu = time.perf_counter(), time.process_time()
    turns = await WAYS[way](party, episodes)
    took, cpu = time.perf_counter() - start, time.process_time() - cpu
    await party.close()
    asked = used(url)
    bound = len(episodes) * options.slots / asked["seconds"]
    mean = statistics.mean(turns)
    return {"took": took, "cpu": cpu, "rate": len(episodes) / took, "bound": bound, "turns": mean} | asked


def used(url: str) -> dict[str, float]:
    """What the server served since the last call."""
    with urllib.request.urlopen(f"{url}/used") as answer:
        found: dict[str, float] = json.load(answer)
    return found


@contextmanager
def served(options: argparse.Namespace) -> Iterator[str]:
    """The address of a stub server, which is a process of its own."""
    script = Path(__file__).with_name("rollouts_endpoint.py")
    words = (options.slots, options.median, options.sigma, options.mean_turns, options.turns)
    server = subprocess.Popen([sys.executable, str(script), *map(str, words)], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
