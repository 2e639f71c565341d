"""Two pages as somebody sees them who has both before them: in reading order, and which thing is which."""

from dataclasses import dataclass

from dulcet.benchmarks.frontend.rendered import Block, Rendered
from dulcet.benchmarks.frontend.similarity.likeness import weight
from dulcet.benchmarks.frontend.similarity.matching import ground, match, things
from dulcet.humans.designer.layout import Layout, layout
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
    both = [(found.one[i], found.other[j]) for i, j in found.pairs]
    return View(
        page=layout([block for block in found.one if block.kind != "box"]),
        target=layout([block for block in found.other if block.kind != "box"]),
        page_boxes=[block for block in found.one if block.kind == "box"],
        target_boxes=[block for block in found.other if block.kind == "box"],
        partner={id(b): a for a, b in both},
        taken={id(a): b for a, b in both},
        grounds=(ground(page), ground(target)),
        width=target.width,
        total=sum(weight(block) for block in found.other) or 1.0,
    )
