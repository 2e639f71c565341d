"""A page's picture as an array, and what colours a part of it has."""

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dulcet.benchmarks.frontend.rendered import Colour

MANY = 10_000
"""Pixels that tell the colour of a part well enough."""
Picture = NDArray[np.uint8]
"""[height, width, 3]."""


@lru_cache(maxsize=4)
def decode(png: bytes) -> Picture:
    """The pixels of a picture. Kept for the last few pictures: several parts look at the same one."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        pixels = np.asarray(image.convert("RGB"))
    pixels.setflags(write=False)
    return pixels


def crop(picture: Picture, x: float, y: float, width: float, height: float) -> Picture:
    """The pixels whose middle is in the rectangle, and at least one where it touches the picture; else none."""
    left, top = max(0, round(x)), max(0, round(y))
    right, bottom = max(left + 1, round(x + width)), max(top + 1, round(y + height))
    return picture[top:bottom, left:right]


def main_colour(pixels: Picture) -> Colour:
    """The colour that most pixels have: the mean of the fullest of 4,096 cells."""
    flat = pixels.reshape(-1, 3)
    if len(flat) > MANY:
        flat = flat[:: len(flat) // MANY]
    cells = (flat[:, 0].astype(np.int32) >> 4 << 8) | (flat[:, 1] >> 4).astype(np.int32) << 4 | (flat[:, 2] >> 4)
    fullest = flat[cells == np.bincount(cells).argmax()]
    return colour_of(fullest.mean(axis=0))


def mean_colour(pixels: Picture) -> Colour:
    """The mean of all pixels: of a sample it would depend on where the part stands."""
    return colour_of(pixels.sum(axis=(0, 1), dtype=np.int64) / (pixels.shape[0] * pixels.shape[1]))


def colour_of(values: NDArray[np.floating]) -> Colour:
    """Three numbers as a colour."""
    red, green, blue = (min(255, max(0, round(float(value)))) for value in values)
    return red, green, blue
