"""ArCHer's critic: its loss against plain arithmetic, its target network, and credit to the turn that earned it."""

import math
from types import SimpleNamespace

import pytest
import torch

from dulcet.credit.base import ScoreRequest
from dulcet.credit.utterance import Played, TemporalDifference, UtteranceCritic, UtteranceStage
from dulcet.credit.utterance.model import UtteranceModel, UtteranceValues
from dulcet.credit.utterance.objective import turn_values
from dulcet.errors import InputError
from dulcet.models.loading import load_tokenizer
from dulcet.training.batch import collate
from dulcet.training.config import TrainConfig
from dulcet.training.data import Demonstration
from dulcet.training.encoding import Encoder
from dulcet.training.reference import score_with
from dulcet.trajectory import Outcome, Trajectory, Turn
from tests.tiny import make_tiny_llama

torch.set_num_threads(1)

PLAIN = {"held_out": 0.0, "warmup": 0.0, "final_lr": 1.0, "bf16": False, "log_to": (), "device": "cpu"}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_llama(tmp_path_factory.mktemp("tiny"), spread=0.2)


@pytest.fixture(scope="module")
def encoder(tiny):
    return Encoder(load_tokenizer(tiny), 512)


def played(encoder, *said, own=True, prompt="Well?"):
    """A success where no was said first and yes in the end; the other messages change nothing."""
    turns = tuple(Turn(raw=text, content=text, reply="Really?") for text in said)
    run = Trajectory(task_id="t", prompt=prompt, turns=turns, outcome=Outcome.TURN_LIMIT)
    reward = float(said[0] == "no" and said[-1] == "yes")
    return Played(encoder.encode_trajectory("", run), reward=reward, own=own)


def test_the_loss_is_that_of_plain_arithmetic(encoder):
    data = [
        played(encoder, "no", "well", "yes"),
        played(encoder, "yes", "no", own=False),
        played(encoder, "no"),
    ]
    batch = collate(data)
    values_T4 = torch.randn(len(batch.target_T), 4, generator=torch.Generator().manual_seed(1))
    objective = TemporalDifference(discount=0.9)
    loss, metrics = objective.loss(values_T4, batch)
    q_loss, v_loss, at = [], [], 0
    for item in data:
        turns = []
        for span in (span for sequence in item.sequences for span in sequence.spans):
            end = at + span.end - span.start
            turns.append((values_T4[end - 1, 0], values_T4[at, 1], values_T4[end - 1, 2], values_T4[at, 3]))
            at = end
        wanted = [0.9 * float(turn[3]) for turn in turns[1:]] + [item.reward]
        q_loss.append([(float(turn[0]) - want) ** 2 for turn, want in zip(turns, wanted, strict=True)])
        v_loss.append([item.own * (float(turn[1]) - float(turn[2])) ** 2 for turn in turns])
    assert loss.item() == pytest.approx(sum(map(sum, q_loss)) + sum(map(sum, v_loss)), rel=1e-5)
    assert metrics["q_loss"].item() == pytest.approx(sum(sum(row) / len(row) for row in q_loss), rel=1e-5)
    assert sum(map(objective.size, data)) == 6
    with pytest.raises(InputError, match="cannot train on a Demonstration"):
        objective.size(Demonstration(data[0].sequences))


def test_the_value_of_a_state_knows_nothing_of_what_is_said_there(tiny, encoder):
    model = UtteranceModel(tiny, "cpu")
    torch.nn.init.normal_(model.heads.weight)
    values = UtteranceValues(model, bf16=False)
    items = [played(encoder, "no", "yes"), played(encoder, "no", "no"), played(encoder, "yes", "no")]
    for share in (False, True):
        q, v, _, _ = turn_values(values(batch := collate(items, share=share)), batch)
        assert batch.shape[:2] == (3, 2)
        assert v[0, 0].item() == pytest.approx(v[2, 0].item(), abs=1e-5)
        assert v[0, 1].item() == pytest.approx(v[1, 1].item(), abs=1e-5)
        assert q[0, 0].item() == pytest.approx(q[1, 0].item(), abs=1e-5)
        assert len({round(number.item(), 3) for number in (q[0, 0], q[2, 0], q[0, 1], q[1, 1], v[2, 1])}) == 5


