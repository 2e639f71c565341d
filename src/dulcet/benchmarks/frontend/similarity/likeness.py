"""What two pages have in common, block by block: the half of the score that knows what a page is.

Every matched pair gets a quality in [0, 1]; the score is the part of all blocks' weight, on both pages, that the
qualities cover. So what is missing costs as much as what is too much, and a page without blocks has nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dulcet.benchmarks.frontend.rendered import Block, Rendered
from dulcet.benchmarks.frontend.similarity.colour_difference import ciede2000, lab
from dulcet.benchmarks.frontend.similarity.matching import (
    WRITTEN,
    Matching,
    ground,
    match,
    placing,
    sizing,
    things,
    wording,
)

TEXT, PLACE, SIZE, COLOUR, ALIGN, TYPE = 0.25, 0.25, 0.1, 0.2, 0.05, 0.15
"""What of a written block's quality is due to what; the text's own share is taken a second time as a factor."""
FAR = 40.0
"""The CIEDE2000 difference that counts as another colour altogether."""
GROUND = 0.15
"""What another ground of the page costs at most."""
MOVED = 0.7
"""What a place is worth that is right but for what the whole page is higher or lower by."""
_KINDS = {"text": 1.0, "control": 1.2, "image": 0.3, "box": 0.35}

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Likeness:
    """How alike the blocks of two pages are, each in [0, 1], and the pairs that this was read from."""

    score: float
    """All of it together."""
    coverage: float
    """Weight of the matched blocks by weight of all, both pages together."""
    text: float
    place: float
    colour: float
    matching: Matching


def likeness(one: Rendered, other: Rendered) -> Likeness:
    """Compare the blocks of two pages. Two pages without any blocks are alike as far as their grounds are."""
    matching = match(things(one), things(other))
    grounds = 1 - GROUND * (1 - float(_tint([ground(one)], [ground(other)])[0]))
    weights = [np.array([weight(block) for block in blocks]) for blocks in (matching.one, matching.other)]
    total = sum(float(weight.sum()) for weight in weights)
    if total == 0:
        return Likeness(grounds, 1.0, 1.0, 1.0, grounds, matching)
    pairs = np.array(matching.pairs, dtype=np.intp).reshape(-1, 2)
    shares = (weights[0][pairs[:, 0]] + weights[1][pairs[:, 1]]) / total
    parts = _parts([matching.one[i] for i, _ in matching.pairs], [matching.other[j] for _, j in matching.pairs])
    held = np.array([_held(matching, weights, i, j) for i, j in matching.pairs])
    quality, text, place, colour = (float(shares @ part) for part in (parts[0] * held, *parts[1:]))
    covered = float(shares.sum())
    scale = covered or 1.0
    return Likeness(_clean(quality * grounds), _clean(covered), text / scale, place / scale, colour / scale, matching)


def _held(matching: Matching, weights: Sequence[Values], i: int, j: int) -> float:
    """A box is what is written in it: the part of that weight that is paired. 1 for what is no box, or has no words."""
    if matching.one[i].kind != "box":
        return 1.0
    left, right = set(_in(matching.one[i], matching.one)), set(_in(matching.other[j], matching.other))
    paired = [(a, b) for a, b in matching.pairs if a in left and b in right]
    total = float(weights[0][list(left)].sum() + weights[1][list(right)].sum())
    return float(sum(weights[0][a] + weights[1][b] for a, b in paired)) / total if total else 1.0


def _in(box: Block, blocks: Sequence[Block]) -> list[int]:
    """Positions of what is written and has its middle in the box."""
    right, bottom = box.x + box.width, box.y + box.height
    return [
        at for at, block in enumerate(blocks)
        if block.kind in WRITTEN
        and box.x <= block.x + block.width / 2 <= right and box.y <= block.y + block.height / 2 <= bottom
    ]  # fmt: skip


def weight(block: Block) -> float:
    """What a block counts: large things more, but far less than by their area."""
    return float(_KINDS[block.kind] * (block.width * block.height) ** 0.35)


def qualities(one: Sequence[Block], other: Sequence[Block]) -> Values:
    """The quality of each pair of blocks, in [0, 1]; 1 for equal ones."""
    return _parts(one, other)[0]


def _parts(one: Sequence[Block], other: Sequence[Block]) -> tuple[Values, Values, Values, Values]:
    """Quality, text, place and colour of each pair."""
    if not one:
        nothing = np.zeros(0)
        return nothing, nothing, nothing, nothing
    text, size = (np.diagonal(table(one, other)) for table in (wording, sizing))
    place = _place(one, other)
    colour, align, kind = _tint(one, other), _equal(one, other, "align"), _equal(one, other, "kind")
    letters = _letters(one, other)
    written = TEXT * text + PLACE * place + SIZE * size + COLOUR * colour + ALIGN * align + TYPE * letters
    drawn = size * (0.6 * place + 0.4 * colour)
    is_written = np.array([block.kind in WRITTEN for block in one])
    quality = np.where(is_written, text * written, drawn) * (0.8 + 0.2 * kind)
    return quality, text, place, colour


def _place(one: Sequence[Block], other: Sequence[Block]) -> Values:
    """1 for the same place. Where most of the page stands higher or lower, what kept its distance to it has `MOVED`."""
    shift = np.median([b.y - a.y for a, b in zip(one, other, strict=True)])
    moved = [replace(block, y=block.y + float(shift)) for block in one]
    return np.maximum(np.diagonal(placing(one, other)), MOVED * np.diagonal(placing(moved, other)))


def _tint(one: Sequence[Block], other: Sequence[Block]) -> Values:
    """1 for the same colours of text and ground, 0 for quite different ones."""
    fronts = ciede2000(lab([block.color for block in one]), lab([block.color for block in other]))
    backs = ciede2000(lab([block.background for block in one]), lab([block.background for block in other]))
    return np.asarray(1 - (np.minimum(fronts, FAR) + np.minimum(backs, FAR)) / (2 * FAR), dtype=np.float64)


def _letters(one: Sequence[Block], other: Sequence[Block]) -> Values:
    """How alike the letters are: size, weight, slant."""
    sizes = [
        np.maximum(np.array([block.font_size for block in blocks], dtype=np.float64), 1) for blocks in (one, other)
    ]
    ratio = np.minimum(*sizes) / np.maximum(*sizes)
    return np.asarray(ratio * (0.6 + 0.3 * _equal(one, other, "bold") + 0.1 * _equal(one, other, "italic")))


def _equal(one: Sequence[Block], other: Sequence[Block], name: str) -> Values:
    return np.array([float(getattr(a, name) == getattr(b, name)) for a, b in zip(one, other, strict=True)])


def _clean(value: float) -> float:
    """Sums of shares are 1 but for rounding."""
    return min(1.0, max(0.0, round(value, 12)))
