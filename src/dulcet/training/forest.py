"""Sequences as a forest of token tries: what several of them begin with is there once.

The nodes stand in depth-first order, so that a node's descendants are the nodes right after it. One number a node says
all: node j is an ancestor of node i, or i itself, where j <= i < end[j].
"""

from collections.abc import Sequence as Listed
from dataclasses import dataclass

import numpy as np

from dulcet.training.encoding import Ids


@dataclass(frozen=True)
class Forest:
    """Axis N: node, which is a token after all the tokens above it."""

    ids_N: np.ndarray
    depth_N: np.ndarray
    """Tokens above the node: its position id."""
    end_N: np.ndarray
    """The first node after its descendants."""
    paths: list[np.ndarray]
    """The nodes of each sequence, from its first token to its last."""


def key(ids: Ids) -> bytes:
    """Token ids in a form that sorts as the ids do and compares at the speed of memory."""
    return np.asarray(ids, dtype=">u4").tobytes()


def common(one: bytes, other: bytes) -> int:
    """Number of tokens with which both keys begin."""
    length = min(len(one), len(other)) // 4
    differing = np.frombuffer(one, ">u4", length) != np.frombuffer(other, ">u4", length)
    first = int(differing.argmax()) if length else 0
    return first if length and differing[first] else length


def plant(sequences: Listed[Ids]) -> Forest:
    """The forest of some sequences. Sorted, each shares with those before it what it shares with its neighbour."""
    keys = [key(ids) for ids in sequences]
    size = sum(map(len, sequences))
    ids_N, depth_N, end_N = (np.zeros(size, dtype=np.int64) for _ in range(3))
    paths = [np.zeros(0, dtype=np.int64)] * len(sequences)
    before, path, count = b"", np.zeros(0, dtype=np.int64), 0
    for index in sorted(range(len(sequences)), key=keys.__getitem__):
        shared, length = common(before, keys[index]), len(sequences[index])
        end_N[path[shared:]] = count
        new = np.arange(count, count + length - shared)
        ids_N[new], depth_N[new] = sequences[index][shared:], np.arange(shared, length)
        before, path, count = keys[index], np.concatenate([path[:shared], new]), count + len(new)
        paths[index] = path
    end_N[path] = count
    return Forest(ids_N[:count], depth_N[:count], end_N[:count], paths)
