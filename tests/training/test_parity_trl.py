"""DPO on single turns agrees with TRL: live where trl is installed, and with numbers that TRL gave, everywhere."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from dulcet.models.loading import load_model
from dulcet.training.batch import collate
from dulcet.training.data import Pair
from dulcet.training.encoding import Sequence, Span
from dulcet.training.logprobs import TargetLogps
from dulcet.training.objectives import StepDPO
from dulcet.training.reference import score
from tests.training.trl_reference import BETA, CASES, REPLIES, messages, moved, trl_step

torch.set_num_threads(1)

GOLDEN = json.loads(Path(__file__).with_name("trl_golden.json").read_text())
OURS = {
    "sigmoid": StepDPO(beta=BETA, nll=0),
    "ipo": StepDPO(beta=BETA, nll=0, kind="ipo", normalise="trajectory"),
    "robust": StepDPO(beta=BETA, nll=0, kind="robust", noise=0.2),
    "sigmoid_norm": StepDPO(beta=BETA, nll=0, normalise="trajectory"),
    "sigmoid_sft": StepDPO(beta=BETA, nll=0.5),
    "sigmoid_norm_sft": StepDPO(beta=BETA, nll=0.5, normalise="trajectory"),
}
"""TRL averages IPO's log ratios over the tokens, as its authors are said to have done; and its `sft` term over the
tokens of all pairs, where ours is each pair's mean: they are the same for one pair."""
ALONE = ("sigmoid_sft", "sigmoid_norm_sft")


def our_pairs(encoder, numbers):
    return [Pair(*([encoder.encode(messages(number), text)] for text in REPLIES[number])) for number in numbers]


def why_not():
    """Why TRL itself cannot be asked here; empty where it can."""
    if importlib.util.find_spec("trl") is None:
        return "trl is not installed: pip install trl (no dependency of dulcet; its numbers are tested without it)"
    from trl.trainer import utils

    fused = hasattr(utils, "_ChunkedLogProbFunction") and utils._ChunkedLogProbFunction is None
    return "this trl computes its loss with Triton alone, so on a GPU: pip install trl==1.11.0" if fused else ""


@pytest.mark.parametrize(
    ("case", "number"), [(case, number) for case in CASES for number in range(3) if number < 2 or case not in ALONE]
)
def test_the_loss_is_the_one_that_trl_gave(case, number):
    batch = GOLDEN["batches"][number]
    count = len(batch["policy"]) // 2
    turns = [[Sequence((1,) * (len(logp) + 1), (Span(0, 1, len(logp) + 1),))] for logp in batch["policy"]]
    pairs = [Pair(turns[n], turns[n + count]) for n in range(count)]
    sides = [np.concatenate([batch["reference"][n], batch["reference"][n + count]]) for n in range(count)]
    reference = [torch.from_numpy(side) for side in sides]
    made = collate(pairs, reference)
    loss, _ = OURS[case].loss(torch.tensor(np.concatenate(batch["policy"])), made)
    assert loss.item() / count == pytest.approx(batch["losses"][case], abs=1e-6)


@pytest.mark.skipif(bool(why_not()), reason=why_not())
@pytest.mark.parametrize("case", CASES)
def test_loss_and_gradient_are_trls_own(case, tiny, encoder, tmp_path):
    numbers = [0] if case in ALONE else [0, 1]
    theirs, gradients, (their_policy, _) = trl_step(tiny, case, numbers, tmp_path)
    pairs = our_pairs(encoder, numbers)
    reference, policy = (load_model(tiny, "cpu").double().requires_grad_(grad) for grad in (False, True))
    moved(policy)
    batch = collate(pairs, score(reference, pairs, bf16=False))
    logp_T = TargetLogps(policy, bf16=False)(batch)
    assert logp_T.detach().double().numpy() == pytest.approx(np.concatenate(their_policy), abs=1e-6)
    loss, _ = OURS[case].loss(logp_T, batch)
    (loss / len(numbers)).backward()
    assert loss.item() / len(numbers) == pytest.approx(theirs, abs=1e-6)
    for name, parameter in policy.named_parameters():
        assert torch.allclose(parameter.grad, gradients[name], atol=1e-6), name
