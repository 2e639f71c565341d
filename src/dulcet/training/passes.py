"""Forward and backward passes over some items: cut into micro batches, and dealt to the processes where there are many.

Losses and metrics are sums over items, divided by sums over the whole step: how it is cut changes nothing.
"""

from collections.abc import Mapping
from collections.abc import Sequence as Listed
from typing import Any

from dulcet.training.batch import collate
from dulcet.training.config import TrainConfig
from dulcet.training.data import Item
from dulcet.training.distributed import world
from dulcet.training.objectives import Objective
from dulcet.training.packing import micro_batches


class Passes:
    """Runs items, given by their indices, through the model and the objective."""

    def __init__(self, data: Listed[Item], objective: Objective, config: TrainConfig, logps: Any) -> None:
        """`logps` is a `TargetLogps`. Raises InputError where the items do not fit the objective."""
        self.data, self.objective, self.config, self.logps = data, objective, config, logps
        self.sizes = [objective.size(item) for item in data]
        self.costs = {n: sum(len(one.ids) for side in item.sides for one in side) for n, item in enumerate(data)}
        self.share = logps.shares(data)
        self.references: Listed[Any] | None = None
        """The target log-probabilities of each item under the reference, where the objective needs them."""
        self.anchors: Listed[Any] | None = None
        """The same under a second reference, where there is one."""

    def run(self, indices: list[int], *, backward: bool) -> tuple[dict[str, float], dict[str, int]]:
        """Mean loss and metrics over the items; tokens computed and represented. `backward` adds up gradients."""
        total = sum(self.sizes[index] for index in indices)
        sums: dict[str, Any] = {}
        for members, counts in self._micro_batches(indices):
            for name, value in self._pass(members, total, counts, backward).items():
                sums[name] = sums.get(name, 0) + value
        sums = {name: float(value) for name, value in sums.items()}
        sums = world().totals(sums)
        tokens = {name: int(sums.pop(name)) for name in ("tokens", "tokens_represented")}
        loss = sums.pop("loss") / total
        return {"loss": loss, **{name: value / len(indices) for name, value in sums.items()}}, tokens

    def _micro_batches(self, indices: list[int]) -> list[tuple[list[int], bool]]:
        """The groups of items of this process, and whether they count.

        All processes make the same number of passes, because weights and gradients are exchanged in each: one that has
        fewer runs an item whose loss counts for nothing.
        """
        mine = world().share(indices, self.costs)
        cut = micro_batches([self.data[index] for index in mine], self.config.token_budget, share=self.share)
        groups = [([mine[place] for place in group], True) for group in cut]
        return groups + [(indices[:1], False)] * (world().most(len(groups)) - len(groups))

    def _pass(self, members: list[int], total: float, counts: bool, backward: bool) -> Mapping[str, Any]:
        """Sums over the members: metrics, loss, tokens; gradients are added to the parameters'."""
        import torch

        items = [self.data[index] for index in members]
        references, anchors = (
            None if values is None else [values[index] for index in members]
            for values in (self.references, self.anchors)
        )
        batch = collate(items, references, str(self.logps.device), share=self.share, anchors=anchors)
        with torch.set_grad_enabled(backward):
            loss, metrics = self.objective.loss(self.logps(batch), batch)
            if backward:  # gradients come out as the mean over the processes: times their number is the sum
                (loss / total * (world().size if counts else 0)).backward()  # type: ignore[no-untyped-call]
        found: dict[str, Any] = {"loss": loss.detach(), **metrics}
        found |= {"tokens": batch.tokens, "tokens_represented": batch.tokens_represented}
        return found if counts else {name: value * 0 for name, value in found.items()}
