"""Scoring the candidates of a turn: as a forest, against a cache of the history, or with the history for each.

All ways score the same candidates of real dialogues with the same model in one run, in turn, several times; printed are
the median seconds by the clock, how many times the forest's that is, and the largest difference of a score from it.

Usage: python benchmarks/candidate_scoring.py [--model FOLDER]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.credit import cached
from dulcet.credit.privileged import privileged
from dulcet.credit.scoring import Asked, CandidateScorer
from dulcet.house.demonstrators import SKILLS, demonstrate
from dulcet.humans.scripted import ScriptedHuman
from dulcet.models.house_model import house_path
from dulcet.models.loading import load_model, load_tokenizer
from dulcet.training.data import Demonstration
from dulcet.training.encoding import Encoder, Ids, Sequence, Span
from dulcet.training.reference import score


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


def alone(model: Any, parts: list[tuple[Ids, Ids]]) -> list[float]:
    """Each candidate's mean log-probability, its history computed anew."""
    spans = [Span(0, len(history), len(history) + len(target)) for history, target in parts]
    rows = [Sequence(history + target, (span,)) for (history, target), span in zip(parts, spans, strict=True)]
    values = score(model, [Demonstration([row]) for row in rows], bf16=False, share=False)
    return [float(value_T.mean()) for value_T in values]


def timed(work: Callable[[], list[float]]) -> tuple[float, list[float]]:
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
    model, encoder = load_model(options.model), Encoder(load_tokenizer(options.model), 8192)
    scorer, asked = CandidateScorer(model, encoder), questions(options.turns, options.candidates)
    parts = [(encoder.prompt_ids(history), encoder.target_ids(text)) for history, texts in asked for text in texts]
    ways: dict[str, Callable[[], list[float]]] = {
        "forest": lambda: [value for row in scorer.mean_logps(asked) for value in row],
        "cache": lambda: cached.mean_logps(model, parts),
        "history for each": lambda: alone(model, parts),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    scores: dict[str, list[float]] = {}
    for _ in range(options.repeats):
        for way, work in ways.items():
            took, scores[way] = timed(work)
            seconds[way].append(took)
    print(f"{options.turns} turns x {options.candidates} candidates, {options.repeats} repeats, in turn")
    for way, took_all in seconds.items():
        ratio = statistics.median(b / a for a, b in zip(seconds["forest"], took_all, strict=True))
        difference = max(abs(a - b) for a, b in zip(scores["forest"], scores[way], strict=True))
        print(f"{way:18}{statistics.median(took_all):8.3f} s{ratio:8.2f} x   largest difference {difference:.1e} nats")


if __name__ == "__main__":
    main()
