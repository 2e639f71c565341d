"""Nested key-value retrieval (MemGPT, section 3.2.2): the value of a key is a key again, n times.

Convention, which the paper leaves open: at level n the first n values are keys and the next is not, so that a chain of
level n takes n + 1 look-ups (level 0 is plain retrieval). To be sure that the last value is no key takes one more.
"""

from itertools import pairwise
from random import Random
from uuid import UUID

from dulcet.benchmarks.memory.suite import Document, History, Question, Suite, checked
from dulcet.seeds import derive

CONVENTION = "a chain of level n takes n + 1 look-ups; one more shows that its value is no key"
PAIRS = 140
LEVELS = 5
"""Levels 0 to 4."""
ORDERINGS = 30
Pair = tuple[str, str]


def nested_kv(*, seed: int, pairs: int = PAIRS, levels: int = LEVELS, orderings: int = ORDERINGS) -> Suite:
    """For each level and ordering one chain among `pairs` random pairs, its place and theirs drawn anew."""
    histories: dict[str, History] = {}
    questions: list[Question] = []
    for level in range(levels):
        for ordering in range(orderings):
            name = f"level{level}-{ordering}"
            random = Random(derive(seed, "nested_kv", level, ordering))
            drawn, chain = _draw(random, pairs, level)
            histories[name] = kv_history(name, drawn)
            questions.append(kv_question(f"{name}-q", name, chain))
    source = {"synthesised": True, "seed": seed, "pairs": pairs, "orderings": orderings, "convention": CONVENTION}
    return checked(Suite("nested_kv", histories, tuple(questions), source), "nested_kv")


def kv_history(name: str, pairs: list[Pair]) -> History:
    """An archive with one document a pair."""
    return History(name, documents=tuple(Document(key, "", f'"{key}": "{value}"') for key, value in pairs))


def kv_question(name: str, history: str, chain: list[str]) -> Question:
    """Ask for the end of the chain: its keys in order, and the last value, which is no key."""
    level = len(chain) - 2
    keys = tuple(chain[:-1])
    return Question(name, history, f"Key: {keys[0]}", (chain[-1],), keys, f"level {level}", {"level": level})


def _draw(random: Random, pairs: int, level: int) -> tuple[list[Pair], list[str]]:
    """(pairs in a random order, the chain's keys and its last value)."""
    names = [str(UUID(int=random.getrandbits(128), version=4)) for _ in range(2 * pairs - level)]
    keys, values = names[:pairs], names[pairs:]
    chain = [*keys[: level + 1], values[0]]
    drawn = [*pairwise(chain), *zip(keys[level + 1 :], values[1:], strict=True)]
    random.shuffle(drawn)
    return drawn, chain
