"""Where everything stands on a page of the dialect, worked out without a browser.

The same blocks that are read off the browser's picture, to a pixel or two and a thousand times faster: enough for a
person who describes them, when tens of thousands of conversations are to be made. There is no picture.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dulcet.benchmarks.frontend.colours import NAMED, from_hex
from dulcet.benchmarks.frontend.dialect.metrics import text_height, text_width
from dulcet.benchmarks.frontend.dialect.spec import Button, Page, Section
from dulcet.benchmarks.frontend.dialect.words import COLOURS
from dulcet.benchmarks.frontend.rendered import Block, Colour, Rendered

WIDTH, LEAST_HEIGHT = 1280, 720
"""CSS pixels of the window."""
_WHITE, _INK = (255, 255, 255), (17, 24, 39)
_CSS_ALIGN = {"left": "left", "centred": "center", "right": "right"}
_MARGIN, _GAP = 32.0, 24.0
_HERO = {"small": (24.0, 20, 28), "medium": (64.0, 36, 40), "large": (128.0, 60, 60)}
"""Size -> padding, font size, line height."""
_MEAN = (176, 116, 129)
"""What the browser's pictures are on average."""
_PICTURES = {"small": (300, 150), "medium": (600, 300), "large": (1000, 400)}
_BUTTON_HEIGHT, _FIELD = 48.0, (320.0, 42.0)


@dataclass
class _Pen:
    """Writes the blocks of one section from top to bottom, its top being 0."""

    section: Section
    y: float
    left: float = _MARGIN
    width: float = WIDTH - 2 * _MARGIN
    ground: Colour = _WHITE
    blocks: list[Block] = field(default_factory=list)

    def text(
        self, text: str, size: float, line: float, *, bold: bool = False, tag: str = "p", after: float = 0
    ) -> None:
        """One line of text in the section's alignment."""
        width, height = text_width(text, size, bold), text_height(size)
        x, y = self._x(width), self.y + (line - height) / 2
        ink = _WHITE if COLOURS[self.section.background].dark else _INK
        align = _CSS_ALIGN[self.section.align]
        italic = self.section.kind == "quote" and not bold
        shape = Block("text", text, x, y, width, height, ink, self.ground, size, bold, italic, align, tag)
        self.blocks.append(shape)
        self.y += line + after

    def button(self, button: Button | None, before: float = _GAP) -> None:
        """A button on a line of its own."""
        if button is None:
            return
        self.y += before
        width = text_width(button.label, 16, True) + 48
        ink = _WHITE if COLOURS[button.colour].dark else _INK
        self._control(button.label, width, _BUTTON_HEIGHT, ink, rgb(button.colour), "button", 4.0)

    def field(self) -> None:
        """A field to write in."""
        self._control("", *_FIELD, _WHITE, _WHITE, "text", 0.0)

    def _control(
        self, text: str, width: float, height: float, ink: Colour, ground: Colour, tag: str, radius: float
    ) -> None:
        bold, align = tag == "button", "center" if tag == "button" else "left"
        x, y = self._x(width), self.y
        self.blocks.append(
            Block("control", text, x, y, width, height, ink, ground, 16, bold, False, align, tag, radius=radius)
        )
        self.y += height

    def _x(self, width: float) -> float:
        """Where something of that width begins."""
        spare = self.width - width
        return self.left + {"left": 0.0, "centred": spare / 2, "right": spare}[self.section.align]


def rgb(name: str) -> Colour:
    """A colour of the dialect as the browser draws it."""
    return from_hex(NAMED[name][0])


def lay_out(page: Page) -> Rendered:
    """The page as a person sees it. `png` is empty."""
    ground = rgb(page.background)
    grounds = [ground if section.kind in _BARE else rgb(section.background) for section in page.sections]
    pens = [_Pen(section, 0.0, ground=colour) for section, colour in zip(page.sections, grounds, strict=True)]
    for pen in pens:
        _DRAW[pen.section.kind](pen)
    total = sum(pen.y for pen in pens)
    height = max(round(total), LEAST_HEIGHT)
    below = [*grounds[1:], ground if height > total else None]
    y, boxes, others = 0.0, list[Block](), list[Block]()
    for pen, above, under in zip(pens, [None, *grounds], below, strict=False):
        edged = any(other not in (None, pen.ground) for other in (above, under))
        if edged and pen.section.kind not in _BARE:  # what has the colour of its neighbours is not seen
            boxes.append(_box(0, y, WIDTH, pen.y, pen.ground, pen.section.kind))
        for block in pen.blocks:
            (others if block.kind == "text" else boxes).append(replace(block, y=block.y + y))
        y += pen.y
    return Rendered(b"", WIDTH, height, (_box(0, 0, WIDTH, height, ground, "body"), *boxes, *others))


