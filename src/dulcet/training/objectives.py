"""Objectives: which loss a batch gets, and what is logged of it.

An objective is a frozen config with one method, `loss(logp_T, batch)`. It returns the *sum* of the items' losses and
sums of metrics; the trainer divides the loss by the sum of `size(item)` over the whole optimiser step, and the metrics
by its number of items, so that how a step is cut into micro batches changes nothing. Defaults are those of SWEET-RL's
Table 5 (arXiv 2503.15478).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveFloat, model_validator

from dulcet.errors import InputError
from dulcet.training import losses
from dulcet.training.batch import Batch
from dulcet.training.data import Demonstration, Item, Pair, targets

if TYPE_CHECKING:
    from torch import Tensor

    Metrics = dict[str, Tensor]


class Objective(Protocol):
    """What the trainer minimises."""

    needs_reference: ClassVar[bool]
    """Whether `batch.reference_T` is needed."""

    @property
    def identity(self) -> dict[str, object]:
        """Name and settings."""
        ...

    def size(self, item: Item) -> float:
        """What the item adds to the number that divides a step's summed loss. Raises InputError for unfit items."""
        ...

    def loss(self, logp_T: Tensor, batch: Batch) -> tuple[Tensor, Metrics]:
        """Summed loss of the batch (a scalar with gradient) and sums of metrics over its items (without)."""
        ...


