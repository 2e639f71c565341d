"""What a rendered page is: the picture, and what a person would see in it as one thing each.

Only the browser makes these; similarity, the designer and the report read them. They know no HTML.
"""

from dataclasses import dataclass
from typing import Literal

Colour = tuple[int, int, int]
"""Red, green, blue, each 0 to 255."""


@dataclass(frozen=True)
class Block:
    """What a person sees as one thing: a run of text, a picture, a control, or a filled box."""

    kind: Literal["text", "image", "control", "box"]
    text: str
    x: float
    y: float
    width: float
    height: float
    """CSS pixels, in the page's coordinates."""
    color: Colour
    background: Colour
    """As seen: blended with what is below."""
    font_size: float
    """CSS pixels."""
    bold: bool
    italic: bool
    align: str
    """left, center, right or justify."""
    tag: str
    """The element's name in lower case; `body` is the page's ground, and the first block of every page."""
    lines: int = 1
    """Of text."""
    radius: float = 0.0
    """Of the corners, CSS pixels."""


@dataclass(frozen=True)
class Rendered:
    """One page as a person sees it. `width` and `height` are the picture's, in pixels; one CSS pixel is one pixel."""

    png: bytes
    width: int
    height: int
    blocks: tuple[Block, ...]
    refused: tuple[str, ...] = ()
    """Addresses that the page asked for and did not get, sorted: requests race, and the same page says the same."""
    notes: tuple[str, ...] = ()
    """What a person should know: the picture was cut at the largest height, a picture was replaced, ..."""
