"""Long conversations of two people who mention things in passing, amid much small talk, over many sessions."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dulcet.benchmarks.memory.suite import Turn
from dulcet.benchmarks.memory.synthesis.lexicon import EVENTS, KINDS, NAMES, NEAR, SMALL_TALK, WHEN, Kind
from dulcet.benchmarks.memory.times import START, turn_time

Place = tuple[int, int]
"""(session, turn), both from 1."""


@dataclass(frozen=True)
class Fact:
    """What one of the two let slip: values, and the turns where each was said."""

    speaker: str
    kind: Kind
    values: tuple[str, ...]
    turns: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """What one of the two did, and the day of it."""

    speaker: str
    asked: str
    day: datetime
    turn: str


@dataclass(frozen=True)
class Talk:
    """A conversation and everything in it that can be asked for."""

    speakers: tuple[str, str]
    """The first one is the user."""
    turns: tuple[Turn, ...]
    facts: tuple[Fact, ...]
    events: tuple[Event, ...]


class _Board:
    """The empty places of a conversation, by who speaks there: the first speaker has the odd turns."""

    def __init__(self, random: Random, sessions: int, length: int) -> None:
        self.starts = list(_starts(random, sessions))
        self.lines: dict[Place, str] = {}
        self._free = [[(s + 1, t + 1) for s in range(sessions) for t in range(who, length, 2)] for who in (0, 1)]
        for places in self._free:
            random.shuffle(places)

    def put(self, who: int, line: str, *, not_in: AbstractSet[int] = frozenset()) -> Place:
        """Write a line of speaker `who` into a free place, of a session that is not in `not_in` where there is one."""
        free = self._free[who]
        index = next((index for index, place in enumerate(free) if place[0] not in not_in), 0)
        place = free.pop(index)
        self.lines[place] = line
        return place

    def free(self, who: int) -> int:
        """How many places are left."""
        return len(self._free[who])


def converse(random: Random, *, sessions: int, length: int, facts: int, events: int) -> Talk:
    """A conversation of `sessions` sessions of `length` turns.

    Each speaker mentions `facts` facts and `events` things they did. What does not fit into the turns is left out.
    """
    speakers = (random.choice(NAMES), "")
    speakers = (speakers[0], random.choice([name for name in NAMES if name != speakers[0]]))
    board = _Board(random, sessions, length)
    told = [fact for who in (0, 1) for fact in _facts(random, board, speakers, who, facts)]
    done = list(_events(random, board, speakers, events))
    turns = tuple(_turns(random, board, speakers, sessions, length))
    return Talk(speakers, turns, tuple(told), tuple(done))


def turn_id(place: Place) -> str:
    """`D3:14`."""
    return f"D{place[0]}:{place[1]}"


def _starts(random: Random, sessions: int) -> Iterator[datetime]:
    start = START
    for _ in range(sessions):
        yield start
        start += timedelta(days=random.randint(3, 20), hours=random.randint(-2, 2))


def _facts(random: Random, board: _Board, speakers: tuple[str, str], who: int, count: int) -> Iterator[Fact]:
    for kind in random.sample(KINDS, min(count, len(KINDS))):
        values = random.sample(kind.pool, random.randint(2, 3) if kind.many else 1)
        if board.free(who) < len(values):
            return
        places: list[Place] = []
        for value in values:
            line = random.choice((kind.said, kind.plain))
            places.append(board.put(who, line.format(x=value), not_in={place[0] for place in places}))
        yield Fact(speakers[who], kind, tuple(values), tuple(turn_id(place) for place in places))


def _events(random: Random, board: _Board, speakers: tuple[str, str], each: int) -> Iterator[Event]:
    drawn = random.sample(EVENTS, min(2 * each, len(EVENTS)))
    for index, (line, asked) in enumerate(drawn):
        who = index % 2
        if not board.free(who):
            return
        phrase, days = random.choice(WHEN)
        place = board.put(who, f"{line} {phrase}.")
        yield Event(speakers[who], asked, board.starts[place[0] - 1] - timedelta(days=days), turn_id(place))


def _turns(random: Random, board: _Board, speakers: tuple[str, str], sessions: int, length: int) -> Iterator[Turn]:
    for session in range(1, sessions + 1):
        for number in range(1, length + 1):
            place = (session, number)
            idle = random.choice(NEAR) if random.random() < 0.2 else random.choice(SMALL_TALK)
            time = turn_time(board.starts[session - 1], number - 1)
            yield Turn(turn_id(place), speakers[(number - 1) % 2], board.lines.get(place, idle), time, session)
