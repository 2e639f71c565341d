"""The score's promises, on pages drawn by hand."""

import time
from dataclasses import replace

import pytest

from dulcet.benchmarks.frontend.similarity import compare, similarity
from tests.benchmarks.frontend.similarity.drawn import BLUE, block, example, page

PAGE = example()


def without(rendered, *positions):
    blocks = [one for at, one in enumerate(rendered.blocks[1:]) if at not in positions]
    return page(*blocks)


def test_a_page_is_like_itself_to_the_last_bit():
    assert similarity(PAGE, PAGE) == 1.0
    assert similarity(PAGE, example()) == 1.0


def test_symmetric():
    other = example(color=BLUE, x=400)
    assert similarity(PAGE, other) == pytest.approx(similarity(other, PAGE), abs=1e-12)
    fewer = without(PAGE, 1, 3)
    assert similarity(PAGE, fewer) == pytest.approx(similarity(fewer, PAGE), abs=1e-12)


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), BLUE])
def test_a_blank_page_earns_nothing(ground):
    assert similarity(page(ground=ground), PAGE) == 0.0


def test_two_blank_pages_are_alike_as_far_as_their_grounds_are():
    assert similarity(page(), page()) == 1.0
    assert similarity(page(), page(ground=(0, 0, 0))) < 0.7


@pytest.mark.parametrize(
    "change",
    [
        {"color": BLUE}, {"text": "Stale bread every day"}, {"x": 400}, {"y": 250}, {"font_size": 20.0},
        {"bold": False}, {"align": "center"}, {"background": BLUE}, {"italic": True},
    ],
)  # fmt: skip
def test_every_change_costs_something_and_none_costs_much(change):
    fields = {"y": 30, "height": 40, "width": 500, "font_size": 36.0, "bold": True, "text": "Fresh bread every day"}
    heading = block(**(fields | change))
    changed = page(heading, *PAGE.blocks[2:])
    assert 0.5 < similarity(changed, PAGE) < 1.0


def test_more_missing_is_worse():
    scores = [similarity(without(PAGE, *range(count)), PAGE) for count in range(6)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0
    assert scores[-1] == 0.0


def test_what_is_there_twice_costs_as_what_is_missing_does():
    twice = page(*PAGE.blocks[1:], *(replace(one, y=one.y + 700) for one in PAGE.blocks[1:]), height=1420)
    assert similarity(twice, PAGE) < 0.8


def test_another_ground_costs():
    assert 0.5 < similarity(page(*PAGE.blocks[1:], ground=(200, 200, 230)), PAGE) < 1.0


def test_the_look_counts_by_itself():
    """The same blocks under another picture: who can paint but not write earns little, and the other way round."""
    painted = replace(PAGE, png=page().png)
    assert similarity(painted, PAGE) < 0.8
    written = replace(page(), png=PAGE.png)
    assert similarity(written, PAGE) == 0.0


def test_a_page_that_is_a_little_lower_is_still_the_page():
    lower = page(*(replace(one, y=one.y + 60) for one in PAGE.blocks[1:]), height=780)
    assert similarity(lower, PAGE) > 0.7


def test_a_box_is_what_is_written_in_it():
    band = block("box", "", x=0, y=0, width=1280, height=90, color=BLUE, background=BLUE)
    whole = page(band, *PAGE.blocks[1:])
    empty = page(band)
    assert similarity(empty, whole) == 0.0
    assert compare(whole, whole).score == 1.0


def test_a_comparison_takes_a_few_milliseconds():
    other = example(color=BLUE)
    similarity(PAGE, other)
    start = time.process_time()
    for _ in range(20):
        similarity(PAGE, other)
    assert (time.process_time() - start) / 20 < 0.1  # about 8 ms; busy machines and coverage are slower
