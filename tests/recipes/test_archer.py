from dulcet.recipes.archer import ArCHer
from dulcet.recipes.methods import make_method, trainings
from dulcet.training.config import TrainConfig
from dulcet.training.metrics import MetricsFile
from dulcet.training.policy_gradient import PolicyGradient
from tests.recipes.yes_no import SMALL, ingredients, success


def small(**changes):
    settings = {
        "iterations": 5,
        "tasks": 8,
        "episodes": 8,
        "critic_first": 0,
        "polyak": 0.3,
        "critic": TrainConfig(**SMALL, batch=64, epochs=100, max_steps=30),
        "policy": TrainConfig(**SMALL, batch=64, epochs=4),
        "loss": PolicyGradient(kl=0.0, mean="token"),
    }
    return ArCHer(**settings | changes)


def test_the_authors_numbers_are_the_defaults():
    method = make_method("archer")
    assert (method.critic.lr, method.policy.lr, method.polyak, method.critic_loss.discount) == (2e-5, 1e-6, 0.1, 0.95)
    assert (method.tasks * method.episodes, method.critic_first, method.loss.kl) == (128, 20, 0)
    assert trainings("archer") == ["critic", "policy"]


def test_it_finds_the_best_policy(either, tmp_path):
    before = success(either, tmp_path / "before.jsonl")
    policy = small().run(ingredients(either, tmp_path / "archer"))
    assert before < 0.35 and success(policy, tmp_path / "after.jsonl") > 0.5
    rows = list(MetricsFile(tmp_path / "archer" / "metrics.jsonl").rows())
    assert rows[-1]["critic_q_loss"] < rows[0]["critic_q_loss"]
    critics = sorted(path.parent.parent.name for path in (tmp_path / "archer").glob("*/critic/model"))
    assert critics == ["iteration_0005"]


def test_at_the_start_the_critic_alone_learns_and_the_replay_forgets(either, tmp_path):
    seen = []

    class Seen(ArCHer):
        def remembered(self, given, run):
            data = super().remembered(given, run)
            seen.append((len(data), sum(item.own for item in data)))
            return data

    method = Seen(**{name: getattr(small(), name) for name in ArCHer.model_fields})
    quick = method.critic.model_copy(update={"max_steps": 2})
    method = method.model_copy(update={"iterations": 3, "critic_first": 1, "replay": 2, "tasks": 4, "critic": quick})
    method.run(ingredients(either, tmp_path))
    rows = list(MetricsFile(tmp_path / "metrics.jsonl").rows())
    assert [row["learnt_from"] > 0 for row in rows] == [False, True, True]
    # 32 offline episodes of the first policy stand for an iteration to come; then the last two are there
    assert seen == [(64, 64), (64, 32), (64, 32)]
