"""Two pages as somebody sees them who has both before them: in reading order, and which thing is which."""

from dataclasses import dataclass

from dulcet.benchmarks.frontend.rendered import Block, Rendered
from dulcet.benchmarks.frontend.similarity.likeness import weight
from dulcet.benchmarks.frontend.similarity.matching import ground, match, things
from dulcet.humans.designer.layout import Layout, inside, layout
from dulcet.humans.designer.naming import Name, name


@dataclass(frozen=True)
class View:
    """The agent's page and the target; blocks are held by identity."""

    page: Layout
    target: Layout
    page_boxes: list[Block]
    target_boxes: list[Block]
    partner: dict[int, Block]
    """id of a target's block -> the page's block that is the same thing."""
    taken: dict[int, Block]
    """id of a page's block -> the target's."""
    grounds: tuple[Block, Block]
    width: int
    total: float
    """Weight of the target's blocks."""

    def on_page(self, block: Block) -> Block | None:
        """The page's block for one of the target's."""
        return self.partner.get(id(block))

    def call(self, block: Block) -> Name:
        """What to call one of the page's blocks."""
        return name(block, self.page.order)

    def pairs(self) -> list[tuple[Block, Block]]:
        """(on the page, on the target) for all that is on both but boxes, in the target's reading order."""
        return [(other, block) for block in self.target.order if (other := self.on_page(block)) is not None]


def view(page: Rendered, target: Rendered) -> View:
    """Look at two rendered pages."""
    found = match(things(page), things(target))
    paired = [(found.one[i], found.other[j]) for i, j in found.pairs]
    both = [(a, b) for a, b in paired if "box" not in (a.kind, b.kind)]
    page_boxes = [block for block in found.one if block.kind == "box"]
    target_boxes = [block for block in found.other if block.kind == "box"]
    both += _same_boxes(page_boxes, target_boxes, both)
    return View(
        page=layout([block for block in found.one if block.kind != "box"]),
        target=layout([block for block in found.other if block.kind != "box"]),
        page_boxes=page_boxes,
        target_boxes=target_boxes,
        partner={id(b): a for a, b in both},
        taken={id(a): b for a, b in both},
        grounds=(ground(page), ground(target)),
        width=target.width,
        total=sum(weight(block) for block in found.other) or 1.0,
    )


def _same_boxes(page: list[Block], target: list[Block], both: list[tuple[Block, Block]]) -> list[tuple[Block, Block]]:
    """The boxes of the two pages that hold the same things: those with the largest part of their contents in common."""
    held = [{id(a) for a in inside(box, [a for a, _ in both])} for box in page]
    wanted = [{id(a) for a, b in both if inside(box, [b])} for box in target]
    shares = [
        (len(one & other) / len(one | other), _likeness(page[i], target[j]), i, j)
        for i, one in enumerate(held) for j, other in enumerate(wanted) if one & other
    ]  # fmt: skip
    pairs: dict[int, int] = {}
    for _, _, i, j in sorted(shares, reverse=True):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(page[i], target[j]) for i, j in pairs.items()]


def _likeness(one: Block, other: Block) -> float:
    """Of the sizes: which of two boxes in one another is meant."""
    return min(one.width, other.width) / max(one.width, other.width, 1.0)
