"""The losses, as pure functions of tensors.

Axes: B example, K turn, T token. A `ratio` is a log ratio, log pi(a|o) - log pi_ref(a|o), in nats. A loss over
preferences returns one value for each pair (axis B); the trainer takes their mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

Normalise = Literal["turn", "trajectory", "none"]
Kind = Literal["sigmoid", "ipo", "robust"]


def sft(logp_BT: Tensor) -> Tensor:
    """Negative log-likelihood of each example's tokens, -sum_t log pi(a_t | o, a_<t); 0 where there is no token.

    Dividing by the number of target tokens of the whole optimiser step (the trainer does) gives the usual token mean.
    """
    return -logp_BT.sum(-1)


def nll(logp_BK: Tensor, tokens_BK: Tensor) -> Tensor:
    """Mean negative log-likelihood a token of each example: the NLL term on the chosen side (SWEET-RL, Table 5).

    `logp_BK` sums the log-probabilities of each turn's tokens, `tokens_BK` counts them.
    """
    return -logp_BK.sum(-1) / tokens_BK.sum(-1).clamp(min=1)


def dpo(chosen_B: Tensor, rejected_B: Tensor, ref_chosen_B: Tensor, ref_rejected_B: Tensor, beta: float) -> Tensor:
    """Direct preference optimisation (Rafailov et al., arXiv 2305.18290, equation 7), one value a pair.

    -log sigmoid(beta [(log pi(y+) - log pi_ref(y+)) - (log pi(y-) - log pi_ref(y-))]); the arguments are
    log-probabilities of whole replies, sums over their tokens.
    """
    return bradley_terry(chosen_B - ref_chosen_B, rejected_B - ref_rejected_B, beta)


def mdpo(chosen_BK: Tensor, rejected_BK: Tensor, eta: float) -> Tensor:
    """Multi-turn DPO of MAGNET (arXiv 2503.07826), one value a pair.

    -log sigmoid(eta [sum_k ratio+_k - sum_k ratio-_k]) with the log ratio of each turn (sum over its tokens); turns
    that a trajectory does not have are 0. As typeset in the paper the logarithm is missing and the sign favours the
    loser; this is the usable form.
    """
    return bradley_terry(chosen_BK.sum(-1), rejected_BK.sum(-1), eta)


def magnet(sft_B: Tensor, mdpo_B: Tensor, lam: float) -> Tensor:
    """MAGNET's sum for each pair, L_SFT(tau+) + lambda L_mDPO(tau+, tau-)."""
    return sft_B + lam * mdpo_B


def trajectory_score(ratio_SK: Tensor, tokens_SK: Tensor, normalise: Normalise) -> Tensor:
    """S(tau), the score of each trajectory, axis S: the SWEET critic's (arXiv 2503.15478, section 4.2), or DPO's.

    `ratio_SK` sums the token log ratios of each turn, `tokens_SK` counts them (0 for turns that are not there).
    turn: sum over turns of the mean over the turn's tokens (the paper); trajectory: mean over all tokens of the
    trajectory (the critic's released code; length-normalised DPO); none: the sum of all (DPO).
    """
    if normalise == "turn":
        return (ratio_SK / tokens_SK.clamp(min=1)).sum(-1)
    if normalise == "trajectory":
        return ratio_SK.sum(-1) / tokens_SK.sum(-1).clamp(min=1)
    return ratio_SK.sum(-1)


def sweet_critic(chosen_B: Tensor, rejected_B: Tensor, beta: float) -> Tensor:
    """J_A = -log sigmoid(beta S(tau+) - beta S(tau-)), one value a pair; the scores are those of `trajectory_score`."""
    return bradley_terry(chosen_B, rejected_B, beta)


def bradley_terry(chosen_B: Tensor, rejected_B: Tensor, beta: float) -> Tensor:
    """-log sigmoid(beta (s+ - s-)), one value a pair (Bradley and Terry, 1952)."""
    from torch.nn.functional import logsigmoid

    return -logsigmoid(beta * (chosen_B - rejected_B))


def ipo(chosen_B: Tensor, rejected_B: Tensor, beta: float) -> Tensor:
    """Identity preference optimisation (Azar et al., arXiv 2310.12036, equation 17), one value a pair.

    (h - 1 / (2 beta))^2 with h = s+ - s-: a regression to a margin, so that a pair that is certain is not pushed
    without end. `beta` is the paper's tau.
    """
    return (chosen_B - rejected_B - 1 / (2 * beta)).square()


def robust(chosen_B: Tensor, rejected_B: Tensor, beta: float, noise: float) -> Tensor:
    """DPO for labels of which a share `noise` < 1/2 is swapped (Chowdhury et al., arXiv 2403.00409).

    [(1 - noise) l(h) - noise l(-h)] / (1 - 2 noise) with l(h) = -log sigmoid(beta h): over the swaps its mean is the
    loss of the true labels. With no noise it is DPO.
    """
    as_said_B, swapped_B = bradley_terry(chosen_B, rejected_B, beta), bradley_terry(rejected_B, chosen_B, beta)
    return ((1 - noise) * as_said_B - noise * swapped_B) / (1 - 2 * noise)


def preference(chosen_B: Tensor, rejected_B: Tensor, beta: float, kind: Kind, noise: float) -> Tensor:
    """The loss of that kind on the two sides' scores; `noise` is that of `robust` and counts for no other kind."""
    if kind == "ipo":
        return ipo(chosen_B, rejected_B, beta)
    return robust(chosen_B, rejected_B, beta, noise) if kind == "robust" else bradley_terry(chosen_B, rejected_B, beta)


def kl_estimate(ratio_T: Tensor) -> Tensor:
    """Each token's estimate of KL(pi_ref || pi), exp(ratio) - 1 - ratio: never negative, unbiased where pi_ref drew it.

    (Schulman, "Approximating KL divergence", estimator k3.)
    """
    return ratio_T.expm1() - ratio_T


def clipped_surrogate(ratio: Tensor, advantage: Tensor, low: float, high: float) -> Tensor:
    """PPO's objective of each token, which is to be raised (Schulman et al., arXiv 1707.06347, equation 7).

    min(r A, clip(r, 1 - low, 1 + high) A) with r = pi(a_t | .) / pi_old(a_t | .), `ratio`, under the policy that
    drew the token; any shapes that fit one another. One `low` = `high` is the paper's; DAPO (arXiv 2503.14476) has two.
    """
    import torch

    return torch.minimum(ratio * advantage, ratio.clamp(1 - low, 1 + high) * advantage)
