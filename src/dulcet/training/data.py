"""What is trained on: demonstrations and pairs, and how they become batches of tensors.

Axes: R row of the padded input, P position in it, T target token of the batch (all of them, flat), S trajectory (a
demonstration has one, a pair two: first all the chosen, then all the rejected), K turn, L token of a turn.
"""

import hashlib
from collections.abc import Iterator
from collections.abc import Sequence as Listed
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dulcet.errors import InputError
from dulcet.training.encoding import Sequence

if TYPE_CHECKING:
    from torch import Tensor

Trajectory = Listed[Sequence]
"""One trajectory's sequences, as `Encoder.encode_trajectory` gives them; for a single turn, one."""


@dataclass(frozen=True)
class Demonstration:
    """A trajectory (or a single turn) to imitate."""

    sequences: Trajectory
    weight: float = 1.0
    group: str = ""
    """What it belongs to, e.g. the task: a group is held out as a whole or not at all. Empty: its own group."""

    def __post_init__(self) -> None:
        require_targets(self.sequences)

    @property
    def sides(self) -> tuple[Trajectory, ...]:
        """Its one trajectory."""
        return (self.sequences,)


@dataclass(frozen=True)
class Pair:
    """Two trajectories (or two turns after one history), of which the first is better."""

    chosen: Trajectory
    rejected: Trajectory
    weight: float = 1.0
    group: str = ""
    """As in `Demonstration`."""

    def __post_init__(self) -> None:
        require_targets(self.chosen)
        require_targets(self.rejected)

    @property
    def sides(self) -> tuple[Trajectory, ...]:
        """Chosen, rejected."""
        return (self.chosen, self.rejected)


Item = Demonstration | Pair


def require_targets(sequences: Trajectory) -> None:
    """Raises InputError where there is nothing to train on."""
    if not any(sequence.targets for sequence in sequences):
        raise InputError("a training example has no target tokens", do="Leave out what the Encoder dropped (empty).")


def side_targets(item: Item, side: int) -> int:
    """Number of target tokens of one of its trajectories."""
    return sum(sequence.targets for sequence in item.sides[side])


def targets(item: Item) -> int:
    """Number of target tokens of all its trajectories."""
    return sum(side_targets(item, side) for side in range(len(item.sides)))


def data_hash(data: Listed[Item]) -> str:
    """SHA-256 over every token id, span and weight, in order."""
    digest = hashlib.sha256()
    for item in data:
        digest.update(f"{type(item).__name__} {item.weight} {item.group}".encode())
        for side in item.sides:
            digest.update(b"|")
            for sequence in side:
                digest.update(np.asarray(sequence.ids, dtype=np.int32).tobytes())
                digest.update(repr([(span.turn, span.start, span.end) for span in sequence.spans]).encode())
    return digest.hexdigest()


def micro_batches(items: Listed[Item], token_budget: int) -> list[list[int]]:
    """Indices of `items` in groups whose padded rows hold at most `token_budget` tokens, long ones together.

    The trajectories of one item stay together, because its loss needs them all; an item that is larger than the budget
    is a group of its own.
    """
    rows = [sum(len(side) for side in item.sides) for item in items]
    longest = [max(len(sequence.ids) for side in item.sides for sequence in side) for item in items]
    groups: list[list[int]] = []
    width = height = 0
    for index in sorted(range(len(items)), key=lambda index: (-longest[index], index)):
        if not groups or (height + rows[index]) * width > token_budget:
            groups.append([])
            width, height = longest[index], 0
        groups[-1].append(index)
        height += rows[index]
    return groups


