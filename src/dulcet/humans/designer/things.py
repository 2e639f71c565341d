"""Differences of single things that are on both pages: words, colours, letters, alignment, size of pictures."""

from collections.abc import Iterator

from dulcet.benchmarks.frontend.colours import colour_name, difference, to_hex
from dulcet.benchmarks.frontend.rendered import Block, Colour
from dulcet.benchmarks.frontend.similarity.likeness import weight
from dulcet.humans.designer.difference import Difference
from dulcet.humans.designer.layout import Layout, same_row
from dulcet.humans.designer.naming import MOST_WORDS, noun, quote
from dulcet.humans.designer.view import View

SEEN = 5.0
"""The CIEDE2000 difference from which on two colours with different names are told apart."""
PLAIN = 12.0
"""... and two colours with the same name."""
ALIGNED = {"left": "left-aligned", "start": "left-aligned", "center": "centred", "right": "right-aligned"}


def differences(view: View, picker: bool) -> Iterator[Difference]:
    """Everything that differs in one thing; `picker`: whether the person can say colours exactly."""
    for page, target in view.pairs():
        if target.kind == "image":
            yield from _picture(view, page, target)
        else:
            yield from _words(view, page, target)
            yield from _look(view, page, target, picker)


def _words(view: View, page: Block, target: Block) -> Iterator[Difference]:
    from rapidfuzz import fuzz

    if page.text != target.text:
        loss = weight(target) * (0.1 + 1 - fuzz.ratio(page.text, target.text) / 100)
        yield Difference("words", loss, (view.call(page),), (quote(target.text, MOST_WORDS),))


def _look(view: View, page: Block, target: Block, picker: bool) -> Iterator[Difference]:
    name, size = (view.call(page),), weight(target)
    if page.kind != target.kind:
        wanted = noun(target) if target.kind == "control" else "text"
        yield Difference("kind", 0.3 * size, name, (wanted, *button_colours(target, picker)))
    elif target.kind == "control" and changed(page.background, target.background, picker):
        yield Difference("button colour", 0.4 * size, name, button_colours(target, picker))
    elif changed(page.color, target.color, picker):
        far = min(1.0, difference(page.color, target.color) / 40)
        yield Difference("colour", (0.05 + 0.3 * far) * size, name, (colour_words(page.color, target.color, picker),))
    ratio = max(1.0, page.font_size) / max(1.0, target.font_size)
    if not 0.88 <= ratio <= 1.14:
        loss = size * (0.1 + 0.3 * (1 - min(ratio, 1 / ratio)))
        yield Difference("larger" if ratio < 1 else "smaller", loss, name, (f"{target.font_size:.0f}",))
    if page.bold != target.bold:
        yield Difference("bold" if target.bold else "not bold", 0.08 * size, name)
    across = min(abs(page.x - target.x), abs(page.x + page.width - target.x - target.width))
    if page.align != target.align and across > 24 and aligned(target, view.target):
        yield Difference("align", 0.35 * size, name, (ALIGNED[target.align],))


def aligned(block: Block, page: Layout) -> str:
    """`centred` and the like; "" in a row whose things do not agree: there they stand where the row leaves them."""
    beside = [other for other in page.order if other.kind == "text" and same_row(block, other)]
    same = {other.align for other in beside} == {block.align}
    return ALIGNED.get(block.align, "") if same else ""


def _picture(view: View, page: Block, target: Block) -> Iterator[Difference]:
    if page.kind != "image":
        return
    wide, high = page.width / target.width, page.height / target.height
    if not (0.85 <= wide <= 1.18 and 0.85 <= high <= 1.18):
        kind = "picture larger" if wide * high < 1 else "picture smaller"
        loss = weight(target) * (1 - min(wide, 1 / wide) * min(high, 1 / high))
        yield Difference(kind, loss, (view.call(page),), (_round(target.width), _round(target.height)))


def _round(pixels: float) -> str:
    """To what an eye can tell."""
    return f"{round(pixels / 10) * 10 if pixels >= 40 else round(pixels):.0f}"


def button_colours(block: Block, picker: bool) -> tuple[str, str]:
    """The colours of a control's ground and words."""
    return exact(block.background, picker), exact(block.color, picker)


def changed(page: Colour, target: Colour, picker: bool) -> bool:
    """Whether somebody would ask for the other colour."""
    apart = difference(page, target)
    return apart >= (SEEN if picker or colour_name(page) != colour_name(target) else PLAIN)


def exact(colour: Colour, picker: bool) -> str:
    """`dark blue`, or with a colour picker `dark blue (#1e3a8a)`."""
    return f"{colour_name(colour)} ({to_hex(colour)})" if picker else colour_name(colour)


def colour_words(page: Colour, target: Colour, picker: bool) -> str:
    """What the colour should be, seen beside the one it is."""
    if picker or colour_name(page) != colour_name(target):
        return exact(target, picker)
    return "a bit lighter" if sum(target) > sum(page) else "a bit darker"
