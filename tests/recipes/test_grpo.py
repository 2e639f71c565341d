from types import SimpleNamespace

import pytest

from dulcet.errors import InputError
from dulcet.recipes.grpo import GRPO
from dulcet.recipes.methods import make_method
from dulcet.recipes.playing import drawn_tasks, encoded, means
from dulcet.training.config import TrainConfig
from dulcet.training.metrics import MetricsFile
from dulcet.training.policy_gradient import PolicyGradient
from dulcet.training.watch import Limits, TrainingError
from dulcet.trajectory import Grade, Outcome
from tests.recipes.yes_no import REPLY, SMALL, TASKS, Fresh, ingredients, said, success


def small(**changes):
    settings = {"iterations": 5, "tasks": 8, "episodes": 8, "train": TrainConfig(**SMALL, batch=64, epochs=4)}
    return GRPO(**settings | changes)


def with_reward(reward, task="t0", number=0):
    grade = Grade(tests_passed=reward, success=reward == 1, outcome="different")
    return said(task, "yes", "no", number).model_copy(update={"grade": grade})


def test_the_paper_s_numbers_are_the_defaults():
    method = make_method("grpo")
    assert (method.train.lr, method.train.batch, method.train.epochs, method.loss.kl) == (1e-6, 1024, 1, 0.04)
    assert (method.tasks, method.episodes, method.loss.mean, method.by_std) == (16, 64, "sequence", True)
    assert method.train.learning_rate(0, 10) == method.train.learning_rate(9, 10) == 1e-6


def test_an_episode_is_compared_with_the_others_of_its_task():
    group = [with_reward(r) for r in (1.0, 0.0, 0.0, 0.0)]
    assert GRPO().advantages(group) == pytest.approx([3**0.5, -(3**-0.5), -(3**-0.5), -(3**-0.5)])
    assert GRPO(by_std=False).advantages(group) == pytest.approx([0.75, -0.25, -0.25, -0.25])
    assert GRPO().advantages([with_reward(0.5)] * 4) is None


def test_groups_alike_teach_nothing_and_are_counted(either, tmp_path):
    run = SimpleNamespace(notes={})
    episodes = [with_reward(1.0, "t0", n) for n in range(3)] + [with_reward(n / 2, "t1", n) for n in range(3)]
    made = GRPO().experience(ingredients(either, tmp_path), run, episodes)
    assert {one.group for one in made} == {"t1"} and len(made) == 3
    assert [one.advantages[0] for one in made] == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])
    assert all(len(one.advantages) == 2 for one in made)
    assert run.notes == {"groups_alike": 1.0}


def test_nobody_learns_not_to_end_from_a_message_that_was_cut_off(either, tmp_path):
    given = ingredients(either, tmp_path)
    whole = said("t0", "yes", "no")
    (plain,) = encoded(given, whole)
    (cut,) = encoded(given, whole.model_copy(update={"outcome": Outcome.TRUNCATED, "grade": None}))
    assert plain.ids[-1] == given.encoder.end_of_turn
    assert cut.ids == plain.ids[:-1] and cut.targets == plain.targets - 1
    assert cut.spans[0] == plain.spans[0]  # the first message did end


def test_every_task_has_its_turn_before_one_comes_again():
    ids = [f"t{n}" for n in range(10)]
    drawn = [drawn_tasks(ids, number, 5, seed=3) for number in range(4)]
    assert sorted(drawn[0] + drawn[1]) == sorted(drawn[2] + drawn[3]) == ids
    assert drawn[0] + drawn[1] != drawn[2] + drawn[3]
    assert len(set(drawn_tasks(ids, 3, 7, seed=3))) == 7
    assert sorted(drawn_tasks(ids, 2, 99, seed=3)) == ids


def test_it_finds_the_best_policy_and_leaves_its_numbers(either, tmp_path):
    before = success(either, tmp_path / "before.jsonl")
    given = ingredients(either, tmp_path / "grpo", episodes=[])
    policy = small().run(given)
    after = success(policy, tmp_path / "after.jsonl")
    assert before < 0.35 and after > 0.6
    rows = list(MetricsFile(tmp_path / "grpo" / "metrics.jsonl").rows())
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5]
    assert rows[-1]["success"] > 2 * rows[0]["success"]
    assert rows[0]["episodes"] == 64 and rows[0]["steps"] == 4 and rows[0]["kl_first"] > 0
    left = sorted(path.parent.name for path in (tmp_path / "grpo").glob("*/model"))
    assert left == ["iteration_0005"] and policy.parent.name == left[0]  # the weights of before went, the episodes stay
    assert len(list((tmp_path / "grpo").glob("*/episodes.jsonl"))) == 5
    given.fresh.calls = 0
    assert small().run(given) == policy and given.fresh.calls == 0  # finished
    with pytest.raises(InputError, match=r"train\.lr"):
        small(train=TrainConfig(**SMALL | {"lr": 1e-4}, batch=64)).run(given)


def test_a_policy_that_collapses_is_stopped_and_the_one_before_stays(either, tmp_path):
    hard = TrainConfig(**SMALL | {"lr": 0.1}, batch=64, epochs=4, watch=Limits(kl=None))
    limits = Limits(window=1, longest=1.2, shortest=0.9)
    with pytest.raises(TrainingError, match=r"its replies are .* times as long as at the start.*watch\.") as caught:
        small(train=hard, loss=PolicyGradient(kl=0.0), watch=limits).run(ingredients(either, tmp_path))
    assert str(tmp_path) in str(caught.value)
    rows = list(MetricsFile(tmp_path / "metrics.jsonl").rows())
    assert rows and (tmp_path / f"iteration_{len(rows):04d}" / "model").is_dir()


def test_where_all_do_equally_well_nothing_is_learnt_and_it_is_said(either, tmp_path):
    class Same(Fresh):
        def collect(self, model, out, **options):
            return [said(task, "no", "no") for task in TASKS]

    with pytest.raises(InputError, match="in none of the 2 iterations did one episode do better"):
        small(iterations=2).run(ingredients(either, tmp_path, rollouts=Same()))


def test_what_is_seen_of_episodes():
    numbers = means([said("t0", "yes", "yes"), said("t0", "no", "no")])
    assert numbers == {"episodes": 2, "reward": 0.5, "success": 0.5, "turns": 2, "reply_tokens": 2}
    assert means([]) == {"episodes": 0}
    assert said("t0", "yes", "yes").turns[0].reply == REPLY


def test_without_anybody_to_play_with_it_says_so(either, tmp_path):
    with pytest.raises(InputError, match="nobody to play with"):
        small().run(ingredients(either, tmp_path, rollouts=None))


def test_nothing_is_held_out():
    with pytest.raises(InputError, match="set held_out to 0"):
        make_method("grpo", train={"held_out": 0.1})
