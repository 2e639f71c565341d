"""Which turns candidates are drawn for."""

from collections import Counter

from dulcet.recipes.candidates import turns_to_draw
from dulcet.recipes.sweet_rl import SweetRL
from dulcet.trajectory import Outcome, Trajectory, Turn


def talk(number: int, turns: int) -> Trajectory:
    said = tuple(Turn(raw="x", content="x", tokens=1) for _ in range(turns))
    return Trajectory(task_id=f"t{number}", prompt="p", turns=said, outcome=Outcome.TURN_LIMIT)


def test_evenly_means_as_many_of_each_place_as_there_are() -> None:
    talks = [talk(number, 1 if number < 20 else 3) for number in range(24)]
    places = [Counter(turn for _, turn in turns_to_draw(talks, count, 7, even=True)) for count in (12, 14, None)]
    assert places == [{0: 4, 1: 4, 2: 4}, {0: 6, 1: 4, 2: 4}, {0: 24, 1: 4, 2: 4}]
    some = turns_to_draw(talks, 12, 7, even=False)
    assert len(some) == 12 and some == turns_to_draw(talks, None, 7, even=False)[:12]
    assert some != turns_to_draw(talks, 12, 8, even=False)


def test_the_paper_draws_at_random() -> None:
    assert not SweetRL().even
