"""What is trained on: demonstrations and pairs, and which of them are held out."""

import hashlib
from collections.abc import Sequence as Listed
from dataclasses import dataclass

import numpy as np

from dulcet.errors import InputError
from dulcet.training.encoding import Ids, Sequence

Trajectory = Listed[Sequence]
"""One trajectory's sequences, as `Encoder.encode_trajectory` gives them; for a single turn, one."""


@dataclass(frozen=True)
class Demonstration:
    """A trajectory (or a single turn) to imitate."""

    sequences: Trajectory
    weight: float = 1.0
    group: str = ""
    """What it belongs to, e.g. the task: a group is held out as a whole or not at all. Empty: its own group."""
    state: str = ""
    """Names the history that it shares with others of the same state (`TrainConfig.shuffle`). Empty: with none."""

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
    state: str = ""
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


def inputs(sequence: Sequence) -> Ids:
    """What the model has to read of a sequence: the last target is predicted, and predicts nothing."""
    return sequence.ids[: max((span.end for span in sequence.spans), default=1) - 1]


def side_targets(item: Item, side: int) -> int:
    """Number of target tokens of one of its trajectories."""
    return sum(sequence.targets for sequence in item.sides[side])


def targets(item: Item) -> int:
    """Number of target tokens of all its trajectories."""
    return sum(side_targets(item, side) for side in range(len(item.sides)))


def data_hash(data: Listed[Item]) -> str:
    """SHA-256 over every token id, span, weight, group and state, in order."""
    digest = hashlib.sha256()
    for item in data:
        digest.update(f"{type(item).__name__} {item.weight} {item.group}".encode())
        digest.update(f"\n{item.state}".encode() if item.state else b"")
        for side in item.sides:
            digest.update(b"|")
            for sequence in side:
                digest.update(np.asarray(sequence.ids, dtype=np.int32).tobytes())
                digest.update(repr([(span.turn, span.start, span.end) for span in sequence.spans]).encode())
    return digest.hexdigest()


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
