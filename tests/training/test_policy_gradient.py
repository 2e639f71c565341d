"""The clipped policy gradient against plain arithmetic, and one training in stages against one that went through."""

import math

import pytest
import torch

from dulcet.errors import InputError
from dulcet.models.loading import load_model
from dulcet.training.batch import collate
from dulcet.training.config import TrainConfig
from dulcet.training.data import Demonstration
from dulcet.training.job import Reference
from dulcet.training.losses import clipped_surrogate
from dulcet.training.objectives import SFT
from dulcet.training.policy_gradient import Experience, PolicyGradient, turns_advantages
from dulcet.training.reference import score
from dulcet.training.stage import Stage
from dulcet.training.trainer import carry_out
from tests.training.samples import demonstrations

torch.set_num_threads(1)

PLAIN = {"held_out": 0.0, "warmup": 0.0, "final_lr": 1.0, "bf16": False, "log_to": (), "device": "cpu", "lr": 3e-3}


def experiences(encoder, count=3):
    made = []
    for n, one in enumerate(demonstrations(encoder, count)):
        turns = sum(len(sequence.spans) for sequence in one.sequences)
        made.append(Experience(one.sequences, advantages=tuple((-1) ** (n + k) * (1 + k) / 2 for k in range(turns))))
    return made


def batch_of(data, logp_T, anchor_T=None, share=False):
    batch = collate(data, share=share)
    batch.reference_T, batch.anchor_T = logp_T, anchor_T
    return batch


def plain_loss(data, logps, references, anchors, objective):
    """In Python's own floats, token by token; and the number that divides it."""
    total = size = 0.0
    high = objective.clip if objective.clip_high is None else objective.clip_high
    for item, logp, reference, anchor in zip(data, logps, references, anchors, strict=True):
        lengths = [span.end - span.start for sequence in item.sequences for span in sequence.spans]
        advantages = [a for a, length in zip(item.advantages, lengths, strict=True) for _ in range(length)]
        losses = []
        for a, new, old, first in zip(advantages, logp, reference, anchor, strict=True):
            ratio = math.exp(new - old)
            kept = min(max(ratio, 1 - objective.clip), 1 + high)
            x = first - new
            losses.append(-min(ratio * a, kept * a) + objective.kl * (math.exp(x) - 1 - x))
        total += sum(losses) / (len(losses) if objective.mean == "sequence" else 1)
        size += len(losses) if objective.mean == "token" else 1
    return total, size


@pytest.mark.parametrize("mean", ["sequence", "token", "sum"])
@pytest.mark.parametrize("high", [None, 0.3])
def test_the_loss_is_that_of_plain_arithmetic(encoder, mean, high):
    data, objective = experiences(encoder), PolicyGradient(mean=mean, clip_high=high, kl=0.3)
    counts = [sum(sequence.targets for sequence in item.sequences) for item in data]
    draw = torch.Generator().manual_seed(0)
    logp, old, first = (torch.randn(sum(counts), generator=draw) * 0.3 - 1 for _ in range(3))
    loss, metrics = objective.loss(logp, batch_of(data, old, first))
    cut = [[part.tolist() for part in values.split(counts)] for values in (logp, old, first)]
    total, size = plain_loss(data, *cut, objective)
    assert loss.item() == pytest.approx(total, rel=1e-5)
    assert sum(map(objective.size, data)) == pytest.approx(size)
    entropy = sum(-sum(values) / len(values) for values in cut[1])
    assert metrics["entropy"].item() == pytest.approx(entropy, rel=1e-5)
    assert 0 < metrics["clipped"].item() < len(data)


def test_where_the_policy_is_the_one_that_drew_it_the_gradient_is_reinforce(encoder):
    data = experiences(encoder)
    batch = collate(data)
    logp = torch.full((len(batch.target_T),), -1.0, requires_grad=True)
    batch.reference_T = logp.detach().clone()
    loss, metrics = PolicyGradient(kl=0.0, mean="sum").loss(logp, batch)
    (gradient,) = torch.autograd.grad(loss, logp)
    assert torch.allclose(gradient, -turns_advantages(batch))
    assert metrics["kl"] == metrics["clipped"] == 0 and "kl_first" not in metrics


