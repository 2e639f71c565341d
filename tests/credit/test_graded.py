"""Answers are worth what they earn; what does not end the episode stays as the critic says."""

import math

import pytest

from dulcet.credit.graded import GradedAnswers
from dulcet.errors import DulcetError, InputError
from dulcet.models.open import ModelSpec
from dulcet.protocol import Rules
from dulcet.rollout import play_on
from dulcet.rollout.play import Play
from tests.credit.fees import BROKEN, HALF, RIGHT, TASK, USEFUL, USELESS, WRONG, request

ALSO_RIGHT = RIGHT.replace("age < 18", "not age >= 18")


class Stub:
    """Says the same of every turn."""

    def __init__(self, *said):
        self.identity, self.said = {"kind": "stub"}, said

    def advantages(self, requests):
        return [list(self.said[: len(one.candidates)]) for one in requests]


def graded(out, *said, **rules):
    setup = Play(model=ModelSpec(model="nobody/plays-on"), rules=Rules(**rules))
    return GradedAnswers(Stub(*said), {TASK.id: TASK}, setup, out / "answers.jsonl")


def test_what_succeeds_is_above_every_question_and_what_fails_below(tmp_path):
    critic = graded(tmp_path, 2.0, -3.0, 5.0, 4.0, 3.0, 9.0)
    asked = request(USEFUL, USELESS, WRONG, HALF, BROKEN, RIGHT)
    (found,) = critic.advantages([asked])
    assert found == [2.0, -3.0, -11.0, -10.5, -11.0, 10.0]  # the bound is 1 + 9
    assert critic.identity == {"kind": "stub", "answers": "graded"}


def test_two_right_answers_are_equal_and_what_nobody_could_read_stays_out(tmp_path):
    (found,) = graded(tmp_path, 0.1, 0.3, -math.inf).advantages([request(RIGHT, ALSO_RIGHT, RIGHT)])
    assert found == [pytest.approx(1.3)] * 2 + [-math.inf]


def test_the_last_message_is_an_answer_whatever_it_says(tmp_path):
    critic = graded(tmp_path, 1.0, 0.0, max_turns=1)
    assert critic.advantages([request(USEFUL, RIGHT), request(), request(USELESS)]) == [[-3.0, 2.0], [], [-3.0]]


def test_each_answer_is_graded_once(tmp_path):
    first = graded(tmp_path, 0.0, 1.0, 2.0).advantages([request(RIGHT, WRONG, RIGHT), request(RIGHT)])
    kept = (tmp_path / "answers.jsonl").read_text()
    assert len(kept.splitlines()) == 2
    assert graded(tmp_path, 0.0, 1.0, 2.0).advantages([request(RIGHT, WRONG, RIGHT), request(RIGHT)]) == first
    assert (tmp_path / "answers.jsonl").read_text() == kept


def test_an_answer_that_could_not_be_graded_is_left_out_and_not_judged(tmp_path, monkeypatch):
    """One grading fails: its candidate is not given the critic's number instead."""
    real = play_on.grade_end

    async def failing(task, step, grade):
        if step.answer == "def fee(age):\n    return 1":
            raise DulcetError("the grader is away")
        return await real(task, step, grade)

    monkeypatch.setattr(play_on, "grade_end", failing)
    (found,) = graded(tmp_path, 5.0, 5.0, 0.5).advantages([request(WRONG, RIGHT, USEFUL)])
    assert found == [-math.inf, 6.0, 0.5]


def test_a_task_that_nobody_knows_is_named(tmp_path):
    critic = GradedAnswers(Stub(0.0), {}, Play(model=ModelSpec(model="nobody/plays-on")), tmp_path / "answers.jsonl")
    with pytest.raises(InputError, match="does not know the task 'fee'"):
        critic.advantages([request(RIGHT)])
