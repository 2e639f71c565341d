"""Some items as tensors: padded rows, or one row that is a forest.

Axes: R row of the input, P position in it, U distinct target (a token after a prefix), T target token of the items (all
of them, flat), S trajectory (a demonstration has one, a pair two: first all the chosen, then all the rejected), K turn,
L token of a turn.
"""

from collections.abc import Sequence as Listed
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dulcet.training.data import Item, inputs, side_targets
from dulcet.training.encoding import Sequence
from dulcet.training.forest import plant

if TYPE_CHECKING:
    from torch import Tensor

    from dulcet.training.tree_attention import TreeMask


@dataclass
class Batch:
    """What the model reads, where the targets are predicted, and what belongs to whom."""

    ids_RP: "Tensor"
    """Token ids, padded on the right. A causal model's earlier positions cannot see the padding: no mask is needed."""
    tree: "TreeMask | None"
    """Who sees whom, where the one row is a forest."""
    place_U: "Tensor"
    """Where each distinct target is predicted: the flat index (row, position) of the token before it."""
    label_U: "Tensor"
    target_T: "Tensor"
    """Which of the distinct targets each target token is: the trajectories of a task share some of them."""
    slot_T: "Tensor"
    """Where each target token belongs in a flat tensor of the shape S, K, L."""
    tokens_SK: "Tensor"
    """Number of target tokens of each turn; 0 for turns that a trajectory does not have."""
    shape: tuple[int, int, int]
    """S, K, L."""
    weight_B: "Tensor"
    """Weight of each item."""
    tokens: int
    """Tokens computed, padding left out."""
    tokens_represented: int
    """Tokens of all the sequences: what is computed where nothing is shared."""
    reference_T: "Tensor | None" = None
    """Log-probability of each target under the reference."""
    anchor_T: "Tensor | None" = None
    """The same under a second reference, for objectives that have two."""
    items: Listed[Item] = ()
    """What it was made of, for losses that ask more of an item than its tokens."""

    def spread(self, values_T: "Tensor") -> "Tensor":
        """Values of the target tokens as a tensor of axes S, K, L, 0 where there is no token."""
        count = self.shape[0] * self.shape[1] * self.shape[2]
        return values_T.new_zeros(count).index_put((self.slot_T,), values_T).view(self.shape)


def collate(
    items: Listed[Item],
    references: Listed["Tensor"] | None = None,
    device: str = "cpu",
    *,
    share: bool = False,
    anchors: Listed["Tensor"] | None = None,
) -> Batch:
    """One batch of `items`, which are all of one kind; with `share` every distinct prefix is in it once.

    `references` holds each item's target log-probabilities, `anchors` those under a second reference.
    """
    import torch

    trajectories = [item.sides[side] for side in range(len(items[0].sides)) for item in items]
    sequences = [sequence for trajectory in trajectories for sequence in trajectory]
    ids_RP, places, tree = _forest(sequences, device) if share else _rows(sequences)
    place_U, label_U, target_T = _distinct(sequences, places)
    turns = [[span.end - span.start for sequence in side for span in sequence.spans] for side in trajectories]
    tokens_SK, slot_T, shape = _slots(turns)

    def tensor(array: np.ndarray) -> "Tensor":
        return torch.from_numpy(array).to(device)

    represented = sum(len(places_of) for places_of in places)
    return Batch(
        ids_RP=tensor(ids_RP),
        tree=tree,
        place_U=tensor(place_U),
        label_U=tensor(label_U),
        target_T=tensor(target_T),
        slot_T=tensor(slot_T),
        tokens_SK=tensor(tokens_SK),
        shape=shape,
        weight_B=torch.tensor([item.weight for item in items], dtype=torch.float32, device=device),
        tokens=tree.nodes if tree else represented,
        tokens_represented=represented,
        reference_T=None if references is None else by_side(items, references).to(device),
        anchor_T=None if anchors is None else by_side(items, anchors).to(device),
        items=items,
    )


def by_side(items: Listed[Item], values: Listed["Tensor"]) -> "Tensor":
    """Each item's values of its targets (chosen before rejected) in the order of a batch: all the chosen first."""
    import torch

    cut = [
        torch.split(value_T, [side_targets(item, side) for side in range(len(item.sides))])
        for item, value_T in zip(items, values, strict=True)
    ]
    return torch.cat([pieces[side] for side in range(len(items[0].sides)) for pieces in cut])


def by_item(items: Listed[Item], values_T: "Tensor") -> list["Tensor"]:
    """The reverse of `by_side`."""
    import torch

    sides = len(items[0].sides)
    pieces = torch.split(values_T, [side_targets(item, side) for side in range(sides) for item in items])
    return [torch.cat(pieces[place :: len(items)]) for place in range(len(items))]


def _rows(sequences: Listed[Sequence]) -> tuple[np.ndarray, list[np.ndarray], None]:
    """Each sequence a row; and the flat index of each of its tokens."""
    read = [inputs(sequence) for sequence in sequences]
    ids_RP = np.zeros((len(read), max(map(len, read))), dtype=np.int64)
    for row, ids in enumerate(read):
        ids_RP[row, : len(ids)] = ids
    return ids_RP, [row * ids_RP.shape[1] + np.arange(len(ids)) for row, ids in enumerate(read)], None


def _forest(sequences: Listed[Sequence], device: str) -> tuple[np.ndarray, list[np.ndarray], "TreeMask"]:
    """All trees in one row; and the node of each token of each sequence."""
    from dulcet.training.tree_attention import TreeMask

    forest = plant([inputs(sequence) for sequence in sequences])
    tree = TreeMask(forest, device)
    ids_1P = np.zeros((1, tree.width), dtype=np.int64)
    ids_1P[0, : tree.nodes] = forest.ids_N
    return ids_1P, forest.paths, tree


def _distinct(sequences: Listed[Sequence], places: Listed[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place and label of each distinct target, and which of them each target token is."""
    spans = [(n, span.start, span.end) for n, sequence in enumerate(sequences) for span in sequence.spans]
    place_T = np.concatenate([places[n][start - 1 : end - 1] for n, start, end in spans])
    label_T = np.concatenate([np.asarray(sequences[n].ids[start:end]) for n, start, end in spans])
    labels = int(label_T.max()) + 1
    distinct_U, target_T = np.unique(place_T * labels + label_T, return_inverse=True)
    return distinct_U // labels, distinct_U % labels, target_T


def _slots(turns: Listed[Listed[int]]) -> tuple[np.ndarray, np.ndarray, tuple[int, int, int]]:
    """`turns` has the lengths of each trajectory's turns: as a matrix, and each token's place in S, K, L."""
    shape = (len(turns), max(map(len, turns)), max(map(max, turns)))
    tokens_SK = np.zeros(shape[:2], dtype=np.int64)
    for number, lengths in enumerate(turns):
        tokens_SK[number, : len(lengths)] = lengths
    slot_T = np.flatnonzero(np.arange(shape[2]) < tokens_SK[:, :, None])
    return tokens_SK, slot_T, shape
