import pytest

from dulcet.report.choosing import choose, first_episodes, focus
from dulcet.task import Task
from dulcet.trajectory import Grade, Outcome, Trajectory


def play(task, passed, *, episode=0, outcome=Outcome.ANSWERED):
    grade = Grade(tests_passed=passed, success=passed == 1, outcome="x") if outcome.gradable else None
    return Trajectory(task_id=task, episode=episode, prompt="p", outcome=outcome, grade=grade)


def test_gained_first_then_lost_then_the_rest():
    before = {"a": play("a", 1), "b": play("b", 0.2), "c": play("c", 0), "d": play("d", 1), "e": play("e", 0)}
    after = {"a": play("a", 0), "b": play("b", 1), "c": play("c", 1), "d": play("d", 1), "e": play("e", 0)}
    chosen = [(one.task_id, one.change) for one in choose(before, after, {})]
    assert chosen == [("c", "gained"), ("b", "gained"), ("a", "lost"), ("e", "both failed"), ("d", "both passed")]


def test_one_of_each_family_before_a_second():
    ids = [f"t{i}" for i in range(8)]
    tasks = {t: Task(id=t, prompt="", hidden="", meta={"family": "x" if i < 6 else "y"}) for i, t in enumerate(ids)}
    chosen = choose({t: play(t, 0) for t in ids}, {t: play(t, 1) for t in ids}, tasks)
    assert [one.task_id for one in chosen] == ["t0", "t6", "t1", "t7"]


def test_the_first_episode_that_the_machinery_did_not_break():
    broken = play("a", 0, episode=0, outcome=Outcome.SIMULATOR_FAILED)
    found = first_episodes([play("a", 1, episode=2), play("a", 0, episode=1), broken])
    assert found["a"].episode == 1


@pytest.mark.parametrize(
    ("methods", "subject"),
    [(["zero_shot", "sweet_rl", "other"], "sweet_rl"), (["zero_shot", "x", "y"], "y"), (["zero_shot"], None)],
)
def test_the_method_the_page_is_about(methods, subject):
    assert focus(methods, "zero_shot") == subject
