import itertools

import pytest

from dulcet.training.data import Demonstration, inputs
from dulcet.training.encoding import Sequence, Span
from dulcet.training.forest import key, plant
from dulcet.training.packing import Prefixes, micro_batches
from tests.training.samples import pairs, random_pairs, random_sequences, turn_pairs


def cost(data, group):
    """Distinct prefixes that the items of a group have."""
    return len(plant([inputs(q) for index in group for side in data[index].sides for q in side]).ids_N)


@pytest.mark.parametrize("seed", range(10))
def test_prefixes_are_counted_as_the_forest_has_them(seed):
    sequences = random_sequences(seed)
    prefixes = Prefixes()
    for count in range(len(sequences)):
        before = len(plant(sequences[:count]).ids_N)
        assert prefixes.add(key(sequences[count])) == len(plant(sequences[: count + 1]).ids_N) - before


@pytest.mark.parametrize("budget", [30, 100, 300, 10_000])
@pytest.mark.parametrize("seed", range(5))
def test_forests_keep_to_the_budget_and_lose_nothing(seed, budget):
    data = random_pairs(seed)
    groups = micro_batches(data, budget, share=True)
    assert sorted(index for group in groups for index in group) == list(range(len(data)))
    for group in groups:
        assert cost(data, group) <= budget or len(group) == 1
    for one, other in itertools.pairwise(groups):
        assert cost(data, [*one, other[0]]) > budget


def test_what_begins_alike_is_together(encoder):
    data = turn_pairs(encoder, 6)
    mixed = [data[place] for place in (0, 3, 1, 4, 2, 5, 0, 3, 1, 4, 2, 5)]
    budget = max(cost(mixed, [index]) for index in range(12))
    groups = micro_batches(mixed, budget, share=True)
    assert len(groups) == 6
    assert all(mixed[one] is mixed[other] for one, other in groups)


def test_real_episodes_share_most_of_what_they_say(encoder):
    data = pairs(encoder, 6)
    whole = sum(len(inputs(q)) for item in data for side in item.sides for q in side)
    assert cost(data, range(6)) < 0.75 * whole


def test_the_last_target_is_not_read():
    sequence = Sequence((1, 2, 3, 4, 5), (Span(0, 1, 2), Span(1, 3, 4)))
    assert inputs(sequence) == (1, 2, 3)
    assert cost([Demonstration([sequence, Sequence((1, 2), ())])], [0]) == 3
