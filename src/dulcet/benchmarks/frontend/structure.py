"""From what the script in the page returns, and the page's picture, to blocks: what a person sees as one thing each.

The script runs in a world that the page cannot reach and says what is where. The picture has the last word: what the
script claims and the picture does not show is no block (`similarity/ink.py`).
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dulcet.benchmarks.frontend.rendered import Block, Colour

if TYPE_CHECKING:
    from dulcet.benchmarks.frontend.similarity.pixels import Picture

SAME_PLACE = 0.6
"""Texts that share more than this part of the smaller one's area cannot be read."""
ROWS = 128
"""Texts compared with all others at a time: a hostile page has thousands."""


@cache
def script() -> str:
    """The source of a JavaScript function without arguments that returns what `read_blocks` reads."""
    return (Path(__file__).parent / "structure.js").read_text(encoding="utf-8")


def read_blocks(found: dict[str, Any], png: bytes) -> tuple[Block, ...]:
    """The blocks that are seen, in the order of the document; the first is the page's ground, a box named `body`."""
    from dulcet.benchmarks.frontend.similarity.pixels import decode

    picture = decode(png)
    height, width = picture.shape[:2]
    ground = _colour(found["ground"])
    page = Block("box", "", 0, 0, width, height, ground, ground, 0.0, False, False, "left", "body")
    kept = (_inside(raw, width, height) for raw in found["blocks"])
    blocks = [block for raw in kept if raw is not None and (block := _READERS[raw["kind"]](raw, picture)) is not None]
    return (page, *_readable(blocks))


def _inside(raw: dict[str, Any], width: int, height: int) -> dict[str, Any] | None:
    """The claim cut to the picture; None where most of it is outside."""
    x, y, w, h = raw["box"]
    left, top, right, bottom = max(0.0, x), max(0.0, y), min(float(width), x + w), min(float(height), y + h)
    if right - left < 1 or bottom - top < 1 or (right - left) * (bottom - top) < 0.5 * w * h:
        return None
    return {**raw, "box": (left, top, right - left, bottom - top)}


def _text(raw: dict[str, Any], picture: "Picture") -> Block | None:
    from dulcet.benchmarks.frontend.similarity.ink import inked

    seen = inked(picture, raw["lines"], _colour(raw["color"]), raw["alpha"])
    return None if seen is None else _block(raw, raw["text"], *seen)


def _control(raw: dict[str, Any], picture: "Picture") -> Block | None:
    from dulcet.benchmarks.frontend.similarity.ink import inked, stands_out
    from dulcet.benchmarks.frontend.similarity.pixels import crop, main_colour

    seen = inked(picture, [raw["box"]], _colour(raw["color"]), raw["alpha"]) if raw["text"] else None
    ground = main_colour(crop(picture, *raw["box"]))
    if seen is None and stands_out(picture, raw["box"]) is None:
        return None
    return _block(raw, raw["text"] if seen else "", seen[0] if seen else ground, ground)


def _image(raw: dict[str, Any], picture: "Picture") -> Block:
    from dulcet.benchmarks.frontend.similarity.pixels import crop, mean_colour

    seen = mean_colour(crop(picture, *raw["box"]))
    return _block(raw, "", seen, seen)


def _box(raw: dict[str, Any], picture: "Picture") -> Block | None:
    from dulcet.benchmarks.frontend.similarity.ink import stands_out

    seen = stands_out(picture, raw["box"])
    return None if seen is None else _block(raw, "", seen, seen)


_READERS = {"text": _text, "control": _control, "image": _image, "box": _box}


def _block(raw: dict[str, Any], text: str, color: Colour, background: Colour) -> Block:
    x, y, width, height = (round(float(value), 2) for value in raw["box"])
    size, bold, italic = raw.get("size", 0.0), raw.get("bold", False), raw.get("italic", False)
    return Block(
        raw["kind"], text, x, y, width, height, color, background, round(float(size), 2), bold, italic, _align(raw),
        raw["tag"], max(1, len(raw["lines"])), round(float(raw.get("radius", 0.0)), 1),
    )  # fmt: skip


def _align(raw: dict[str, Any]) -> str:
    """Where the text stands: for one line by the room on both sides of it, for more lines by their style."""
    named = {"start": "left", "end": "right", "-webkit-center": "center"}
    styled = str(named.get(raw.get("align", "left"), raw.get("align", "left")))
    if raw.get("room") is None or len(raw["lines"]) > 1:
        return styled
    left, right = raw["room"]
    x, _, width, _ = raw["lines"][0]
    before, after = x - left, right - x - width
    if abs(before - after) <= max(8.0, 0.06 * (right - left)):
        return "center"
    return "left" if before < after else "right"


def _readable(blocks: Sequence[Block]) -> list[Block]:
    """Without the texts that are written over one another."""
    texts = [block for block in blocks if block.kind == "text"]
    spoilt = {id(text) for text, hidden in zip(texts, _written_over(texts), strict=True) if hidden}
    return [block for block in blocks if id(block) not in spoilt]


def _written_over(texts: Sequence[Block]) -> list[bool]:
    """For each text whether it shares too much of its place with another one; some rows of the table at a time."""
    import numpy as np

    start_N2 = np.array([(text.x, text.y) for text in texts]).reshape(-1, 2)
    size_N2 = np.array([(text.width, text.height) for text in texts]).reshape(-1, 2)
    end_N2, area_N = start_N2 + size_N2, size_N2.prod(-1)
    found: list[bool] = []
    for first in range(0, len(texts), ROWS):
        rows = slice(first, first + ROWS)
        shared_RN2 = np.minimum(end_N2[rows, None], end_N2) - np.maximum(start_N2[rows, None], start_N2)
        over_RN = shared_RN2.clip(0).prod(-1) > SAME_PLACE * np.minimum(area_N[rows, None], area_N)
        found += (over_RN.sum(-1) > 1).tolist()  # itself is one
    return found


def _colour(values: Sequence[float]) -> Colour:
    red, green, blue = (round(value) for value in values[:3])
    return red, green, blue
