from pathlib import Path

import pytest

from dulcet.credit.preferences import Candidates, trajectory_preferences, turn_preferences
from dulcet.recipes.base import Ingredients
from dulcet.trajectory import Grade, Outcome, Trajectory, Turn
from tests.scripted import make_page_task, make_task


def episode(task: str, number: int, passed: float, outcome: Outcome = Outcome.ANSWERED) -> Trajectory:
    grade = Grade(tests_passed=passed, success=passed == 1.0, outcome="wrong") if outcome.gradable else None
    turns = (Turn(raw="hi", content="hi"),)
    return Trajectory(task_id=task, episode=number, prompt="p", turns=turns, outcome=outcome, grade=grade)


def found(episodes, **options):
    return [(p.task_id, p.chosen, p.rejected) for p in trajectory_preferences(episodes, **options)]


def test_best_against_every_worse_one_of_the_same_task() -> None:
    runs = [
        episode("a", 0, 0.2),
        episode("a", 1, 1.0),
        episode("a", 2, 1.0),
        episode("a", 3, 0.5),
        episode("b", 0, 0.9),
    ]
    assert found(runs) == [("a", 1, 0), ("a", 1, 3)]


def test_margin_and_success() -> None:
    runs = [episode("a", 0, 0.2), episode("a", 1, 0.3), episode("a", 2, 0.9)]
    assert found(runs, margin=0.65) == [("a", 2, 0)]
    assert found(runs, chosen_succeeds=True) == []


def test_failures_of_the_machinery_and_episodes_that_were_cut_off_take_no_part() -> None:
    failed = episode("a", 0, 0.0, Outcome.SIMULATOR_FAILED)
    assert found([failed, episode("a", 1, 0.5)]) == []
    assert found([episode("a", 0, 0.0, Outcome.TRUNCATED), episode("a", 1, 0.5)]) == []
    assert found([episode("a", 0, 0.0, Outcome.NO_ANSWER), episode("a", 1, 0.5)]) == [("a", 1, 0)]


def scored(*advantages: float) -> Candidates:
    names = tuple(f"text {number}" for number in range(len(advantages)))
    return Candidates(task_id="a", episode=0, turn=1, candidates=names, advantages=advantages)


def test_halves_pair_the_better_half_with_the_worse_half() -> None:
    row = scored(*[n / 16 for n in range(16)])
    pairs = turn_preferences([row], per_turn=8, seed=1)
    value = dict(zip(row.candidates, row.advantages, strict=True))
    assert 5 <= len(pairs) <= 8
    assert all(value[p.chosen] >= 0.5 > value[p.rejected] for p in pairs)
    assert len({(p.chosen, p.rejected) for p in pairs}) == len(pairs)
    assert pairs == turn_preferences([row], per_turn=8, seed=1) != turn_preferences([row], per_turn=8, seed=2)


def test_best_worst() -> None:
    pairs = turn_preferences([scored(0.1, 0.9, 0.5, 0.3)], per_turn=1, seed=0, rule="best_worst")
    assert [(p.chosen, p.rejected) for p in pairs] == [("text 1", "text 0")]
    assert pairs[0].margin == pytest.approx(0.8)


def test_no_pair_without_a_difference() -> None:
    assert turn_preferences([scored(0.5, 0.5, 0.5, 0.5)], per_turn=4, seed=0) == []
    same = Candidates(task_id="a", episode=0, turn=0, candidates=("x", "x"), advantages=(1.0, 0.0))
    assert turn_preferences([same], per_turn=4, seed=0) == []
    assert turn_preferences([scored(0.5)], per_turn=4, seed=0) == []
    assert turn_preferences([scored(0.2, 0.3)], per_turn=4, seed=0, margin=0.2) == []


def test_pages_are_compared_with_each_other_from_a_tenth_on() -> None:
    runs = [episode("p0", 0, 0.2), episode("p0", 1, 0.3), episode("p0", 2, 0.45), episode("p0", 3, 0.4)]
    pages = Ingredients("house", {"p0": make_page_task()}, runs, "", Path("out"))
    pairs = [(p.chosen, p.rejected) for p in pages.preferences(None)]
    assert pairs == [(2, 0), (2, 1), (3, 0), (3, 1), (1, 0)]
    assert [(p.chosen, p.rejected) for p in pages.preferences(0.2)] == [(2, 0), (3, 0)]
    functions = Ingredients("house", {"p0": make_task()}, runs, "", Path("out"))
    assert [(p.chosen, p.rejected) for p in functions.preferences(None)] == [(2, 0), (2, 1), (2, 3)]