_BARE = ("cards", "picture")
"""Kinds of section that have no ground of their own."""
_TAGS = {"hero": "header"}


def _box(x: float, y: float, width: float, height: float, colour: Colour, kind: str, radius: float = 0.0) -> Block:
    tag = kind if kind in ("nav", "footer", "body", "div") else _TAGS.get(kind, "section")
    return Block("box", "", x, y, width, height, colour, colour, 0.0, False, False, "left", tag, radius=radius)


def _nav(pen: _Pen) -> None:
    (name,), links = pen.section.texts
    widths = [text_width(link, 16, False) for link in links]
    name_width, menu_width = text_width(name, 24, True), sum(widths) + _GAP * (len(links) - 1)
    spare = pen.width - name_width - menu_width - _MARGIN
    start = pen.left + (spare / 2 if pen.section.align == "centred" else 0.0)
    menu = pen.left + pen.width - menu_width if pen.section.align == "right" else start + name_width + _MARGIN
    line = _Pen(replace(pen.section, align="left"), 16.0, left=start, ground=pen.ground, blocks=pen.blocks)
    line.text(name, 24, 32, bold=True)
    spot = menu
    for link, width in zip(links, widths, strict=True):
        line.y, line.left = 20.0, spot
        line.text(link, 16, 24, tag="a")
        stands = _stands(spot - menu, menu + menu_width - spot - width, menu_width)
        pen.blocks[-1] = replace(pen.blocks[-1], align=stands)
        spot += width + _GAP
    pen.y = 64.0


def _stands(before: float, after: float, room: float) -> str:
    """The alignment that a line of text is seen to have, from the room on both sides of it."""
    if abs(before - after) <= max(8.0, 0.06 * room):
        return "center"
    return "left" if before < after else "right"


def _hero(pen: _Pen) -> None:
    padding, size, line = _HERO[pen.section.size]
    pen.y = padding
    pen.text(pen.section.texts[0][0], size, line, bold=True, tag="h1")
    pen.button(pen.section.button)
    pen.y += padding


def _cards(pen: _Pen) -> None:
    (titles,) = pen.section.texts
    columns, colour = pen.section.columns, rgb(pen.section.background)
    width = (pen.width - _GAP * (columns - 1)) / columns
    for number, title in enumerate(titles):
        x, top = _MARGIN + number % columns * (width + _GAP), _MARGIN + number // columns * (76 + _GAP)
        if colour != pen.ground:
            pen.blocks.append(_box(x, top, width, 76, colour, "div", 4.0))
        card = _Pen(pen.section, top + 24, left=x + 24, width=width - 48, ground=colour, blocks=pen.blocks)
        card.text(title, 20, 28, bold=True, tag="h3")
    rows = -(-len(titles) // columns)
    pen.y = 2 * _MARGIN + rows * 76 + (rows - 1) * _GAP


def _text(pen: _Pen) -> None:
    (heading,), (paragraph,) = pen.section.texts
    pen.y = 40
    pen.text(heading, 30, 36, bold=True, tag="h2", after=16)
    pen.text(paragraph, 18, 28, after=40)


def _picture(pen: _Pen) -> None:
    width, height = _PICTURES[pen.section.size]
    x = pen._x(width)
    pen.blocks.append(Block("image", "", x, 24, width, height, _MEAN, _MEAN, 0.0, False, False, "left", "img"))
    pen.y = 48 + height


def _list(pen: _Pen) -> None:
    (heading,), items = pen.section.texts
    pen.y = 40
    pen.text(heading, 30, 36, bold=True, tag="h2", after=16)
    for number, item in enumerate(items, start=1):
        pen.text(item, 18, 28, tag="li", after=8 if number < len(items) else 40)


def _quote(pen: _Pen) -> None:
    (words,), (person,) = pen.section.texts
    pen.y = 48
    pen.text(words, 24, 32, after=8)
    pen.text(person, 18, 28, bold=True, after=48)


def _form(pen: _Pen) -> None:
    (heading,), labels = pen.section.texts
    pen.y = 40
    pen.text(heading, 30, 36, bold=True, tag="h2")
    for label in labels:
        pen.y += 16
        pen.text(label, 18, 28)
        pen.field()
    pen.button(pen.section.button)
    pen.y += 16 + 40  # pages without a doctype have a margin below a form


def _footer(pen: _Pen) -> None:
    pen.y = 32
    pen.text(pen.section.texts[0][0], 16, 24, after=32)


_DRAW: dict[str, Callable[[_Pen], None]] = {
    "nav": _nav,
    "hero": _hero,
    "cards": _cards,
    "text": _text,
    "picture": _picture,
    "list": _list,
    "quote": _quote,
    "form": _form,
    "footer": _footer,
}
