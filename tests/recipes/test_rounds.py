import json
from dataclasses import replace

from dulcet.credit.sweet import SweetCritic
from dulcet.recipes.credits import make_credit
from dulcet.recipes.rejection_fine_tuning import RejectionFineTuning
from dulcet.recipes.rounds import fresh_episodes
from dulcet.recipes.sweet_rounds import SweetRounds
from dulcet.training.config import TrainConfig
from dulcet.training.data import Demonstration
from dulcet.training.objectives import SFT, StepDPO
from dulcet.training.objectives import SweetCritic as CriticLoss
from dulcet.training.trainer import train
from tests.recipes.yes_no import SMALL, TASKS, ingredients, success

QUICK = TrainConfig(**SMALL, batch=8, epochs=4)


def weights(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.safetensors")))


def test_one_round_of_rejection_fine_tuning_is_what_it_was(either, tmp_path):
    given = ingredients(either, tmp_path / "method", rollouts=None)
    policy = RejectionFineTuning(train=QUICK).run(given)
    good = [run for run in given.episodes if run.success]
    data = [Demonstration(given.encoder.encode_trajectory("", run), group=run.task_id) for run in good]
    config = QUICK.model_copy(update={"device": "cpu"})
    assert policy == tmp_path / "method" / "model"
    assert weights(policy) == weights(train(either, data, SFT(), config, tmp_path / "plain"))


def test_rejection_fine_tuning_in_rounds_learns_from_all_successes_and_begins_anew(either, tmp_path):
    given = ingredients(either, tmp_path / "rft")
    gentle = QUICK.model_copy(update={"lr": 1e-3, "epochs": 2})
    policy = RejectionFineTuning(train=gentle, rounds=3, episodes=4).run(given)
    assert policy == tmp_path / "rft" / "round_3" / "model" and given.fresh.calls == 2
    notes = [json.loads((folder / "model" / "training.json").read_text()) for folder in (given.out, policy.parent)]
    assert notes[0]["model"] == notes[1]["model"]  # from the first weights
    assert notes[1]["steps"] > notes[0]["steps"]  # on more successes
    first, last = (success(folder, tmp_path / f"{n}.jsonl") for n, folder in enumerate((given.out / "model", policy)))
    assert last > max(first, 0.5)


def test_fresh_episodes_are_numbered_on(either, tmp_path):
    given = ingredients(either, tmp_path)
    fresh = fresh_episodes(given, given.base, 2, 3, given.episodes)
    assert sorted({run.episode for run in fresh}) == [4, 5, 6] and len(fresh) == 3 * len(TASKS)
    assert (tmp_path / "round_2" / "episodes.jsonl").is_file()
    assert fresh_episodes(given, given.base, 2, 3, given.episodes) == fresh


SWEET = SweetRounds(
    critic=QUICK,
    critic_loss=CriticLoss(beta=1.0, nll=0.0),
    policy=TrainConfig(**SMALL, batch=16, epochs=2),
    policy_loss=StepDPO(beta=0.5, nll=0.3),
    candidates=6,
    turns=24,
    episodes=2,
)


def test_sweet_rl_in_rounds_goes_on_from_the_newest_policy(either, tmp_path):
    method = SWEET
    given = ingredients(either, tmp_path / "sweet")
    policy = method.run(given)
    first, second = tmp_path / "sweet", tmp_path / "sweet" / "round_2"
    assert policy == second / "policy" / "model" and given.fresh.calls == 1
    notes = {
        name: [json.loads((folder / name / "model" / "training.json").read_text()) for folder in (first, second)]
        for name in ("critic", "policy")
    }
    assert notes["critic"][0]["model"] == notes["critic"][1]["model"]  # the critic begins anew
    assert notes["policy"][0]["model"] != notes["policy"][1]["model"]  # the policy goes on
    drawn = [json.loads(line) for line in (second / "candidates_6.jsonl").read_text().splitlines()]
    assert {row["episode"] for row in drawn} <= {4, 5}  # after turns of its own episodes
    reached = [success(folder / "policy" / "model", tmp_path / f"{folder.name}.jsonl") for folder in (first, second)]
    assert success(either, tmp_path / "before.jsonl") < reached[0] < reached[1] + 0.05
    assert reached[1] > 0.5
    assert method.run(given) == policy and given.fresh.calls == 2  # asked again, and there already


def test_critics_of_all_rounds_are_compared_with_the_same_weights(either, tmp_path):
    given = ingredients(either, tmp_path)
    plain = SWEET.model_copy(update={"reference_hidden": False})
    policy = plain.run(given)
    critics = [given.out / "critic", given.out / "round_2" / "critic"]
    notes = [json.loads((critic / "model" / "training.json").read_text()) for critic in critics]
    assert notes[0]["reference"]["model"] == notes[1]["reference"]["model"]
    later = plain.model_copy(update={"critic_base": given.base})
    critic = make_credit(later, replace(given, base=str(policy)))
    assert isinstance(critic, SweetCritic) and critic.reference == given.base
