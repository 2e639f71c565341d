"""What the designer says, on pages drawn by hand; each pair of pages differs in one thing."""

import random
from dataclasses import replace

import pytest

from dulcet.humans.designer.differences import describe
from dulcet.humans.designer.wording import CHARACTERS
from tests.benchmarks.frontend.similarity.drawn import BLACK, BLUE, WHITE, block, page

GREEN = (5, 150, 105)
HEADING = block(text="Fresh bread", x=40, y=120, width=240, height=42, font_size=36.0, bold=True)
LINE = block(text="Baked before sunrise", x=40, y=180, width=180)
BUTTON = block("control", "Order", x=40, y=230, width=100, height=40, color=WHITE, background=BLUE, tag="button")
FOOT = block(text="Find us at the market", x=40, y=640, width=190)
PICTURE = block("image", "", x=40, y=320, width=600, height=240, color=GREEN, tag="img")
LINKS = [block(text=text, x=x, y=30, width=50) for text, x in (("Home", 40), ("Shop", 120), ("About", 200))]
CARDS = [block(text=text, x=x, y=320, width=120) for text, x in (("Rye", 40), ("Wheat", 440), ("Oats", 840))]
STACKED = [replace(card, x=40, y=320 + 60 * at) for at, card in enumerate(CARDS)]


def said(shown, wanted, **options):
    return describe(page(*shown), page(*wanted), **{"seed": 1, **options})


@pytest.mark.parametrize(
    ("shown", "wanted", "expected"),
    [
        ([replace(HEADING, text="Old bread")], [HEADING], 'Please change the heading "Old bread" to "Fresh bread".'),
        ([LINE], [replace(LINE, color=BLUE)], 'Make the text "Baked before sunrise" dark blue.'),
        ([HEADING], [replace(HEADING, font_size=60.0)], 'The heading "Fresh bread" should be larger, about 60 px.'),
        ([HEADING], [replace(HEADING, bold=False)], 'The heading "Fresh bread" should not be bold.'),
        ([HEADING], [replace(HEADING, x=520, align="center")], 'Please make the heading "Fresh bread" centred.'),
        ([BUTTON], [replace(BUTTON, background=GREEN)], 'The button "Order" should be green with white text.'),
        (
            [HEADING, FOOT], [HEADING, LINE, FOOT],
            'The text "Baked before sunrise" is missing; it belongs below "Fresh bread".',
        ),
        (
            [LINE], [LINE, replace(HEADING, x=640, y=176, align="right", color=BLUE)],
            'The heading "Fresh bread" is missing; it belongs to the right of "Baked before sunrise", bold, about '
            "36 px, dark blue.",
        ),
        (
            [HEADING, FOOT], [HEADING, PICTURE, FOOT],
            'A picture is missing; it belongs below "Fresh bread", about 600 by 240 px.',
        ),
        ([HEADING, LINE], [HEADING], 'Please remove the text "Baked before sunrise".'),
        ([PICTURE], [replace(PICTURE, width=300, height=120)], "The picture should be smaller, about 300 by 120 px."),
        (STACKED, CARDS, '"Rye", "Wheat" and "Oats" should stand side by side, in this order.'),
        (CARDS, STACKED, '"Rye", "Wheat" and "Oats" should stand below each other, in this order.'),
        (
            [replace(HEADING, y=500), LINE, FOOT], [replace(HEADING, y=140), LINE, FOOT],
            'The text "Baked before sunrise" should come above "Find us at the market".',
        ),
        (
            [LINE, FOOT], [LINE, replace(FOOT, x=340)],
            'Move the text "Find us at the market" about 300 px to the right.',
        ),
    ],
)  # fmt: skip
def test_one_difference_one_sentence(shown, wanted, expected):
    """Either wording is right; what it is about and what should be are not a matter of wording."""
    found = {said(shown, wanted, seed=seed) for seed in range(12)}
    assert expected in found


def test_things_that_change_alike_share_a_sentence():
    wanted = [replace(link, color=BLUE) for link in LINKS]
    assert said(LINKS, wanted, seed=2) in (
        'The texts "Home", "Shop" and "About" should be dark blue.',
        'Make the texts "Home", "Shop" and "About" dark blue.',
    )


def test_a_missing_row_is_one_sentence():
    assert said([HEADING], [*LINKS, HEADING]) == (
        'The texts "Home", "Shop" and "About" are missing; they belong above "Fresh bread", side by side.'
    )


@pytest.mark.parametrize(
    ("x", "width", "height", "expected"),
    [
        (0, 1280, 80, 'There should be a dark blue bar at the top behind everything from "Home" to "About".'),
        (20, 600, 80, 'There should be a dark blue box behind everything from "Home" to "About".'),
    ],
)
def test_a_missing_bar_or_box(x, width, height, expected):
    box = block("box", "", x=x, y=0, width=width, height=height, color=BLUE, background=BLUE, tag="nav")
    assert said(LINKS, [box, *LINKS]) == expected


