"""A critic that is taught to read: what succeeds depends on what only the hidden information says."""

from dataclasses import replace

import pytest

from dulcet.credit.base import ScoreRequest
from dulcet.recipes.base import NothingToLearnError
from dulcet.recipes.credits import make_credit
from dulcet.recipes.sweet_rl import SweetRL
from dulcet.recipes.sweet_rounds import SweetRounds
from dulcet.task import Task
from dulcet.training.config import TrainConfig
from dulcet.trajectory import Grade, Outcome, Trajectory, Turn
from tests.recipes.yes_no import SMALL, ingredients

WORDS = ("yes", "no")
SECRETS = {
    f"t{number}": Task(id=f"t{number}", prompt="Well?", hidden=WORDS[number % 2], checks=()) for number in range(8)
}
TAUGHT = SweetRL(credit="untrained", warm_up=TrainConfig(**SMALL | {"lr": 1e-2}, batch=8, epochs=40, device="cpu"))


def said(task, word, episode):
    right = SECRETS[task].hidden == word
    grade = Grade(tests_passed=float(right), success=right, outcome="passed" if right else "wrong")
    turns = (Turn(raw=word, content=word, tokens=2),)
    outcome = Outcome.TURN_LIMIT
    return Trajectory(task_id=task, episode=episode, prompt="Well?", turns=turns, outcome=outcome, grade=grade)


def given(either, out, wanted=lambda one: True):
    episodes = [said(task, word, number) for task in SECRETS for number, word in enumerate(WORDS)]
    return replace(ingredients(either, out), tasks=SECRETS, episodes=[one for one in episodes if wanted(one)])


def right_by(critic):
    """For each hidden word how much better it finds that word than the other."""
    asked = [ScoreRequest(({"role": "user", "content": "Well?"},), word, WORDS) for word in WORDS]
    (yes, not_yes), (not_no, no) = critic.advantages(asked)
    return yes - not_yes, no - not_no


def test_it_reads_what_it_could_not(either, tmp_path):
    plain = make_credit(TAUGHT.model_copy(update={"warm_up": False}), given(either, tmp_path / "plain"))
    taught = make_credit(TAUGHT, given(either, tmp_path / "taught"))
    assert min(right_by(taught)) > 1.0 > max(right_by(plain))
    assert (tmp_path / "taught" / "warm_up" / "model").is_dir()


def test_what_is_not_shown_to_the_critic_is_not_shown_to_its_warm_up(either, tmp_path):
    blind = make_credit(TAUGHT.model_copy(update={"hidden": False}), given(either, tmp_path))
    assert max(right_by(blind)) < 1.0


def test_without_a_success_there_is_nothing_to_imitate(either, tmp_path):
    with pytest.raises(NothingToLearnError, match="succeeded"):
        make_credit(TAUGHT, given(either, tmp_path, lambda one: not one.success))


def test_in_rounds_every_critic_is_warmed_up_from_the_same_weights(either, tmp_path, monkeypatch):
    from dulcet.recipes import sweet_rl

    began = []
    real = sweet_rl.warm_up

    def noted(given, base, *rest, **more):
        began.append(base)
        return real(given, base, *rest, **more)

    monkeypatch.setattr(sweet_rl, "warm_up", noted)
    quick = TrainConfig(**SMALL, batch=8, epochs=1, device="cpu")
    method = SweetRounds(credit="untrained", warm_up=quick, policy=quick, candidates=4, turns=4, episodes=1)
    method.run(ingredients(either, tmp_path))
    assert began == [str(either)] * len(began) and len(began) >= 2
