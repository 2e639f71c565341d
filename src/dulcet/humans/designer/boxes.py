"""Differences of what lies behind the things: the page's ground, bands across it, boxes."""

from collections.abc import Iterator, Sequence

from dulcet.benchmarks.frontend.rendered import Block
from dulcet.benchmarks.frontend.similarity.likeness import weight
from dulcet.humans.designer.difference import Difference
from dulcet.humans.designer.layout import inside
from dulcet.humans.designer.naming import Name, quote
from dulcet.humans.designer.things import changed, colour_words, exact
from dulcet.humans.designer.view import View

BAR = 180.0
"""CSS pixels that a band at the top is high at most for it to be called a bar."""
TELLS = 4.0
"""Most CIEDE2000 difference of words' colours that are called one colour."""


def differences(view: View, picker: bool) -> Iterator[Difference]:
    """Everything that differs in grounds, bands and boxes."""
    page, target = view.grounds
    if changed(page.color, target.color, picker):
        yield Difference("ground", 0.15 * view.total, (), (colour_words(page.color, target.color, picker),))
    for box in view.target_boxes:
        other = view.on_page(box)
        if other is None:
            yield from _missing(view, box, picker)
        elif other.kind == "box":
            yield from _changed(view, other, box, picker)
    for box in view.page_boxes:
        held = inside(box, view.page.order)
        if id(box) not in view.taken and held:
            where = Name(_kind(box, view.width), *_ends(held)[:1])
            yield Difference("no box", 0.5 * weight(box), (where,))


def _missing(view: View, box: Block, picker: bool) -> Iterator[Difference]:
    held = [block for block in inside(box, view.target.order) if block.text]
    if held:
        kind, colour, ends = _kind(box, view.width), exact(box.color, picker), _ends(held)
        loss = weight(box) + 0.2 * sum(map(weight, held))
        yield Difference("box", loss, tuple(Name(kind, end) for end in ends), (colour, kind, str(len(ends))))


def _changed(view: View, page: Block, target: Block, picker: bool) -> Iterator[Difference]:
    held = [block for block in inside(page, view.page.order) if block.text]
    if not held or not changed(page.color, target.color, picker):
        return
    loss = 0.5 * weight(target) + 0.2 * sum(map(weight, held))
    where = Name(_kind(page, view.width), quote(held[0].text))
    words = [block for block in inside(target, view.target.order) if block.kind == "text"]
    on_page = [other for block in words if (other := view.on_page(block)) is not None]
    one = words and all(changed(block.color, words[0].color, picker) is False for block in words)
    if one and any(changed(other.color, words[0].color, picker) for other in on_page):
        said = (colour_words(page.color, target.color, picker), exact(words[0].color, picker))
        yield Difference("box and words", loss + 0.2 * sum(map(weight, words)), (where,), said)
    else:
        yield Difference("box colour", loss, (where,), (colour_words(page.color, target.color, picker),))


def _kind(box: Block, width: int) -> str:
    """Top bar, band or box."""
    if box.width < 0.9 * width:
        return "box"
    return "top bar" if box.y < 5 and box.height <= BAR else "band"


def _ends(held: Sequence[Block]) -> tuple[str, ...]:
    """The words of the first thing and of the last one, or of the only one."""
    texts = [quote(block.text) for block in held if block.text]
    return tuple(dict.fromkeys((texts[0], texts[-1]))) if texts else ("",)


def told_words(view: View, picker: bool) -> set[Name]:
    """The texts whose colours are told together with those of their boxes."""
    named: set[Name] = set()
    for box in view.target_boxes:
        page = view.on_page(box)
        if page is not None and page.kind == "box":
            told = any(one.kind == "box and words" for one in _changed(view, page, box, picker))
            blocks = inside(box, view.target.order) if told else []
            named |= {view.call(other) for block in blocks if (other := view.on_page(block)) is not None}
    return named
