"""Against plain float64 arithmetic, one number at a time."""

import math

import pytest
import torch

from dulcet.training import losses

torch.set_num_threads(1)


def minus_log_sigmoid(x):
    return math.log1p(math.exp(-x))


def random(*shape):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(sum(shape)))


def test_dpo_is_equation_7():
    policy_chosen, policy_rejected, ref_chosen, ref_rejected = random(4, 5)
    got = losses.dpo(policy_chosen, policy_rejected, ref_chosen, ref_rejected, beta=0.3)
    for b in range(5):
        difference = (policy_chosen[b] - ref_chosen[b]) - (policy_rejected[b] - ref_rejected[b])
        assert got[b].item() == pytest.approx(minus_log_sigmoid(0.3 * difference.item()), rel=1e-12)


def test_dpo_raises_the_chosen_and_lowers_the_rejected():
    chosen, rejected = random(2, 5).requires_grad_().unbind()
    chosen.retain_grad(), rejected.retain_grad()
    losses.dpo(chosen, rejected, torch.zeros(5), torch.zeros(5), beta=0.1).sum().backward()
    assert (chosen.grad < 0).all()
    assert (rejected.grad > 0).all()
    assert torch.allclose(chosen.grad, -rejected.grad)


def test_mdpo_sums_the_turns_and_magnet_adds_the_likelihood():
    chosen, rejected, sft = random(3, 4), random(3, 6), random(3)
    got = losses.magnet(sft, losses.mdpo(chosen, rejected, eta=0.2), lam=0.7)
    for b in range(3):
        difference = sum(chosen[b].tolist()) - sum(rejected[b].tolist())
        assert got[b].item() == pytest.approx(sft[b].item() + 0.7 * minus_log_sigmoid(0.2 * difference), rel=1e-12)


@pytest.mark.parametrize("normalise", ["turn", "trajectory", "none"])
def test_the_critics_score(normalise):
    turns = [[[0.1, -0.2, 0.4], [1.0]], [[0.5, 0.5]]]  # token log ratios: two trajectories, of two turns and of one
    ratio = torch.tensor([[sum(turn) for turn in turns[0]], [1.0, 0.0]], dtype=torch.float64)
    tokens = torch.tensor([[3, 1], [2, 0]])
    naive = {
        "turn": [0.3 / 3 + 1.0, 0.5],
        "trajectory": [1.3 / 4, 0.5],
        "none": [1.3, 1.0],
    }[normalise]
    got = losses.trajectory_score(ratio, tokens, normalise)
    assert got.tolist() == pytest.approx(naive, rel=1e-12)
    loss = losses.sweet_critic(got[:1], got[1:], beta=0.1)
    assert loss.item() == pytest.approx(minus_log_sigmoid(0.1 * (naive[0] - naive[1])), rel=1e-12)


def test_ipo_is_a_regression_to_its_margin():
    chosen, rejected = random(2, 5).requires_grad_().unbind()
    chosen.retain_grad()
    got = losses.ipo(chosen, rejected, beta=0.25)
    for b in range(5):
        assert got[b].item() == pytest.approx((chosen[b] - rejected[b] - 2.0).item() ** 2, rel=1e-12)
    got.sum().backward()
    assert chosen.grad.tolist() == pytest.approx((2 * (chosen - rejected - 2.0)).tolist(), rel=1e-12)
    reached = losses.ipo(rejected.detach() + 2.0, rejected.detach(), beta=0.25)
    assert reached.tolist() == pytest.approx([0.0] * 5, abs=1e-12)


def test_the_robust_loss_takes_the_swaps_out_on_average():
    chosen, rejected = random(2, 5)
    clean = losses.bradley_terry(chosen, rejected, 0.3)
    seen = losses.robust(chosen, rejected, 0.3, noise=0.2), losses.robust(rejected, chosen, 0.3, noise=0.2)
    assert (0.8 * seen[0] + 0.2 * seen[1]).tolist() == pytest.approx(clean.tolist(), rel=1e-12)
    for b in range(5):
        h = 0.3 * (chosen[b] - rejected[b]).item()
        naive = (0.8 * minus_log_sigmoid(h) - 0.2 * minus_log_sigmoid(-h)) / 0.6
        assert seen[0][b].item() == pytest.approx(naive, rel=1e-12)
    assert torch.equal(losses.robust(chosen, rejected, 0.3, noise=0.0), clean)


def test_the_kind_names_the_loss():
    chosen, rejected = random(2, 5)
    made = {kind: losses.preference(chosen, rejected, 0.3, kind, 0.1) for kind in ("sigmoid", "ipo", "robust")}
    assert torch.equal(made["sigmoid"], losses.bradley_terry(chosen, rejected, 0.3))
    assert torch.equal(made["ipo"], losses.ipo(chosen, rejected, 0.3))
    assert torch.equal(made["robust"], losses.robust(chosen, rejected, 0.3, 0.1))


@pytest.mark.parametrize(
    "loss",
    [
        lambda c, r: losses.dpo(c, r, torch.zeros(3), torch.zeros(3), 0.3),
        lambda c, r: losses.bradley_terry(c, r, 0.3),
        lambda c, r: losses.ipo(c, r, 0.3),
        lambda c, r: losses.robust(c, r, 0.3, 0.2),
        lambda c, r: losses.mdpo(c[:, None].expand(3, 2), r[:, None].expand(3, 2), 0.3),
        lambda c, r: losses.magnet(losses.sft(c[:, None]), losses.bradley_terry(c, r, 0.3), 0.7),
    ],
)
def test_gradients_are_those_of_finite_differences(loss):
    chosen, rejected = (value.clone().requires_grad_() for value in random(2, 3))
    assert torch.autograd.gradcheck(loss, (chosen, rejected))


def test_likelihoods():
    logp = -random(2, 3).abs()
    assert losses.sft(logp).tolist() == pytest.approx([-sum(row) for row in logp.tolist()])
    tokens = torch.tensor([[2, 1, 0], [1, 1, 2]])
    assert losses.nll(logp, tokens).tolist() == pytest.approx([-sum(logp[0].tolist()) / 3, -sum(logp[1].tolist()) / 4])


def test_the_kl_estimate_is_unbiased_and_never_negative():
    reference, policy = random(2, 6).log_softmax(-1).unbind()
    estimate = losses.kl_estimate(policy - reference)
    assert (estimate >= 0).all()
    exact = (reference.exp() * (reference - policy)).sum()
    assert (reference.exp() * estimate).sum().item() == pytest.approx(exact.item(), rel=1e-9)
