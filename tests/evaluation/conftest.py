"""Episodes made by hand."""

import pytest

from dulcet.trajectory import Grade, Outcome, Trajectory, Turn


def play(
    task: str,
    passed: float | None = 1.0,
    *,
    episode: int = 0,
    turns: int = 2,
    outcome: Outcome = Outcome.ANSWERED,
    leaks: int = 0,
    redacted: bool = False,
    human: str = "scripted",
) -> Trajectory:
    asked = [Turn(raw="q", content="q", reply="r", tokens=10, leaks=leaks, redacted=redacted) for _ in range(turns - 1)]
    grade = None
    if passed is not None:
        grade = Grade(tests_passed=passed, success=passed == 1.0, outcome="passed" if passed == 1.0 else "wrong")
    return Trajectory(
        task_id=task,
        episode=episode,
        prompt="Please write f(x).",
        turns=(*asked, Turn(raw="a", content="a", tokens=30)),
        answer="def f(x): return x" if grade else None,
        outcome=outcome,
        grade=grade,
        agent={"kind": "direct"},
        human={"kind": human, "name": "scripted", "version": 1},
    )


@pytest.fixture
def make():
    return play
