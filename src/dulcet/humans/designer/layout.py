"""How the things on a page are arranged, as an eye takes it in: in which order one reads them, and what stands in rows.

Pages are cut into bands at wide gaps, bands into columns, columns into bands again (an X-Y cut, Nagy and Seth 1984).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dulcet.benchmarks.frontend.rendered import Block

WIDE = 28.0
"""CSS pixels between two bands of a page; lines of one thing are closer."""
LEVEL = 14.0
"""CSS pixels that the tops of things side by side may differ."""


@dataclass
class Layout:
    """Reading order, and for each row of things side by side the first thing of every column and all that is in it."""

    order: list[Block] = field(default_factory=list)
    rows: list[list[list[Block]]] = field(default_factory=list)
    """Row -> column -> blocks."""


def layout(blocks: Sequence[Block]) -> Layout:
    """Read a page's texts, controls and pictures."""
    found = Layout()
    found.order = _bands(list(blocks), WIDE, found)
    return found


def _bands(blocks: list[Block], least: float, found: Layout) -> list[Block]:
    bands = _cut(blocks, lambda block: (block.y, block.y + block.height), least)
    return [block for band in bands for block in _columns(band, least, found)]


def _columns(blocks: list[Block], least: float, found: Layout) -> list[Block]:
    columns = _cut(blocks, lambda block: (block.x, block.x + block.width), 6.0)
    if len(columns) > 1:
        place = len(found.rows)
        ordered = [_bands(column, WIDE, found) for column in columns]
        if _level([column[0] for column in ordered]):
            found.rows.insert(place, ordered)
        return [block for column in ordered for block in column]
    if least > 0:
        return _bands(blocks, 0.0, found)
    return sorted(blocks, key=lambda block: (block.y, block.x))


def _level(firsts: list[Block]) -> bool:
    """Whether things stand beside one another: by their tops or by their middles."""
    tops = [block.y for block in firsts]
    middles = [block.y + block.height / 2 for block in firsts]
    return min(max(tops) - min(tops), max(middles) - min(middles)) <= LEVEL


def _cut(blocks: list[Block], span: Callable[[Block], tuple[float, float]], least: float) -> list[list[Block]]:
    """Groups whose spans are further apart than `least` (pixels); a pixel or two of overlap is none."""
    groups: list[list[Block]] = []
    end = float("-inf")
    for block in sorted(blocks, key=lambda block: (span(block), block.y, block.x)):
        start, stop = span(block)
        if groups and start < end - 2 + least:
            groups[-1].append(block)
        else:
            groups.append([block])
        end = max(end, stop)
    return groups


def same_row(one: Block, other: Block) -> bool:
    """Whether two things share more than half of the lower one's height."""
    shared = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return shared > 0.5 * min(one.height, other.height)


def beside(blocks: Sequence[Block]) -> bool:
    """Whether all stand on one level, from left to right."""
    return _level(list(blocks)) and all(a.x < b.x for a, b in pairwise(blocks))


def inside(box: Block, blocks: Sequence[Block]) -> list[Block]:
    """The blocks whose middles are in the box, in the order given."""
    return [block for block in blocks if block is not box and _holds(box, block)]


def _holds(box: Block, block: Block) -> bool:
    x, y = block.x + block.width / 2, block.y + block.height / 2
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height


def longest_rising(ranks: Sequence[int]) -> list[int]:
    """Positions of a longest rising subsequence: what is in the right order already."""
    best: list[list[int]] = []
    for at, rank in enumerate(ranks):
        before = [chain for chain in best if ranks[chain[-1]] < rank]
        best.append([*max(before, key=len, default=[]), at])
    return max(best, key=len, default=[])
