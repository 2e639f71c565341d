"""What the objectives do beyond their losses: settings that do not fit, and what is logged."""

import pytest
import torch

from dulcet.training.batch import collate
from dulcet.training.objectives import StepDPO, SweetCritic, TrajectoryDPO
from tests.training.samples import pairs

torch.set_num_threads(1)


def scored(encoder, objective, count=3):
    """Loss and metrics on made-up log-probabilities, and the batch."""
    data = pairs(encoder, count)
    total = sum(sequence.targets for pair in data for side in pair.sides for sequence in side)
    policy, reference = -torch.rand(2, total, generator=torch.Generator().manual_seed(0))
    batch = collate(data)
    batch.reference_T = reference
    return objective.loss(policy, batch), policy, batch


@pytest.mark.parametrize("settings", [{"kind": "robust"}, {"noise": 0.1}, {"kind": "ipo", "noise": 0.1}])
def test_noise_without_the_robust_kind_is_an_error_and_so_is_the_reverse(settings):
    with pytest.raises(ValueError, match="go together"):
        StepDPO(**settings)


def test_settings_count_in_the_identity():
    assert StepDPO().identity != StepDPO(kind="ipo").identity
    assert StepDPO().identity != StepDPO(normalise="turn").identity


def test_a_mean_of_the_log_ratios_is_the_critics_score(encoder):
    for normalise in ("turn", "trajectory", "none"):
        (dpo, one), *_ = scored(encoder, TrajectoryDPO(beta=0.7, nll=0.2, normalise=normalise))
        (critic, other), *_ = scored(encoder, SweetCritic(beta=0.7, nll=0.2, normalise=normalise))
        assert dpo.item() == critic.item()
        assert one["margin"] == other["margin"]


def test_what_is_logged_is_what_it_is_called(encoder):
    (_, metrics), policy, batch = scored(encoder, TrajectoryDPO(beta=0.7))
    logp_SK, ratio_SK = batch.spread(policy).sum(-1), batch.spread(policy - batch.reference_T).sum(-1)
    chosen, rejected = logp_SK.sum(-1).chunk(2)
    margin = 0.7 * torch.sub(*ratio_SK.sum(-1).chunk(2))
    assert metrics["chosen_logp"].item() == pytest.approx(chosen.sum().item(), rel=1e-6)
    assert metrics["rejected_logp"].item() == pytest.approx(rejected.sum().item(), rel=1e-6)
    assert metrics["margin"].item() == pytest.approx(margin.sum().item(), rel=1e-5)
    assert metrics["accuracy"].item() == (margin > 0).sum().item()
    assert metrics["kl"].item() > 0
