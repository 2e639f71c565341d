"""Scoring the candidates of a turn: the history computed once for all of them, or once for each.

Both ways score the same candidates with the same model in one run, in turn, several times; printed are the median
seconds, the ratio, and the largest difference of a score.

Usage: python benchmarks/candidate_scoring.py [--model FOLDER]
"""

import argparse
import statistics
import time
from collections.abc import Callable

from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.credit.privileged import privileged
from dulcet.credit.scoring import Asked, CandidateScorer
from dulcet.house.demonstrators import SKILLS, demonstrate
from dulcet.humans.scripted import ScriptedHuman
from dulcet.models.house_model import house_path
from dulcet.models.loading import load_model, load_tokenizer
from dulcet.training.encoding import Encoder


def questions(count: int, candidates: int) -> list[Asked]:
    """Histories of different lengths, each with as many candidates: what other dialogues said in that place."""
    from random import Random

    person, tasks = ScriptedHuman(), synthesise(count, seed=0)
    made = [demonstrate(task, person.answer, SKILLS[0], Random(n)) for n, task in enumerate(tasks)]
    said = [message["content"] for messages in made for message in messages[1::2]]
    random = Random(0)
    return [
        (privileged(messages[: random.randrange(1, len(messages), 2)], task.hidden), random.sample(said, candidates))
        for task, messages in zip(tasks, made, strict=True)
    ]


def timed(work: Callable[[], list[list[float]]]) -> tuple[float, list[list[float]]]:
    """Seconds, and what came out."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def main() -> None:
    """Run both ways and print how they compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=str(house_path()))
    parser.add_argument("--turns", type=int, default=64)
    parser.add_argument("--candidates", type=int, default=16)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    scorer = CandidateScorer(load_model(options.model), Encoder(load_tokenizer(options.model), 8192))
    asked = questions(options.turns, options.candidates)
    alone = [(history, [candidate]) for history, candidates in asked for candidate in candidates]
    shared, repeated = [], []
    for _ in range(options.repeats):
        seconds, together = timed(lambda: scorer.mean_logps(asked))
        shared.append(seconds)
        seconds, apart = timed(lambda: scorer.mean_logps(alone))
        repeated.append(seconds)
    flat = [score for row in together for score in row]
    difference = max(abs(a - b[0]) for a, b in zip(flat, apart, strict=True))
    print(f"{options.turns} turns x {options.candidates} candidates, {options.repeats} repeats, in turn")
    print(f"history once for all:  median {statistics.median(shared):.3f} s")
    print(f"history for each:      median {statistics.median(repeated):.3f} s")
    ratios = sorted(b / a for a, b in zip(shared, repeated, strict=True))
    print(f"ratio: median {statistics.median(ratios):.2f}, from {ratios[0]:.2f} to {ratios[-1]:.2f}")
    print(f"largest difference of a score: {difference:.1e} nats")


if __name__ == "__main__":
    main()
