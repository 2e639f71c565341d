"""What a value head learns: losses over the values of turns, for critics that read words and for those that see.

Axes: S trajectory (of pairs first all the chosen, then all the rejected), K turn, B pair. A turn that a trajectory does
not have is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, get_args

from pydantic import PositiveFloat

from dulcet.credit.head.data import Graded, TurnPair
from dulcet.training.batch import Batch
from dulcet.training.data import Item, Pair
from dulcet.training.losses import bradley_terry
from dulcet.training.objectives import Settings, wrong_data

if TYPE_CHECKING:
    from torch import Tensor

    from dulcet.training.objectives import Metrics

Kind = Literal["regression", "classification"]
KINDS: tuple[str, ...] = get_args(Kind)


class Regression(Settings):
    """Bradley-Terry over sums of values: the critic's own loss with a head in place of the log-ratio.

        S(tau) = sum_k v(o_k, a_k, c)        J = -log sigma(beta S(tau+) - beta S(tau-))

    (SWEET-RL, arXiv 2503.15478, section 4.2 and Table 3.)
    """

    needs_reference: ClassVar[bool] = False

    beta: PositiveFloat = 0.1

    def size(self, item: Item | TurnPair) -> float:
        """Every pair counts the same."""
        if not isinstance(item, Pair | TurnPair):
            raise wrong_data(self, item)
        return 1.0

    def loss(self, value_T: Tensor, batch: Batch) -> tuple[Tensor, Metrics]:
        """Summed over the batch's pairs; `value_T` has the value of each of the replies' tokens."""
        return self.of_turns(turn_values(value_T, batch))

    def of_turns(self, value_SK: Tensor) -> tuple[Tensor, Metrics]:
        """The same of turns; the metrics too are sums over pairs."""
        chosen_B, rejected_B = value_SK.sum(-1).chunk(2)
        loss_B = bradley_terry(chosen_B, rejected_B, self.beta)
        margin_B = self.beta * (chosen_B - rejected_B).detach()
        right_B = (margin_B > 0).float() + 0.5 * (margin_B == 0).float()
        metrics = {"preference_loss": loss_B.detach(), "accuracy": right_B, "margin": margin_B}
        return loss_B.sum(), {name: metric_B.sum() for name, metric_B in metrics.items()}


class Classification(Settings):
    """Whether the episode succeeds, foretold at each of its turns: binary cross-entropy (Figure 3a's value function).

        J = -mean_k [y log sigma(v_k) + (1 - y) log(1 - sigma(v_k))],  y = 1 where the episode succeeded

    The mean is over all turns of a step: long episodes count by their turns.
    """

    needs_reference: ClassVar[bool] = False

    def size(self, item: Item) -> float:
        """Its number of turns."""
        if not isinstance(item, Graded):
            raise wrong_data(self, item)
        return float(sum(len(sequence.spans) for sequence in item.sequences))

    def loss(self, value_T: Tensor, batch: Batch) -> tuple[Tensor, Metrics]:
        """Summed over the batch's turns; the metrics are each episode's mean over its turns, summed over episodes."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits

        value_SK, real_SK = turn_values(value_T, batch), batch.tokens_SK > 0
        success = [isinstance(item, Graded) and item.success for item in batch.items]
        success_SK = torch.tensor(success, device=value_SK.device)[:, None].expand_as(value_SK).to(value_SK.dtype)
        loss_SK = binary_cross_entropy_with_logits(value_SK, success_SK, reduction="none")
        foretold_SK = value_SK.detach().sigmoid()
        right_SK = ((foretold_SK > 0.5) == (success_SK > 0.5)).float()
        right_SK = torch.where(foretold_SK == 0.5, 0.5, right_SK)
        metrics = {"accuracy": right_SK, "brier": (foretold_SK - success_SK).square()}
        turns_S = real_SK.sum(-1)
        return (loss_SK * real_SK).sum(), {
            name: ((metric_SK * real_SK).sum(-1) / turns_S).sum() for name, metric_SK in metrics.items()
        }


def turn_values(value_T: Tensor, batch: Batch) -> Tensor:
    """Each turn's value from those of its tokens (axes S, K): their mean.

    The head is linear, so that this is its value of the mean over the reply's hidden states.
    """
    return batch.spread(value_T).sum(-1) / batch.tokens_SK.clamp(min=1)
