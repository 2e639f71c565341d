"""Which texts of a page can be read: those that no other text is written over."""

from dataclasses import replace
from random import Random

import pytest

from dulcet.benchmarks.frontend.rendered import Block
from dulcet.benchmarks.frontend.structure import SAME_PLACE, _readable


@pytest.mark.parametrize("seed", range(20))
def test_texts_written_over_one_another_are_not_read(seed):
    """As the definition says, pair by pair, with more texts than are compared at a time."""
    chance = Random(seed)
    texts = [a_text(chance.uniform(0, 300), chance.uniform(0, 300), chance.uniform(10, 60)) for _ in range(150)]
    apart = [one for one in texts if all(one is other or part_shared(one, other) <= SAME_PLACE for other in texts)]
    assert 10 < len(apart) < 140
    kept = _readable([*texts, box := replace(texts[0], kind="box")])
    assert [id(one) for one in kept] == [id(one) for one in [*apart, box]]


def a_text(x, y, width):
    return Block("text", "words", x, y, width, 16.0, (0, 0, 0), (255, 255, 255), 16.0, False, False, "left", "p")


def part_shared(one, other):
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0, width) * max(0, height) / min(one.width * one.height, other.width * other.height)
