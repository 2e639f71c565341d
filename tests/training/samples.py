"""Small episodes with a clear lesson: the good one asks and uses the answer, the bad one does neither."""

import random

from dulcet.training.data import Demonstration, Pair
from dulcet.training.encoding import Sequence, Span
from dulcet.trajectory import Outcome, Trajectory, Turn

MAX_TOKENS = 512
SYSTEM = "You work with a person."


def episode(number, good, *, thoughts=False):
    question = "What is the threshold?" if good else "Hm."
    raw = f"I should ask. OUTPUT: {question}" if thoughts else question
    answer = f"I WANT TO ANSWER: {number if good else 'None'}"
    turns = (Turn(raw=raw, content=question, reply=f"It is {number}."), Turn(raw=answer, content=answer))
    return Trajectory(task_id=f"task {number}", prompt=f"Write f{number}(x).", turns=turns, outcome=Outcome.ANSWERED)


def pairs(encoder, count=12, system=SYSTEM):
    """Pairs of very different lengths; every third has thoughts that leave the history."""
    found = []
    for number in range(count):
        chosen, rejected = (episode(number, good, thoughts=number % 3 == 0) for good in (True, False))
        sides = [encoder.encode_trajectory(system if number % 2 else None, side) for side in (chosen, rejected)]
        found.append(Pair(*sides, group=chosen.task_id))
    return found


def turn_pairs(encoder, count=8):
    found = []
    for number in range(count):
        history = episode(number, True).history(1)
        sides = ([encoder.encode(history, f"I WANT TO ANSWER: {answer}")] for answer in (number, "I don't know"))
        found.append(Pair(*sides))
    return found


def demonstrations(encoder, count=12):
    return [Demonstration(pair.chosen, weight=1 + index % 2) for index, pair in enumerate(pairs(encoder, count))]


def random_sequences(seed, tokens=4):
    """Token sequences of which many begin alike, and some are equal."""
    draw = random.Random(seed)
    made = [tuple(draw.randrange(1, 1 + tokens) for _ in range(draw.randrange(1, 9))) for _ in range(3)]
    for _ in range(9):
        start = draw.choice(made)
        made.append(
            start[: draw.randrange(1 + len(start))] + tuple(draw.choices(range(1, 1 + tokens), k=draw.randrange(1, 40)))
        )
    return [*made, draw.choice(made)]


def random_pairs(seed, tokens=200):
    """Pairs of a few random sequences, with random spans; trajectories that are several sequences too."""
    draw = random.Random(seed)
    made = [sequence for sequence in random_sequences(seed, tokens) if len(sequence) > 2]

    def side():
        found = []
        for ids in draw.sample(made, draw.randrange(1, 3)):
            cuts = sorted(draw.sample(range(1, len(ids) + 1), 2))
            found.append(Sequence(ids, (Span(len(found), cuts[0], cuts[1]),)))
        return found

    return [Pair(side(), side(), weight=draw.choice((1.0, 2.0))) for _ in range(6)]