def test_the_target_follows_slowly_and_has_no_gradient(tiny, encoder):
    model = UtteranceModel(tiny, "cpu")
    model.requires_grad_(True)
    batch = collate([played(encoder, "no", "yes")])
    loss, _ = TemporalDifference().loss(UtteranceValues(model, bf16=False)(batch), batch)
    loss.backward()
    assert all(parameter.grad is None for parameter in model.target_body.parameters())
    assert model.target_heads.weight.grad is None and model.heads.weight.grad is not None
    with torch.no_grad():
        model.heads.bias.fill_(1.0)
    for expected in (0.25, 0.4375):
        model.follow(0.25)
        assert model.target_heads.bias.tolist() == pytest.approx([expected, expected])


@pytest.fixture(scope="module")
def learnt(tiny, encoder, tmp_path_factory):
    """A critic that was shown all there is to say in two turns, in two stages."""
    words = ("yes", "no")
    data = [played(encoder, a, b, prompt=f"Well? {n}") for a in words for b in words for n in range(3)]
    out, stages = tmp_path_factory.mktemp("critic"), 2
    config = TrainConfig(**PLAIN, lr=3e-3, batch=12, epochs=60)
    folder, before = tiny, None
    for number in range(stages):
        stage = UtteranceStage(
            folder, data, TemporalDifference(discount=1.0), config, out / str(number), polyak=0.3,
            number=number, stages=stages, before=before,
        )  # fmt: skip
        folder, before = stage.carry_out(), out / str(number)
    return SimpleNamespace(folder=folder, stage=stage, critic=UtteranceCritic(folder, device="cpu", max_tokens=512))


def test_credit_goes_to_the_turn_that_earned_it(learnt, encoder):
    asked = {
        "first": ((), ("no", "yes")),
        "after no": (("no",), ("yes", "no")),
        "after yes": (("yes",), ("yes", "no")),
    }
    found = {}
    for name, (before, candidates) in asked.items():
        history = [{"role": "user", "content": "Well? 1"}]
        for text in before:
            history += [{"role": "assistant", "content": text}, {"role": "user", "content": "Really?"}]
        found[name] = learnt.critic.advantages([ScoreRequest(tuple(history), "hidden", candidates)])[0]
    # success is 1 after no and yes, else 0: V is 1/4 at the start, 1/2 after no, 0 after yes
    assert found["first"] == pytest.approx([0.25, -0.25], abs=0.12)
    assert found["after no"] == pytest.approx([0.5, -0.5], abs=0.2)
    assert found["after yes"] == pytest.approx([0.0, 0.0], abs=0.12)
    (turns,) = learnt.critic.of_turns([played(encoder, "no", "yes", prompt="Well? 1")])
    assert turns == pytest.approx([found["first"][0], found["after no"][0]], abs=1e-4)


def test_a_critic_s_folder_is_read_again_with_its_targets(learnt, encoder):
    one, two = UtteranceModel(learnt.folder, "cpu"), UtteranceModel(learnt.folder, "cpu")
    item = [played(encoder, "no", "yes")]
    (a,), (b,) = (score_with(UtteranceValues(model, bf16=False), item) for model in (one, two))
    assert torch.equal(a, b) and a.shape[1] == 4 and not torch.allclose(a[:, :2], a[:, 2:], atol=1e-4)
    assert learnt.critic.identity["kind"] == "archer"
    assert learnt.stage.carry_out() == learnt.folder  # finished
    (learnt.folder / "utterance.safetensors").rename(learnt.folder / "away")
    (learnt.folder / "utterance.safetensors").write_bytes(b"broken")
    with pytest.raises(InputError, match="the critic cannot be loaded"):
        UtteranceModel(learnt.folder, "cpu")
    (learnt.folder / "away").rename(learnt.folder / "utterance.safetensors")


def test_what_is_too_long_to_read_comes_last(learnt):
    history = ({"role": "user", "content": "Well?"},)
    (row,) = learnt.critic.advantages([ScoreRequest(history, "", ("no", "no " * 400))])
    assert math.isfinite(row[0]) and row[1] == -math.inf
