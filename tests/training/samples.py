"""Small episodes with a clear lesson: the good one asks and uses the answer, the bad one does neither."""

from dulcet.training.data import Demonstration, Pair
from dulcet.trajectory import Outcome, Trajectory, Turn

MAX_TOKENS = 512
SYSTEM = "You work with a person."


def episode(number, good, *, thoughts=False):
    question = "What is the threshold?" if good else "Hm."
    raw = f"I should ask. OUTPUT: {question}" if thoughts else question
    answer = f"I WANT TO ANSWER: {number if good else 'None'}"
    turns = (Turn(raw=raw, content=question, reply=f"It is {number}."), Turn(raw=answer, content=answer))
    return Trajectory(task_id=f"task {number}", prompt=f"Write f{number}(x).", turns=turns, outcome=Outcome.ANSWERED)


def pairs(encoder, count=12):
    """Pairs of very different lengths; every third has thoughts that leave the history."""
    found = []
    for number in range(count):
        chosen, rejected = (episode(number, good, thoughts=number % 3 == 0) for good in (True, False))
        sides = [encoder.encode_trajectory(SYSTEM if number % 2 else None, side) for side in (chosen, rejected)]
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
