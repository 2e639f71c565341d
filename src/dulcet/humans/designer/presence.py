"""What is on one of two pages alone: what is missing, with where it belongs and how it looks, and what is too much."""

from collections.abc import Iterator

from dulcet.benchmarks.frontend.colours import colour_name
from dulcet.benchmarks.frontend.rendered import Block
from dulcet.benchmarks.frontend.similarity.likeness import weight
from dulcet.humans.designer.difference import Difference
from dulcet.humans.designer.layout import same_row
from dulcet.humans.designer.naming import MOST_WORDS, Name, noun, quote
from dulcet.humans.designer.things import aligned, exact
from dulcet.humans.designer.view import View

TOGETHER, LETTERS = 6, 400
"""Most missing things of one sentence, and most letters of them, but for the first."""
_UNSAID = ("black", "dark grey")


def differences(view: View, picker: bool) -> Iterator[Difference]:
    """Everything that is missing, in the target's reading order, and everything that is too much."""
    group: list[Block] = []
    for at, block in enumerate(view.target.order):
        if view.on_page(block) is not None:
            yield from _missing(view, group, at, picker)
            group = []
        elif group and (_full(group, block) or not _alike(view, group, block, picker)):
            yield from _missing(view, group, at, picker)
            group = [block]
        else:
            group.append(block)
    yield from _missing(view, group, len(view.target.order), picker)
    for block in view.page.order:
        if id(block) not in view.taken:
            yield Difference("extra", 0.9 * weight(block), (view.call(block),))


def anchor(view: View, place: int, told: set[int]) -> tuple[str, str] | None:
    """Where a missing thing belongs: beside, below or above something that is on the page or has just been told of."""
    block, order = view.target.order[place], view.target.order
    for at in range(place - 1, -1, -1):
        known = (page := view.on_page(order[at])) is not None or at in told
        if known and order[at].text:
            text = page.text if page is not None else order[at].text
            return ("to the right of" if same_row(block, order[at]) else "below"), quote(text)
    for at in range(place + 1, len(order)):
        page = view.on_page(order[at])
        if page is not None and page.text:
            return "above", quote(page.text)
    return None


def _missing(view: View, group: list[Block], end: int, picker: bool) -> Iterator[Difference]:
    if not group:
        return
    names = tuple(Name(noun(block), quote(block.text, MOST_WORDS)) for block in group)
    arranged = "" if len(group) == 1 else "side by side" if same_row(group[0], group[1]) else "below each other"
    said = (arranged, *_style(view, group[0], picker))
    yield Difference("missing", sum(map(weight, group)), names, said, end - len(group))


def _full(group: list[Block], block: Block) -> bool:
    return len(group) == TOGETHER or sum(len(one.text) for one in (*group, block)) > LETTERS


def _alike(view: View, group: list[Block], block: Block, picker: bool) -> bool:
    """Whether a block goes on with the group: the same kind and look, and the same direction."""
    first, last = group[0], group[-1]
    if noun(first) != noun(block) or not block.text or _style(view, first, picker) != _style(view, block, picker):
        return False
    return len(group) == 1 or same_row(first, group[1]) == same_row(last, block)


def _style(view: View, block: Block, picker: bool) -> tuple[str, ...]:
    """How a block looks, in the words of a list."""
    if block.kind == "image":
        return (f"about {round(block.width, -1):.0f} by {round(block.height, -1):.0f} px",)
    if block.kind == "control":
        return (f"{exact(block.background, picker)} with {exact(block.color, picker)} text",)
    side = aligned(block, view.target) if block.align in ("center", "right") else ""
    words = [side] if side else []
    words += ["bold"] if block.bold else []
    words += [f"about {block.font_size:.0f} px"] if abs(block.font_size - 16) > 1.5 else []
    words += [exact(block.color, picker)] if picker or colour_name(block.color) not in _UNSAID else []
    return tuple(words)