def test_a_bar_of_another_colour_with_its_words():
    bar = block("box", "", x=0, y=0, width=1280, height=80, color=WHITE, background=WHITE, tag="nav")
    wanted = [replace(bar, color=BLUE, background=BLUE), *(replace(link, color=WHITE) for link in LINKS)]
    assert said([bar, *LINKS], wanted) == "The top bar should be dark blue with white text."


def test_three_cards_in_other_boxes_are_one_sentence():
    boxes = [
        block("box", "", x=card.x - 10, y=300, width=200, height=60, color=BLUE, background=BLUE) for card in CARDS
    ]
    wanted = [replace(box, color=GREEN, background=GREEN) for box in boxes]
    assert said([*boxes, *CARDS], [*wanted, *CARDS]) == 'The boxes behind "Rye", "Wheat" and "Oats" should be green.'
    assert (
        said(CARDS, [*boxes, *CARDS]) == 'There should be dark blue boxes behind "Rye", "Wheat" and "Oats", one each.'
    )


def test_two_in_a_row():
    wanted = [CARDS[0], CARDS[1], replace(CARDS[2], x=40, y=420)]
    assert said(CARDS, wanted) == '"Rye", "Wheat" and "Oats" should stand 2 in a row, in this order.'


def test_the_ground():
    told = {describe(page(HEADING), page(HEADING, ground=BLACK), seed=seed) for seed in range(12)}
    assert told == {"The page background should be black.", "Make the page background black."}


def test_which_of_several_is_said():
    shown = [replace(LINE, text="Read more"), replace(LINE, text="Read more", y=400)]
    assert '"Read more"' in said(shown, [shown[0], replace(shown[1], color=BLUE)])
    assert "second" in said(shown, [shown[0], replace(shown[1], color=BLUE)])


def test_the_same_page_looks_right():
    everything = [*LINKS, HEADING, LINE, BUTTON, PICTURE, FOOT]
    assert {"looks right" in said(everything, everything, seed=seed) for seed in range(20)} == {True}
    assert len({said(everything, everything, seed=seed) for seed in range(20)}) > 1


def test_differences_nobody_sees_are_not_pointed_out():
    near = [replace(HEADING, color=(2, 2, 2), x=42), replace(LINE, font_size=16.4), FOOT]
    assert "looks right" in said(near, [HEADING, LINE, FOOT])


def test_the_most_outstanding_comes_first_and_a_reply_is_short():
    wanted = [
        *LINKS,
        HEADING,
        *(replace(LINE, text=f"Point {at} of very many points", y=200 + 30 * at) for at in range(14)),
    ]
    shown = [replace(HEADING, bold=False)]
    reply = said(shown, wanted)
    assert len(reply) <= CHARACTERS
    assert reply.startswith("The texts")
    assert reply == said(shown, wanted)


def test_a_colour_picker_says_colours_exactly():
    assert "dark blue (#1e3a8a)" in said([LINE], [replace(LINE, color=BLUE)], picker=True)


def test_the_page_below_an_edit_is_not_blamed():
    """What a missing text pushed up is not told of by itself."""
    lower = [replace(one, y=one.y + 60) for one in (LINE, BUTTON, FOOT)]
    assert said([HEADING, LINE, BUTTON, FOOT], [HEADING, replace(LINE, text="New words", y=180), *lower]) == (
        'The text "New words" is missing; it belongs below "Fresh bread".'
    )


def anything(rng):
    """A page of random things in random places."""
    words = ("Home", "Menu", "Fresh bread", 'Say "hello"', "Read more", "word " * 200, "x" * 900, "")
    look = {"color": rng.choice((BLACK, BLUE, GREEN)), "background": rng.choice((WHITE, BLUE)), "align": "center"}
    return page(
        *(
            block(
                kind := rng.choice(("text", "text", "control", "image", "box")),
                rng.choice(words) if kind in ("text", "control") else "",
                x=rng.randrange(1200), y=rng.randrange(700), width=rng.randrange(1, 900), height=rng.randrange(1, 300),
                font_size=rng.choice((0.0, 12.0, 36.0)), tag=rng.choice(("p", "button", "h1", "text")), **look,
            )
            for _ in range(rng.randrange(12))
        ),
        ground=rng.choice((WHITE, BLUE)),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_of_any_two_pages_something_short_is_said(seed):
    rng = random.Random(seed)
    shown, wanted = anything(rng), anything(rng)
    reply = describe(shown, wanted, seed=seed)
    assert 0 < len(reply) <= CHARACTERS
    assert reply.count('"') % 2 == 0
    assert "looks right" in describe(wanted, wanted, seed=seed)