def test_beyond_the_limit_nothing_is_gained():
    ratio = torch.tensor([1.5, 0.5, 1.5, 0.5], requires_grad=True)
    advantage = torch.tensor([1.0, -1.0, -1.0, 1.0])
    gain = clipped_surrogate(ratio, advantage, 0.2, 0.28)
    assert gain.tolist() == pytest.approx([1.28, -0.8, -1.5, 0.5])
    (gradient,) = torch.autograd.grad(gain.sum(), ratio)
    assert gradient.tolist() == [0, 0, -1, 1]  # what went too far the right way stands still


def test_each_turn_has_its_own_advantage_however_the_batch_is_read(encoder):
    data = experiences(encoder)
    for share in (False, True):
        batch = collate(data, share=share)
        spread = batch.spread(turns_advantages(batch))
        for s, item in enumerate(data):
            for k, advantage in enumerate(item.advantages):
                assert set(spread[s, k, : batch.tokens_SK[s, k]].tolist()) == {advantage}


def test_what_does_not_fit_is_refused(encoder):
    (plain,) = demonstrations(encoder, 1)
    with pytest.raises(InputError, match="cannot train on a Demonstration"):
        PolicyGradient().size(plain)
    with pytest.raises(ValueError, match="one advantage for each turn"):
        Experience(plain.sequences, advantages=(1.0,) * 9)
    with pytest.raises(ValueError, match="log-probabilities"):
        PolicyGradient().loss(torch.zeros(1), collate(experiences(encoder, 1)))


def test_one_training_in_stages_is_one_training(tiny, encoder, tmp_path):
    """The optimiser's moments and the learning rate go on: two stages of a step are one training of two steps."""
    data = demonstrations(encoder, 4)
    config = TrainConfig(**PLAIN | {"final_lr": 0.1}, batch=4, epochs=2)
    whole = carry_out(Stage(tiny, data, SFT(), config, tmp_path / "whole"))
    once = config.model_copy(update={"epochs": 1})
    first = carry_out(Stage(tiny, data, SFT(), once, tmp_path / "a", number=0, stages=2))
    second = carry_out(Stage(first, data, SFT(), once, tmp_path / "b", number=1, stages=2, before=tmp_path / "a"))
    fresh = carry_out(Stage(first, data, SFT(), once, tmp_path / "c", number=1, stages=2))
    assert distance(second, whole) < 1e-6 < distance(fresh, whole)


def test_the_first_weights_hold_the_policy_back(tiny, encoder, tmp_path):
    data = [Experience(one.sequences, advantages=(1.0,) * len(one.advantages)) for one in experiences(encoder)]
    config = TrainConfig(**PLAIN, batch=3, epochs=6)
    moved = {}
    start = carry_out(Stage(tiny, demonstrations(encoder, 3), SFT(), config, tmp_path / "start"))
    for kl in (0.0, 5.0):
        out = tmp_path / str(kl)
        anchor = Reference(path=out / "anchor.safetensors", model=tiny) if kl else None
        objective = PolicyGradient(kl=kl, clip=0.9)
        moved[kl] = distance(carry_out(Stage(start, data, objective, config, out, anchor=anchor)), tiny, data)
    assert (tmp_path / "5.0" / "anchor.safetensors").is_file()
    assert moved[5.0] < moved[0.0]


def distance(folder, other, data=None):
    """Of two models: the largest difference of a weight, or of a log-probability of `data`."""
    one, two = (load_model(path, "cpu") for path in (folder, other))
    if data is None:
        pairs = zip(one.parameters(), two.parameters(), strict=True)
        return max(float((a - b).detach().abs().max()) for a, b in pairs)
    plain = [Demonstration(item.sequences) for item in data]
    ours, theirs = (torch.cat(score(model, plain, bf16=False)) for model in (one, two))
    return float((ours - theirs).abs().mean())