class Settings(BaseModel):
    """Common to the objectives here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def identity(self) -> dict[str, object]:
        """Name and settings."""
        return {"objective": type(self).__name__, **self.model_dump()}


class SFT(Settings):
    """Supervised fine-tuning: mean negative log-likelihood of the target tokens (also rejection fine-tuning)."""

    needs_reference: ClassVar[bool] = False

    def size(self, item: Item) -> float:
        """Its weighted number of target tokens: long turns count by their length."""
        if not isinstance(item, Demonstration):
            raise wrong_data(self, item)
        return item.weight * targets(item)

    def loss(self, logp_T: Tensor, batch: Batch) -> tuple[Tensor, Metrics]:
        """Sum over tokens of -log pi, weighted by item."""
        loss_B = losses.sft(batch.spread(logp_T).flatten(1))
        nll_B = loss_B.detach() / batch.tokens_SK.sum(-1)
        return (loss_B * batch.weight_B).sum(), {"nll": nll_B.sum()}


class Preference(Settings, ABC):
    """Base of the objectives over pairs: their common settings, and what is logged of them.

    A subclass says what a pair's preference loss and its margin are; `ratio_SK` sums the token log ratios of each turn.
    """

    needs_reference: ClassVar[bool] = True

    beta: PositiveFloat = 0.1
    nll: NonNegativeFloat = 0.01
    """Coefficient of the chosen side's mean negative log-likelihood."""

    def size(self, item: Item) -> float:
        """Its weight: every pair counts the same, however long."""
        if not isinstance(item, Pair):
            raise wrong_data(self, item)
        return item.weight

    @abstractmethod
    def preference(self, ratio_SK: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Each pair's loss, and its margin: how much higher the chosen side scores, times beta."""

    def combine(self, preference_B: Tensor, nll_B: Tensor) -> Tensor:
        """The two terms as one loss for each pair."""
        return preference_B + nll_B

    def loss(self, logp_T: Tensor, batch: Batch) -> tuple[Tensor, Metrics]:
        """Sum over pairs of the preference loss and `nll` times the chosen side's mean negative log-likelihood."""
        if batch.reference_T is None:
            raise ValueError("a preference loss needs the reference's log-probabilities")
        ratio_T = logp_T - batch.reference_T
        preference_B, margin_B = self.preference(batch.spread(ratio_T).sum(-1), batch)
        chosen_BK, rejected_BK = batch.spread(logp_T).sum(-1).chunk(2)
        nll_B = losses.nll(chosen_BK, batch.tokens_SK.chunk(2)[0])
        loss_B = self.combine(preference_B, self.nll * nll_B)
        metrics = {
            "preference_loss": preference_B,
            "accuracy": (margin_B > 0).float() + 0.5 * (margin_B == 0).float(),
            "margin": margin_B,
            "chosen_logp": chosen_BK.sum(-1),
            "rejected_logp": rejected_BK.sum(-1),
            "chosen_nll": nll_B,
            "kl": mean_kl(ratio_T.detach(), batch),
        }
        return (loss_B * batch.weight_B).sum(), {name: value_B.detach().sum() for name, value_B in metrics.items()}


class TrajectoryDPO(Preference):
    """Multi-turn DPO: DPO on whole trajectories, summed over the agent's own tokens alone."""

    kind: losses.Kind = "sigmoid"
    """sigmoid: DPO; ipo: a regression to the margin 1 / (2 beta); robust: DPO for labels that are sometimes swapped."""
    noise: float = Field(0.0, ge=0, lt=0.5)
    """Share of the labels that are taken to be swapped (robust alone)."""
    normalise: losses.Normalise = "none"
    """none: sum of the log ratios; trajectory: their mean over all tokens; turn: mean of each turn, summed."""

    @model_validator(mode="after")
    def _noise_is_for_robust(self) -> Self:
        if (self.noise > 0) != (self.kind == "robust"):
            raise ValueError("kind = robust and noise above 0 go together")
        return self

    def preference(self, ratio_SK: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """The loss of that kind over the trajectories' scores."""
        chosen_B, rejected_B = losses.trajectory_score(ratio_SK, batch.tokens_SK, self.normalise).chunk(2)
        loss_B = losses.preference(chosen_B, rejected_B, self.beta, self.kind, self.noise)
        return loss_B, self.beta * (chosen_B - rejected_B).detach()


class StepDPO(TrajectoryDPO):
    """DPO on single turns after one history, with the NLL term: SWEET-RL's actor (and any other credit's)."""

    def size(self, item: Item) -> float:
        """Its weight. Raises InputError where a side has more than one turn."""
        if any(len(side) != 1 or len(side[0].spans) != 1 for side in item.sides):
            raise InputError("step DPO got a side with more than one turn", do="Use TrajectoryDPO for trajectories.")
        return super().size(item)


class MAGNET(Preference):
    """L_SFT(chosen) + lambda L_mDPO (MAGNET, arXiv 2503.07826); `beta` is its eta. Its values are not published."""

    nll: NonNegativeFloat = 1.0
    """Coefficient of L_SFT, the mean over the chosen trajectory's tokens."""
    lam: PositiveFloat = 1.0
    """The lambda of the sum."""

    def preference(self, ratio_SK: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """L_mDPO over the turns' log ratios."""
        chosen_BK, rejected_BK = ratio_SK.chunk(2)
        margin_B = self.beta * (chosen_BK - rejected_BK).sum(-1)
        return losses.mdpo(chosen_BK, rejected_BK, self.beta), margin_B.detach()

    def combine(self, preference_B: Tensor, nll_B: Tensor) -> Tensor:
        """L_SFT + lambda L_mDPO."""
        return losses.magnet(nll_B, preference_B, self.lam)


class SweetCritic(Preference):
    """The SWEET critic: Bradley-Terry over scores made of mean log ratios, hidden information in the prompt."""

    normalise: losses.Normalise = "turn"
    """turn: mean of each turn, summed (the paper); trajectory: mean over all tokens (the released code); none: sum."""

    def preference(self, ratio_SK: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """J_A, with the scores S(tau) that the critic gives to the two trajectories."""
        chosen_B, rejected_B = losses.trajectory_score(ratio_SK, batch.tokens_SK, self.normalise).chunk(2)
        return losses.sweet_critic(chosen_B, rejected_B, self.beta), self.beta * (chosen_B - rejected_B).detach()


def mean_kl(ratio_T: Tensor, batch: Batch) -> Tensor:
    """Each pair's mean estimate of KL(pi_ref || pi) a token, over both its sides (axis B)."""
    kl_S = batch.spread(losses.kl_estimate(ratio_T)).sum((1, 2)) / batch.tokens_SK.sum(-1)
    return kl_S.view(2, -1).mean(0)


def wrong_data(objective: Settings, item: Item) -> InputError:
    """The error for an item that an objective cannot train on."""
    return InputError(f"{type(objective).__name__} cannot train on a {type(item).__name__}")
