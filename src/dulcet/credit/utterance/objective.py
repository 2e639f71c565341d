"""What the critic learns from whom: temporal differences between one turn and the next.

Axes: S episode, K turn, T target token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from dulcet.training.batch import Batch
from dulcet.training.data import Demonstration, Item
from dulcet.training.objectives import Settings, wrong_data

if TYPE_CHECKING:
    from torch import Tensor

    from dulcet.training.objectives import Metrics


@dataclass(frozen=True)
class Played(Demonstration):
    """An episode of the replay."""

    reward: float = 0.0
    """What came at its end; before it there is none."""
    own: bool = True
    """Whether the present policy played it, and not an earlier one."""


class TemporalDifference(Settings):
    """Squared differences to what the target network says of the next step (ArCHer, arXiv 2402.19446, section 3.2).

        (Q(o_k, a_k) - discount V'(o_k+1))^2        at the last turn (Q(o_K, a_K) - R)^2
        (V(o_k) - Q'(o_k, a_k))^2                   a_k as the present policy says it

    V learns from the present policy's own episodes alone, where it really said a_k; the authors draw a fresh message
    for every state of the replay instead. They also train two critics and take the lower value: here is one.
    """

    needs_reference: ClassVar[bool] = False

    discount: float = Field(0.95, gt=0, le=1)

    def size(self, item: Item) -> float:
        """Its number of turns."""
        if not isinstance(item, Played):
            raise wrong_data(self, item)
        return float(sum(len(sequence.spans) for sequence in item.sequences))

    def loss(self, values_T4: Tensor, batch: Batch) -> tuple[Tensor, Metrics]:
        """Summed over turns; the metrics are each episode's mean over its turns, summed over episodes."""
        import torch

        q_SK, v_SK, slow_q_SK, slow_v_SK = turn_values(values_T4, batch)
        items = [item for item in batch.items if isinstance(item, Played)]
        reward_S = torch.tensor([item.reward for item in items], device=q_SK.device)
        own_S1 = torch.tensor([[float(item.own)] for item in items], device=q_SK.device)
        real_SK = (batch.tokens_SK > 0).float()
        next_real_SK = torch.cat([real_SK[:, 1:], torch.zeros_like(real_SK[:, :1])], 1)
        next_v_SK = torch.cat([slow_v_SK[:, 1:], torch.zeros_like(slow_v_SK[:, :1])], 1)
        want_q_SK = torch.where(next_real_SK > 0, self.discount * next_v_SK, reward_S[:, None])
        q_loss_SK = (q_SK - want_q_SK).square() * real_SK
        v_loss_SK = (v_SK - slow_q_SK).square() * real_SK * own_S1
        shown = {"q_loss": q_loss_SK, "v_loss": v_loss_SK, "q": q_SK * real_SK, "advantage": (q_SK - v_SK) * real_SK}
        turns_S = real_SK.sum(-1)
        metrics = {name: (value_SK.detach().sum(-1) / turns_S).sum() for name, value_SK in shown.items()}
        return (q_loss_SK + v_loss_SK).sum(), metrics


def turn_values(values_T4: Tensor, batch: Batch) -> list[Tensor]:
    """q, v and the target network's q and v of each turn (axes S, K): q where the message ends, v where it begins."""
    last_SK1 = (batch.tokens_SK - 1).clamp(min=0)[..., None]
    q, v, slow_q, slow_v = (batch.spread(values_T) for values_T in values_T4.unbind(-1))
    ends, begins = ((q, slow_q), (v, slow_v))
    at_end = [value_SKL.gather(-1, last_SK1).squeeze(-1) for value_SKL in ends]
    at_start = [value_SKL[..., 0] for value_SKL in begins]
    return [at_end[0], at_start[0], at_end[1], at_start[1]]
