"""The credits of SWEET-RL by name, and their quality, end to end with the house model on a handful of tasks."""

from dataclasses import replace

import pytest

from dulcet.agents.open import AgentSpec
from dulcet.benchmarks.backend.benchmark import Backend
from dulcet.errors import InputError
from dulcet.jsonl import read
from dulcet.models.house_model import house_path
from dulcet.models.open import ModelSpec
from dulcet.recipes.base import Ingredients
from dulcet.recipes.critic_truth import TruthSettings, find_truth, measure_credit
from dulcet.recipes.rollouts import Rollouts
from dulcet.recipes.sweet_rl import SweetRL
from dulcet.rollout.branch import Continuation
from dulcet.rollout.play import Play
from dulcet.training.config import TrainConfig

SMALL = TruthSettings(tasks=4, episodes=3, turns=5, candidates=3, continuations=2)


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    tasks = Backend().synthesise(5, seed=9, split="validation", difficulty=1)
    base = house_path("backend")
    setup = Play(model=ModelSpec(model=str(base), device="cpu"), agent=AgentSpec(prompt="none", max_tokens=160))
    return Ingredients(
        base=str(base), tasks={task.id: task for task in tasks}, episodes=(), system="",
        out=tmp_path_factory.mktemp("held"), max_tokens=1024, max_new_tokens=160, device="cpu",
        rollouts=Rollouts(tasks, setup),
    )  # fmt: skip


@pytest.fixture(scope="module")
def truth(held):
    return find_truth(held, SMALL)


def test_the_truth_is_found_once(held, truth):
    assert len(truth.states) == 5 and {one.task_id for one in truth.states} <= set(list(held.tasks)[:4])
    for state, row in zip(truth.states, truth.estimates, strict=True):
        assert len(state.candidates) == len(row) and state.hidden == held.tasks[state.task_id].hidden
        assert all(len(one.rewards) == (1 if one.ended else 2) and 0 <= one.value <= 1 for one in row)
    before = (held.out / "truth.jsonl").read_bytes()
    assert find_truth(held, SMALL) == truth and (held.out / "truth.jsonl").read_bytes() == before
    assert len({(row.branch, row.sample) for row in read(held.out / "truth.jsonl", Continuation)}) > 5


@pytest.mark.parametrize(
    "credit", ["untrained", "monte_carlo", "information_gain", "judge", "regression", "classification"]
)
def test_each_credit_is_measured_by_it(credit, held, truth, tmp_path, caplog):
    trained = held.fresh.collect(held.base, tmp_path / "e.jsonl", seed=1, episodes=4) if "ss" in credit else ()
    given = replace(held, out=tmp_path / "row", episodes=trained)
    method = SweetRL(
        credit=credit, head={"lr": 1e-3, "epochs": 1, "held_out": 0}, judge={"max_tokens": 2, "opponents": 1},
        monte_carlo={"continuations": 1},
    )  # fmt: skip
    found = measure_credit(method, given, held, truth)
    assert found.critic["kind"] == credit and found.unreadable == found.unknown == 0
    assert -1 <= found.spearman.value <= 1 and found.spearman.count <= 5
    if credit == "judge":  # the house model has never seen a judge's words
        assert found.candidate_accuracy.value == 0.5 and "verdicts cannot be read" in caplog.text


def test_credit_without_hidden_information_is_shown_none(held, truth, tmp_path):
    method = SweetRL(credit="information_gain", hidden=False)
    with pytest.raises(InputError, match="there is none"):
        measure_credit(method, replace(held, out=tmp_path), held, truth)


def test_monte_carlo_credit_is_what_sweet_rl_learns_from(held, tmp_path):
    """The whole method on four turns: the policy's pairs prefer what the continuations found to be worth more."""
    given = replace(held, out=tmp_path, episodes=held.fresh.collect(held.base, tmp_path / "e.jsonl", seed=2))
    method = SweetRL(
        credit="monte_carlo", turns=4, candidates=6, monte_carlo={"continuations": 2},
        policy=TrainConfig(lr=1e-5, batch=4, held_out=0, log_to=()),
    )  # fmt: skip
    policy = method.run(given)
    assert (policy / "model.safetensors").exists()
    assert (tmp_path / "turn_preferences.jsonl").read_text().count("\n") > 0
    assert not (tmp_path / "critic").exists(), "nothing is trained but the policy"
