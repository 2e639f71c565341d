"""Which turns candidates are drawn for."""

from collections import Counter

from dulcet.recipes.sweet_rl import SweetRL, _rank_in_place
from dulcet.trajectory import Outcome, Trajectory, Turn


def talk(number: int, turns: int) -> Trajectory:
    said = tuple(Turn(raw="x", content="x", tokens=1) for _ in range(turns))
    return Trajectory(task_id=f"t{number}", prompt="p", turns=said, outcome=Outcome.TURN_LIMIT)


def test_evenly_means_as_many_of_each_place_as_there_are() -> None:
    talks = [talk(number, 1 if number < 20 else 3) for number in range(24)]
    states = [(one, turn) for one in talks for turn in range(len(one.turns))]
    states.sort(key=_rank_in_place(states))
    assert Counter(turn for _, turn in states[:12]) == {0: 4, 1: 4, 2: 4}
    assert Counter(turn for _, turn in states) == {0: 24, 1: 4, 2: 4}


def test_the_paper_draws_at_random() -> None:
    assert not SweetRL().even