@dataclass
class Batch:
    """Some items as tensors."""

    ids_RP: "Tensor"
    """Token ids, padded on the right. A causal model's earlier positions cannot see the padding: no mask is needed."""
    row_T: "Tensor"
    column_T: "Tensor"
    """Where each target token is predicted: the position before it."""
    label_T: "Tensor"
    slot_T: "Tensor"
    """Where each target token belongs in a flat tensor of the shape S, K, L."""
    tokens_SK: "Tensor"
    """Number of target tokens of each turn; 0 for turns that a trajectory does not have."""
    shape: tuple[int, int, int]
    """S, K, L."""
    weight_B: "Tensor"
    """Weight of each item."""
    tokens: int
    """Tokens in the rows, padding left out."""
    reference_T: "Tensor | None" = None
    """Log-probability of each target under the reference."""

    def spread(self, values_T: "Tensor") -> "Tensor":
        """Values of the target tokens as a tensor of axes S, K, L, 0 where there is no token."""
        count = self.shape[0] * self.shape[1] * self.shape[2]
        return values_T.new_zeros(count).index_put((self.slot_T,), values_T).view(self.shape)


def collate(items: Listed[Item], references: Listed["Tensor"] | None = None, device: str = "cpu") -> Batch:
    """One batch of `items`, which are all of one kind. `references` holds each item's target log-probabilities."""
    import torch

    sides = len(items[0].sides)
    sequences: list[Sequence] = []
    rows, columns, labels, slots, reference = [], [], [], [], []
    turns: list[list[int]] = []
    for side in range(sides):
        for index, item in enumerate(items):
            turns.append([])
            start = sum(side_targets(item, earlier) for earlier in range(side))
            for sequence in item.sides[side]:
                for span in sequence.spans:
                    rows.append(np.full(span.end - span.start, len(sequences)))
                    columns.append(np.arange(span.start - 1, span.end - 1))
                    labels.append(np.asarray(sequence.ids[span.start : span.end]))
                    turns[-1].append(span.end - span.start)
                sequences.append(sequence)
            if references is not None:
                reference.append(references[index][start : start + sum(turns[-1])])
    shape = (len(turns), max(map(len, turns)), max(map(max, turns)))
    tokens_SK = np.zeros(shape[:2], dtype=np.int64)
    for number, lengths in enumerate(turns):
        for turn, length in enumerate(lengths):
            tokens_SK[number, turn] = length
            slots.append((number * shape[1] + turn) * shape[2] + np.arange(length))
    ids_RP = np.zeros((len(sequences), max(len(sequence.ids) for sequence in sequences)), dtype=np.int64)
    for row, sequence in enumerate(sequences):
        ids_RP[row, : len(sequence.ids)] = sequence.ids

    def flat(pieces: list[np.ndarray]) -> "Tensor":
        return torch.from_numpy(np.concatenate(pieces)).to(device)

    return Batch(
        torch.from_numpy(ids_RP).to(device),
        flat(rows),
        flat(columns),
        flat(labels),
        flat(slots),
        torch.from_numpy(tokens_SK).to(device),
        shape,
        torch.tensor([item.weight for item in items], dtype=torch.float32, device=device),
        sum(len(sequence.ids) for sequence in sequences),
        torch.cat(reference).to(device) if references is not None else None,
    )


def split(data: Listed[Item], share: float, seed: int) -> tuple[list[int], list[int]]:
    """Indices to train on and indices held out: about `share` of the groups, drawn from the seed.

    At least one group stays on each side where there are two or more and `share` is above 0.
    """
    from dulcet.seeds import derive

    names = [item.group or f"item {index}" for index, item in enumerate(data)]
    groups = sorted(set(names), key=lambda name: derive(seed, "held out", name))
    count = min(max(1, round(share * len(groups))), len(groups) - 1) if share > 0 else 0
    held = set(groups[:count])
    return [i for i, name in enumerate(names) if name not in held], [i for i, name in enumerate(names) if name in held]


def steps(count: int, batch: int, seed: int, epochs: int) -> Iterator[list[int]]:
    """The items of each optimiser step: every epoch in its own order, which follows from the seed alone."""
    from dulcet.seeds import derive

    for epoch in range(epochs):
        order = np.random.default_rng(derive(seed, "order", epoch)).permutation(count).tolist()
        for start in range(0, count, batch):
            yield order[start : start + batch]
