"""The trie of some sequences against its definition: the set of their distinct prefixes."""

import random

import numpy as np
import pytest

from dulcet.training.forest import common, key, plant
from tests.training.samples import random_sequences


def prefixes(sequences):
    return {sequence[: n + 1] for sequence in sequences for n in range(len(sequence))}


@pytest.mark.parametrize("seed", range(20))
def test_every_distinct_prefix_is_one_node(seed):
    sequences = random_sequences(seed)
    forest = plant(sequences)
    read = {}
    for sequence, path in zip(sequences, forest.paths, strict=True):
        assert tuple(forest.ids_N[path]) == sequence
        assert forest.depth_N[path].tolist() == list(range(len(sequence)))
        for depth, node in enumerate(path):
            assert read.setdefault(node, sequence[: depth + 1]) == sequence[: depth + 1]
    assert set(read.values()) == prefixes(sequences)
    assert len(read) == len(forest.ids_N) == len(prefixes(sequences))


@pytest.mark.parametrize("seed", range(20))
def test_a_node_lies_above_those_up_to_its_end(seed):
    sequences = random_sequences(seed)
    forest = plant(sequences)
    above = np.zeros((len(forest.ids_N),) * 2, dtype=bool)
    for path in forest.paths:
        for depth, node in enumerate(path):
            above[node, path[: depth + 1]] = True
    node = np.arange(len(forest.ids_N))
    assert np.array_equal(above, (node[None] <= node[:, None]) & (forest.end_N[None] > node[:, None]))


def test_sequences_that_are_equal_or_begin_one_another_cost_nothing_more():
    forest = plant([(5, 6, 7), (5, 6), (5, 6, 7), (300, 70_000)])
    assert forest.ids_N.tolist() == [5, 6, 7, 300, 70_000]
    assert forest.end_N.tolist() == [3, 3, 3, 5, 5]
    assert [path.tolist() for path in forest.paths] == [[0, 1, 2], [0, 1], [0, 1, 2], [3, 4]]


def test_an_empty_sequence_has_no_nodes():
    assert [len(path) for path in plant([(), (1,)]).paths] == [0, 1]
    assert len(plant([()]).ids_N) == 0


def test_keys_sort_as_the_tokens_do_and_tell_what_is_common():
    draw = random.Random(0)
    made = [tuple(draw.choice((0, 1, 255, 256, 70_000)) for _ in range(draw.randrange(6))) for _ in range(200)]
    assert sorted(made) == sorted(made, key=key)
    for one, other in zip(made, reversed(made), strict=True):
        same = [a == b for a, b in zip(one, other, strict=False)]
        assert common(key(one), key(other)) == [*same, False].index(False)
