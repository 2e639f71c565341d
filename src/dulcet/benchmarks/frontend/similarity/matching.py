"""Which block of one page is which block of the other: the assignment that pairs most of what is alike.

Two blocks are alike by their texts, their places and their sizes; the pairs are those whose affinities have the
greatest sum (Kuhn and Munkres, by scipy). A text and a control can be the same thing (a link and a button with the
same words), a picture and a text cannot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dulcet.benchmarks.frontend.rendered import Block, Rendered

LEAST_AFFINITY = 0.4
"""Blocks less alike than this are two things, one too many and one missing."""
ACROSS, DOWN = 300.0, 400.0
"""CSS pixels at which being elsewhere takes 63 % of a place's worth."""
_KIN = {("text", "control"): 0.85, ("control", "text"): 0.85, ("image", "box"): 0.5, ("box", "image"): 0.5}
WRITTEN = ("text", "control")

Table = NDArray[np.float64]


@dataclass(frozen=True)
class Matching:
    """Pairs of positions in the two lists of blocks, in the order of the first, and who was left over."""

    one: tuple[Block, ...]
    other: tuple[Block, ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def only_one(self) -> list[Block]:
        """The blocks of the first list without a partner."""
        paired = {i for i, _ in self.pairs}
        return [block for i, block in enumerate(self.one) if i not in paired]

    @property
    def only_other(self) -> list[Block]:
        """The blocks of the second list without a partner."""
        paired = {j for _, j in self.pairs}
        return [block for j, block in enumerate(self.other) if j not in paired]


def things(page: Rendered) -> tuple[Block, ...]:
    """The blocks that are on the page's ground, without the ground itself."""
    return tuple(block for block in page.blocks if block.tag != "body")


def ground(page: Rendered) -> Block:
    """The page's ground. Raises ValueError for a page that was read by something else than `read_blocks`."""
    for block in page.blocks:
        if block.tag == "body":
            return block
    raise ValueError("the page has no block named 'body'")


def match(one: Sequence[Block], other: Sequence[Block]) -> Matching:
    """The best pairs of blocks of two pages. Raises nothing; either list may be empty."""
    from scipy.optimize import linear_sum_assignment

    if not one or not other:
        return Matching(tuple(one), tuple(other), ())
    affinity = _affinity(one, other)
    rows, columns = linear_sum_assignment(affinity, maximize=True)
    pairs = [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if affinity[i, j] >= LEAST_AFFINITY]
    return Matching(tuple(one), tuple(other), tuple(pairs))


def _affinity(one: Sequence[Block], other: Sequence[Block]) -> Table:
    kin = np.array([[1.0 if a.kind == b.kind else _KIN.get((a.kind, b.kind), 0.0) for b in other] for a in one])
    written = np.array([[a.kind in WRITTEN and b.kind in WRITTEN for b in other] for a in one])
    place, size = placing(one, other), sizing(one, other)
    told = 0.65 * wording(one, other) + 0.25 * place + 0.1 * size
    return np.asarray(np.where(written, told, 0.6 * place + 0.4 * size) * kin)


def wording(one: Sequence[Block], other: Sequence[Block]) -> Table:
    """1 for the same text, by edit distance down to 0; the text of a button or field without words is equal to none."""
    from rapidfuzz import fuzz, process

    texts = [block.text for block in one], [block.text for block in other]
    table = np.asarray(process.cdist(*texts, scorer=fuzz.ratio, dtype=np.float64)) / 100
    empty = np.array([[not a and not b for b in texts[1]] for a in texts[0]])
    return np.where(empty, 1.0, table)


def placing(one: Sequence[Block], other: Sequence[Block]) -> Table:
    """1 for the same place, less the further apart. Across, the nearest of the left edges, middles and right edges."""
    x_1, y_1, w_1, h_1 = _boxes(one)
    x_2, y_2, w_2, h_2 = _boxes(other)
    across = np.abs(x_1 - x_2.T)
    for share in (0.5, 1.0):
        across = np.minimum(across, np.abs(x_1 + share * w_1 - (x_2 + share * w_2).T))
    down = np.minimum(np.abs(y_1 - y_2.T), np.abs(y_1 + h_1 / 2 - (y_2 + h_2 / 2).T))
    return closeness(across, down)


def closeness(across: Table, down: Table) -> Table:
    """From distances in CSS pixels to [0, 1]."""
    return np.asarray(np.exp(-across / ACROSS - down / DOWN))


def sizing(one: Sequence[Block], other: Sequence[Block]) -> Table:
    """Smaller by larger of the widths and of the heights; their geometric mean."""
    _, _, w_1, h_1 = _boxes(one)
    _, _, w_2, h_2 = _boxes(other)
    wide = np.minimum(w_1, w_2.T) / np.maximum(w_1, w_2.T)
    high = np.minimum(h_1, h_2.T) / np.maximum(h_1, h_2.T)
    return np.asarray(np.sqrt(wide * high))


def _boxes(blocks: Sequence[Block]) -> tuple[Table, Table, Table, Table]:
    x, y, w, h = (np.array([[getattr(block, name)] for block in blocks]) for name in ("x", "y", "width", "height"))
    return x, y, np.maximum(w, 1.0), np.maximum(h, 1.0)
