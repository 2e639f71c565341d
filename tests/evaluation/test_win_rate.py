import json

import pytest

from dulcet.errors import InputError
from dulcet.evaluation.build import build_table
from dulcet.evaluation.win_rate import read_rival, rewards, win_rate
from dulcet.jsonl import write_all
from dulcet.trajectory import Grade, Outcome, Trajectory


def episode(task: str, reward: float, number: int = 0, outcome: Outcome = Outcome.ANSWERED) -> Trajectory:
    grade = Grade(tests_passed=reward, success=reward == 1, outcome="alike") if outcome.gradable else None
    return Trajectory(task_id=task, episode=number, prompt="p", outcome=outcome, grade=grade)


def test_a_tie_counts_half_and_other_tasks_not_at_all() -> None:
    rival = {"a": 0.5, "b": 0.5, "c": 0.5}
    runs = [episode("a", 0.6), episode("b", 0.5), episode("c", 0.1), episode("z", 1.0)]
    assert win_rate(runs, rival) == 0.5
    assert win_rate([episode("z", 1.0)], rival) is None
    assert win_rate([episode("a", 0.0, outcome=Outcome.NO_ANSWER)], rival) == 0.0


def test_a_rival_s_several_answers_are_averaged_and_failures_left_out() -> None:
    runs = [episode("a", 0.2), episode("a", 0.6, 1), episode("b", 0, outcome=Outcome.SIMULATOR_FAILED)]
    assert rewards(runs) == {"a": pytest.approx(0.4)}


def test_stored_sets_of_answers(tmp_path) -> None:
    write_all(tmp_path / "episodes.jsonl", [episode("a", 0.2), episode("b", 0.9)])
    graded = tmp_path / "graded.json"
    graded.write_text(json.dumps({"results": [{"id": "a", "tests_passed": 0.2}, {"id": "b", "tests_passed": 0.9}]}))
    assert read_rival(tmp_path / "episodes.jsonl") == read_rival(graded) == {"a": 0.2, "b": 0.9}
    graded.write_text("[]")
    with pytest.raises(InputError, match="holds no graded answers"):
        read_rival(graded)
    with pytest.raises(InputError, match="cannot be read"):
        read_rival(tmp_path / "nowhere.json")


def test_the_table_has_wins_with_intervals_where_there_is_a_rival() -> None:
    tasks = [f"t{number}" for number in range(30)]
    methods = {
        "first": [episode(task, 0.5) for task in tasks],
        "second": [episode(task, 0.6 if number % 3 else 0.4) for number, task in enumerate(tasks)],
    }
    plain = build_table(methods, seed=1)
    assert plain.rival is None and plain.methods["first"].win_rate is None
    table = build_table(methods, seed=1, benchmark="frontend", rival=("first", rewards(methods["first"])))
    assert (table.rival, table.methods["first"].win_rate, table.methods["first"].win_rate_interval) == (
        "first",
        0.5,
        (0.5, 0.5),
    )
    second = table.methods["second"]
    assert second.win_rate == pytest.approx(2 / 3, abs=1e-6)
    low, high = second.win_rate_interval
    assert 0.4 < low < 2 / 3 < high < 0.9
    assert table.methods["second"].tests_passed_interval == plain.methods["second"].tests_passed_interval
