"""Passes through a critic with eyes: pair by pair, and of a pair one turn at a time.

The values of a pair's turns are computed first without gradients; then each turn is run again by itself with the
derivative of the loss by its value, so that however many turns two episodes have, one is in memory at a time.
"""

from collections.abc import Sequence
from typing import Any

from dulcet.credit.head.data import TurnPair
from dulcet.credit.vision.model import ValueModel
from dulcet.credit.vision.reading import Pictures, contents, encode


class VisionPasses:
    """Runs pairs, given by their indices, through the model and the loss: what the engine's loop calls."""

    def __init__(self, pairs: Sequence[TurnPair], objective: Any, model: ValueModel, pictures: Pictures) -> None:
        """`objective` has `Regression.of_turns`."""
        self.pairs, self.objective, self.model, self.pictures = pairs, objective, model, pictures

    def run(self, indices: list[int], *, backward: bool) -> tuple[dict[str, float], dict[str, int]]:
        """Mean loss and metrics over the pairs; tokens computed. `backward` adds up gradients."""
        sums: dict[str, float] = {}
        tokens = 0
        for index in indices:
            turns, places = self._read(self.pairs[index])
            row = self._pair(turns, places, len(indices) if backward else None)
            tokens += sum(int(inputs["attention_mask"].sum()) for inputs in turns)
            sums = {name: sums.get(name, 0.0) + value for name, value in row.items()}
        means = {name: value / len(indices) for name, value in sums.items()}
        return means, {"tokens": tokens, "tokens_represented": tokens}

    def _read(self, pair: TurnPair) -> tuple[list[Any], list[tuple[int, int]]]:
        """The model's inputs for each turn of both sides, and the turn's side and number."""
        sides = (pair.chosen, pair.rejected)
        places = [(side, number) for side, turns in enumerate(sides) for number in range(len(turns))]
        read = (contents(sides[side][number], self.pictures) for side, number in places)
        return [encode(self.model.processor, one) for one in read], places

    def _pair(self, turns: Sequence[Any], places: Sequence[tuple[int, int]], share: int | None) -> dict[str, float]:
        """One pair's loss and metrics; adds a `share`-th of its gradient unless that is None."""
        import torch

        with torch.no_grad():
            values = [self.model.values(inputs).sum() for inputs in turns]
        value_SK = torch.zeros(2, 1 + max(number for _, number in places), device=values[0].device)
        for place, value in zip(places, values, strict=True):
            value_SK[place] = value
        loss, metrics = self.objective.of_turns(value_SK.requires_grad_())
        if share is not None:
            (slope_SK,) = torch.autograd.grad(loss / share, value_SK)
            for place, inputs in zip(places, turns, strict=True):
                torch.autograd.backward(self.model.values(inputs).sum(), slope_SK[place])
        return {"loss": float(loss.detach()), **{name: float(value) for name, value in metrics.items()}}
