"""Episodes whose lesson is known: whoever asks for the threshold succeeds, whoever says `Hm.` does not."""

import json

from dulcet.credit.base import ScoreRequest
from dulcet.credit.head import GradedTurns, TurnPair

MAX_TOKENS = 512
GOOD, BAD = "What is the threshold?", "Hm."


def asked(number, *candidates, said=()):
    """A question about a message after the request, or after what was said then (agent, person, ...)."""
    roles = ("assistant", "user") * len(said)
    later = ({"role": role, "content": text} for role, text in zip(roles, said, strict=False))
    opening = {"role": "user", "content": f"Please write f{number}(x)."}
    return ScoreRequest((opening, *later), f"def f{number}(x): return x > {number}", candidates, f"task {number}")


def turns(number, question, *, kept=True):
    """Two turns; with `kept` off the history of the second has not the first as it was written."""
    answer = f"I WANT TO ANSWER: {number}"
    before = question if kept else question.lower()
    return (asked(number, question), asked(number, answer, said=(before, f"It is {number}.")))


def pairs(count=12):
    """Pairs of episodes of two turns; a third of them are read as several sequences, and every other loser is short."""
    found = []
    for number in range(count):
        good, bad = (turns(number, question, kept=number % 3 != 0) for question in (GOOD, BAD))
        found.append(TurnPair(good, bad[: 1 + number % 2]))
    return found


def graded(count=12):
    return [GradedTurns(side, side is pair.chosen) for pair in pairs(count) for side in (pair.chosen, pair.rejected)]


def metrics(out):
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
