"""What is read of a page: what a person sees on it, as one thing each."""

import pytest
import pytest_asyncio

from dulcet.benchmarks.frontend.browser import Browser, PageLimits
from tests.benchmarks.frontend.eyes import needs_browser

pytestmark = [needs_browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with Browser(PageLimits(seconds=30), processes=1) as browser:
        yield browser


async def seen(browser, body, style=""):
    page = await browser.render(f"<html><style>body{{margin:0}}p{{margin:0}}{style}</style><body>{body}</body></html>")
    return [block for block in page.blocks if block.tag != "body"]


async def test_the_ground_comes_first_and_covers_the_page(browser):
    page = await browser.render('<html><body style="background:#1e3a8a"><p style="color:#fff">Hello</p></body></html>')
    ground = page.blocks[0]
    assert (ground.tag, ground.color, ground.width, ground.height) == ("body", (30, 58, 138), page.width, page.height)


async def test_a_text_has_its_place_its_letters_and_its_colours(browser):
    (text,) = await seen(
        browser, '<p style="position:absolute;left:40px;top:60px;font:700 32px sans-serif;color:#dc2626">Hello you</p>'
    )
    assert (text.kind, text.text, text.bold, text.font_size) == ("text", "Hello you", True, 32)
    assert (text.x, round(text.y)) == (40, 60)
    assert text.color == (220, 38, 38)
    assert text.background == (255, 255, 255)


async def test_colours_are_as_they_are_seen(browser):
    """Half a black over white is grey, whichever way it is written."""
    for style in ("color:#000;opacity:0.5", "color:rgba(0,0,0,0.5)", "color:oklch(0 0 0 / 50%)"):
        (text,) = await seen(browser, f'<p style="{style}">Half of black</p>')
        assert text.color == pytest.approx((128, 128, 128), abs=2)


async def test_pieces_of_a_sentence_that_look_alike_are_one_text(browser):
    (text,) = await seen(browser, "<p>We <span>bake</span> be<span>fore</span> sunrise</p>")
    assert text.text == "We bake before sunrise"
    links = await seen(browser, '<p><a href="#">Home</a> <a href="#">About</a></p>')
    assert [link.text for link in links] == ["Home", "About"]
    marked = await seen(browser, "<p>We <b>bake</b> today</p>")
    assert [(piece.text, piece.bold) for piece in marked] == [("We", False), ("bake", True), ("today", False)]


@pytest.mark.parametrize(
    ("style", "align"),
    [
        ("text-align:center", "center"), ("text-align:right", "right"), ("", "left"),
        ("display:flex;justify-content:center", "center"), ("display:flex;justify-content:flex-end", "right"),
    ],
)  # fmt: skip
async def test_alignment_is_where_the_text_stands_however_it_came_there(browser, style, align):
    (text,) = await seen(browser, f'<div style="{style}"><span>Hello</span></div>')
    assert text.align == align


async def test_controls_and_pictures(browser):
    blocks = await seen(
        browser,
        '<button style="background:#2563eb;color:#fff">Order</button> <input placeholder="Your name">'
        '<a href="#" style="background:#dc2626;color:#fff;padding:8px">Buy</a>'
        '<img src="https://picsum.photos/300/200" style="display:block">',
    )
    order, name, buy, picture = blocks
    assert (order.kind, order.tag, order.text, order.background) == ("control", "button", "Order", (37, 99, 235))
    assert (name.kind, name.text) == ("control", "Your name")
    assert (buy.kind, buy.tag, buy.color) == ("control", "button", (255, 255, 255))
    assert (picture.kind, picture.width, picture.height) == ("image", 300, 200)


async def test_boxes_are_what_stands_out(browser):
    inner = '<div style="background:#fff;padding:20px"><p>Inside</p></div>'
    blocks = await seen(browser, f'<div style="background:#1e3a8a;padding:30px">{inner}</div>')
    assert [(block.kind, block.color) for block in blocks] == [
        ("box", (30, 58, 138)), ("box", (255, 255, 255)), ("text", (0, 0, 0)),
    ]  # fmt: skip
    white = await seen(browser, f'<div style="background:#fff">{inner}</div>')
    assert [block.kind for block in white] == ["text"], "white on white is no box"
    drawn = await seen(browser, '<div style="border:2px solid #000;width:200px;margin:9px"><p>Inside</p></div>')
    assert [block.kind for block in drawn] == ["box", "text"]


async def test_below_the_window_everything_is_seen_as_well(browser):
    blocks = await seen(browser, '<div style="height:2000px"></div><p>Down here</p><div style="height:900px"></div>')
    assert [(block.text, round(block.y)) for block in blocks] == [("Down here", 2000)]


async def test_the_page_is_left_as_it_was(browser):
    """The cover lets the pointer through; to look for covers the script takes that away, and gives it back."""
    cover = '<div style="position:absolute;inset:0;pointer-events:none"></div>'
    first = await browser.render(f"<html><body><p>Hello</p>{cover}</body></html>")
    assert [block.text for block in first.blocks] == ["", "Hello"]
