"""Whether a thing that the page's structure claims is really to be seen in the page's picture.

Style sheets have a hundred ways to hide text; the picture has one way to show it. A text is there when its lines hold
pixels on the way from their ground to the text's colour, as letters have and neither a bare ground nor a blur has. A
box is there when it stands out from what is around it.
"""

from collections.abc import Sequence

import numpy as np

from dulcet.benchmarks.frontend.rendered import Colour
from dulcet.benchmarks.frontend.similarity.pixels import Picture, colour_of, crop, main_colour

FAINT = 22.0
"""Euclidean distance in RGB below which text cannot be told from its ground (gray-100 on white is 20)."""
LEAST_INK = 0.01
"""Share of a line's pixels that are ink; ordinary text has 0.1 to 0.3."""
MOST_LINES = 12
_ALONG = 0.45
"""How far towards the text's colour a pixel has to be: thin strokes never reach it."""

Box = Sequence[float]
"""x, y, width, height."""


def inked(picture: Picture, lines: Sequence[Box], color: Colour, alpha: float) -> tuple[Colour, Colour] | None:
    """The colours of text and ground as seen in most of the lines, or None where the text is not to be seen."""
    chosen = lines[:: -(-len(lines) // MOST_LINES)]
    found = [seen for line in chosen if (seen := _line(crop(picture, *line), color, alpha)) is not None]
    if not chosen or len(found) < 0.6 * len(chosen):
        return None
    return found[0]


def _line(pixels: Picture, color: Colour, alpha: float) -> tuple[Colour, Colour] | None:
    if pixels.size == 0:
        return None
    ground = np.array(main_colour(pixels), dtype=np.float32)
    ink = alpha * np.array(color, dtype=np.float32) + (1 - alpha) * ground
    way = ink - ground
    length = float(np.sqrt(way @ way))
    if length < FAINT:
        return None
    off = pixels.reshape(-1, 3).astype(np.float32) - ground
    along = off @ way / length**2
    aside = np.square(off - along[:, None] * way).sum(axis=1)
    if np.mean((along > _ALONG) & (aside < (0.35 * length + 12) ** 2)) < LEAST_INK:
        return None
    return colour_of(ink), colour_of(ground)


def stands_out(picture: Picture, box: Box) -> Colour | None:
    """The colour just inside a box's edge where the box differs from what is around it, else None."""
    x, y, width, height = box
    inset = min(3.0, width / 4, height / 4)
    inside = _ring(picture, x + inset, y + inset, width - 2 * inset, height - 2 * inset)
    if inside is None:
        return None
    outside = _sides(picture, x - 3, y - 3, width + 6, height + 6)
    edges = _sides(picture, x, y, width, height)
    if any(_far(inside, side, 5.0) for side in outside if side is not None):
        return inside
    drawn = (pair for pair in zip(edges, outside, strict=True) if None not in pair)
    return inside if any(_far(edge, side, 12.0) for edge, side in drawn if edge and side) else None


def _far(one: Colour, other: Colour, distance: float) -> bool:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) >= distance**2


def _sides(picture: Picture, x: float, y: float, width: float, height: float) -> list[Colour | None]:
    """The main colour of each side of a frame one pixel thick; None where it is outside the picture."""
    bottom, right = picture.shape[:2]
    top_in, bottom_in, left_in, right_in = y > -1, y + height <= bottom + 1, x > -1, x + width <= right + 1
    strips = zip(_strips(picture, x, y, width, height), (top_in, bottom_in, left_in, right_in), strict=True)
    return [main_colour(part) if inside and part.size else None for part, inside in strips]


def _ring(picture: Picture, x: float, y: float, width: float, height: float) -> Colour | None:
    parts = [part for part in _strips(picture, x, y, width, height) if part.size]
    return main_colour(np.concatenate([part.reshape(-1, 3) for part in parts])) if parts else None


def _strips(picture: Picture, x: float, y: float, width: float, height: float) -> list[Picture]:
    frames = ((x, y, width, 1), (x, y + height - 1, width, 1), (x, y, 1, height), (x + width - 1, y, 1, height))
    return [crop(picture, *frame) for frame in frames]
