"""Policy gradients: episodes whose turns have an advantage, and the clipped loss on them.

Where the advantages come from is the method's own: GRPO compares the episodes of a group, ArCHer asks a critic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence as Listed
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, NonNegativeFloat

from dulcet.training import losses
from dulcet.training.batch import Batch
from dulcet.training.data import Demonstration, Item, targets
from dulcet.training.objectives import Settings, wrong_data

if TYPE_CHECKING:
    from torch import Tensor

    from dulcet.training.objectives import Metrics


@dataclass(frozen=True)
class Experience(Demonstration):
    """An episode, with the advantage of each of the agent's turns."""

    advantages: tuple[float, ...] = ()
    """Axis K."""

    def __post_init__(self) -> None:
        """Raises ValueError where there is not one advantage for each turn."""
        super().__post_init__()
        if len(self.advantages) != sum(len(sequence.spans) for sequence in self.sequences):
            raise ValueError("an experience has one advantage for each turn")


class PolicyGradient(Settings):
    """The clipped surrogate over the agent's own tokens, with a penalty for leaving the first weights.

        -min(r A, clip(r, 1 - clip, 1 + clip_high) A) + kl (exp(x) - 1 - x)

    with r = pi / pi_old of a token, pi_old the policy that wrote it, A its turn's advantage, and
    x = log pi_first - log pi (GRPO, arXiv 2402.03300, equations 3 and 4). As long as r is 1 it is plain REINFORCE.
    """

    needs_reference: ClassVar[bool] = True
    """The policy that wrote the episodes: the one that this training starts from."""

    clip: float = Field(0.2, gt=0, lt=1)
    clip_high: float | None = Field(None, gt=0)
    """Where the upper limit differs from the lower (DAPO, arXiv 2503.14476)."""
    kl: NonNegativeFloat = 0.04
    """Coefficient of the penalty; above 0 the training needs an anchor, the first weights."""
    mean: Literal["sequence", "token", "sum"] = "sequence"
    """sequence: each episode's mean over its tokens, then over episodes (GRPO); token: the mean over all tokens (DAPO);
    sum: each episode's sum, then the mean over episodes (Dr. GRPO, arXiv 2503.20783, but for its constant)."""

    def size(self, item: Item) -> float:
        """1, or the number of its tokens where all tokens count the same."""
        if not isinstance(item, Experience):
            raise wrong_data(self, item)
        return float(targets(item)) if self.mean == "token" else 1.0

    def loss(self, logp_T: Tensor, batch: Batch) -> tuple[Tensor, Metrics]:
        """Sum over episodes of their loss."""
        if batch.reference_T is None or (self.kl and batch.anchor_T is None):
            raise ValueError("a policy gradient needs the log-probabilities of the policy that wrote the episodes")
        tokens_S = batch.tokens_SK.sum(-1)
        ratio_T = (logp_T - batch.reference_T).exp()
        high = self.clip if self.clip_high is None else self.clip_high
        advantage_T = turns_advantages(batch)
        gain_T = losses.clipped_surrogate(ratio_T, advantage_T, self.clip, high)
        metrics = {
            "entropy": -batch.reference_T,  # of the policy that drew them: what its own samples say
            "clipped": ((ratio_T < 1 - self.clip) | (ratio_T > 1 + high)).float(),
            "kl": losses.kl_estimate(logp_T - batch.reference_T),
        }
        loss_T = -gain_T
        if batch.anchor_T is not None:
            metrics["kl_first"] = losses.kl_estimate(batch.anchor_T - logp_T)
            loss_T = loss_T + self.kl * metrics["kl_first"]
        loss_S = batch.spread(loss_T).sum((1, 2))
        loss_S = loss_S / tokens_S if self.mean == "sequence" else loss_S
        means = {name: batch.spread(value_T.detach()).sum((1, 2)) / tokens_S for name, value_T in metrics.items()}
        return loss_S.sum(), {name: value_S.sum() for name, value_S in means.items()}


def turns_advantages(batch: Batch) -> Tensor:
    """The advantage of each target token: that of its turn (axis T)."""
    import torch

    flat = [a for item in batch.items for a in item.advantages]  # type: ignore[union-attr]
    lengths = batch.tokens_SK[batch.tokens_SK > 0]
    return torch.tensor(flat, dtype=torch.float32, device=lengths.device).repeat_interleave(lengths)


def advantages_hash(data: Listed[Item]) -> str:
    """SHA-256 over the advantages, in order."""
    listed = [item.advantages if isinstance(item, Experience) else () for item in data]
    return hashlib.sha256(repr(listed).encode()).hexdigest()
