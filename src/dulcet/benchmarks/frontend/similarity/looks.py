"""How alike two pages look from afar: colour and structure at a few small sizes, where there is anything to see.

Most of most pages is bare ground, which is why plain SSIM pays a blank page 0.8. Here every pixel counts by how much
there is to see at its place on either page: how far it is from its page's ground. What only one page is high enough to
show is a difference.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.benchmarks.frontend.similarity.colour_difference import lab
from dulcet.benchmarks.frontend.similarity.matching import ground
from dulcet.benchmarks.frontend.similarity.pixels import decode

WIDTH = 160
"""Of the largest of the small pictures, in pixels."""
SCALES = 4
"""Each half as wide as the one before: 160, 80, 40 and 20."""
FAR = 60.0
"""Distance in L*a*b* that counts as another colour altogether."""
FLOOR = 0.02
"""What bare ground counts, beside 1 for what stands out."""
KEPT = 512
"""Small pictures in memory, about 200 kB each."""

Values = NDArray[np.float32]


def looks(one: Rendered, other: Rendered) -> float:
    """In [0, 1]; 1 for equal pictures."""
    images, height = _padded(one, other)
    seen = [_standing_out(image, page, height) for image, page in zip(images, (one, other), strict=True)]
    scores = []
    for _ in range(SCALES):
        there = np.maximum(seen[0], seen[1]) + FLOOR
        scores.append(float((there * _alike(*images)).sum() / there.sum()))
        images, seen = [_halved(image) for image in images], [_halved(part) for part in seen]
    return min(1.0, max(0.0, float(np.mean(scores))))


@lru_cache(maxsize=KEPT)
def thumbnail(png: bytes) -> Values:
    """[height, WIDTH, 3] in L*a*b*, the height in proportion. Kept for the last pictures seen."""
    from PIL import Image

    pixels = decode(png)
    height = max(1, round(pixels.shape[0] * WIDTH / pixels.shape[1]))
    with Image.fromarray(pixels) as image:
        return lab(np.asarray(image.resize((WIDTH, height), Image.Resampling.BOX)))


def _padded(one: Rendered, other: Rendered) -> tuple[list[Values], int]:
    """Both pictures on one height, and how much of it the higher has; what a page lacks is far from every colour."""
    small = [thumbnail(one.png), thumbnail(other.png)]
    step = 2 ** (SCALES - 1)
    common = max(len(image) for image in small)
    height = -(-common // step) * step
    padded = []
    for image in small:
        absent = np.full((common - len(image), WIDTH, 3), -2 * FAR, dtype=np.float32)
        empty = np.zeros((height - common, WIDTH, 3), dtype=np.float32)
        padded.append(np.concatenate([image, absent, empty]))
    return padded, common


def _standing_out(image: Values, page: Rendered, height: int) -> Values:
    """[height, WIDTH] from 0, the page's ground, to 1, plainly something else; nothing is below both pages."""
    distance = np.sqrt(np.square(image - lab(ground(page).color)).sum(axis=-1))
    distance[height:] = 0
    return np.asarray(np.minimum(distance / 20, 1), dtype=np.float32)


def _alike(one: Values, other: Values) -> Values:
    distance = np.sqrt(np.square(one - other).sum(axis=-1))
    return np.asarray(np.square(1 - np.minimum(distance / FAR, 1)), dtype=np.float32)


def _halved(image: Values) -> Values:
    """Means of two by two."""
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    image = image[:height, :width]
    quarters = image[0::2, 0::2] + image[1::2, 0::2] + image[0::2, 1::2] + image[1::2, 1::2]
    return np.asarray(quarters / 4, dtype=np.float32)
