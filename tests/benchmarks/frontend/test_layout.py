from dulcet.benchmarks.frontend.colours import NAMED, colour_name
from dulcet.benchmarks.frontend.dialect import COLOURS, SIZES, compile_page, dialect_of, parse_page
from dulcet.benchmarks.frontend.dialect.layout import lay_out, rgb
from dulcet.benchmarks.frontend.shared import SharedBrowser
from dulcet.benchmarks.frontend.synthesis import synthesise
from tests.benchmarks.frontend.eyes import needs_browser

KINDS_ALL = """page light yellow
nav dark blue right | Rosa Bakery | Home, Menu, Contact
hero red centred large | Fresh bread every day | button yellow Order now
cards 3 light grey left | Bread, Cakes, Coffee, Pies
picture right small
text white right | About us | We are a team of friends
list light blue centred | Good to know | Free parking, Cards welcome
quote white left | I would come back | Sam
form light grey centred | Write to us | Name, Email | button blue Send
footer black centred | Open from six"""
LOOKS = ("color", "background", "font_size", "bold", "italic", "align", "tag", "radius", "lines")


def one_of_each():
    return [
        dialect_of(task.hidden) for difficulty in (1, 2, 3) for task in synthesise(2, seed=5, difficulty=difficulty)
    ]


@needs_browser
async def test_the_blocks_are_those_that_the_browser_draws():
    browser = SharedBrowser()
    for page in (KINDS_ALL, *one_of_each()):
        compare(lay_out(parse_page(page)), await browser.render(compile_page(parse_page(page))))
    await browser.close()


def compare(thought, drawn):
    assert (thought.width, thought.height) == (drawn.width, drawn.height)
    assert len(thought.blocks) == len(drawn.blocks)
    left = list(drawn.blocks)
    for block in thought.blocks:
        alike = [other for other in left if (other.kind, other.text, other.tag) == (block.kind, block.text, block.tag)]
        other = min(alike, key=lambda other: distance(block, other))
        left.remove(other)
        assert distance(block, other) <= 4, (block, other)
        assert {look: getattr(block, look) for look in LOOKS} == {look: getattr(other, look) for look in LOOKS}


def distance(one, other):
    return max(abs(getattr(one, name) - getattr(other, name)) for name in ("x", "y", "width", "height"))


def test_a_person_calls_every_colour_by_its_name():
    assert all(name in NAMED for name in COLOURS)
    assert all(colour_name(rgb(name)) == name for name in COLOURS)


def test_every_look_is_seen():
    """Changing one fact of a page changes its blocks."""
    lines = KINDS_ALL.splitlines()
    changes = [("yellow", "green"), ("right", "left"), ("large", "small"), ("3", "2"), ("small", "medium")]
    page = lay_out(parse_page(KINDS_ALL))
    for number, line in enumerate(lines):
        for old, new in [
            *changes,
            ("left", "centred"),
            ("centred", "right"),
            ("light grey", "pink"),
            ("black", "blue"),
        ]:
            if old in line:
                other = [*lines[:number], line.replace(old, new, 1), *lines[number + 1 :]]
                assert lay_out(parse_page("\n".join(other))).blocks != page.blocks, (line, new)
    assert SIZES == ("small", "medium", "large")
