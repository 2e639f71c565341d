"""What two pages are compared by: the score that needs no weights, or the paper's cosine of pictures.

The latter needs a model's weights: the environment variable DULCET_CLIP names their folder.
"""

import asyncio
import io
import os
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.errors import InputError

VARIABLE = "DULCET_CLIP"
VERSION = 1
"""Of the score that needs no weights: raised whenever a score may change."""


class Measure(Protocol):
    """How alike two pages are."""

    nothing: Rendered | None
    """What is compared where there is no page; None: nothing is, and the score is 0."""

    async def similarity(self, target: Rendered, shown: Rendered) -> float:
        """At most 1, which is equality."""
        ...


class Structure:
    """Blocks and looks (`similarity/score.py`)."""

    nothing: Rendered | None = None

    async def similarity(self, target: Rendered, shown: Rendered) -> float:
        """In [0, 1]."""
        from dulcet.benchmarks.frontend.similarity import similarity

        return similarity(target, shown)


class PaperCosine:
    """The cosine of the pictures' features, never below 0; a page that is not there is a black square."""

    def __init__(self) -> None:
        from dulcet.benchmarks.frontend.similarity.clip import ClipSimilarity

        self._clip = ClipSimilarity(weights(), crop=True)
        self._one_at_a_time = asyncio.Lock()
        self.nothing: Rendered | None = Rendered(_black(), 224, 224, ())

    async def similarity(self, target: Rendered, shown: Rendered) -> float:
        """In [0, 1]."""
        async with self._one_at_a_time:
            return max(0.0, await asyncio.to_thread(self._clip.similarity, target, shown))


def open_measure(mode: Literal["strict", "paper"]) -> Measure:
    """`strict` is ours, `paper` the cosine. Raises InputError where there are no weights for that."""
    return PaperCosine() if mode == "paper" else Structure()


def identity(mode: Literal["strict", "paper"]) -> dict[str, Any]:
    """Which measure this is, for result files. Raises InputError where it needs weights that are not there."""
    if mode == "paper":
        return {"kind": "clip", "model": weights().name, "crop": True}
    return {"kind": "structure", "version": VERSION}


def weights() -> Path:
    """The folder of the model that sees pictures. Raises InputError where none is named."""
    folder = os.environ.get(VARIABLE, "")
    if not folder:
        do = f"Set {VARIABLE} to a folder with one, such as clip-vit-base-patch32, or grade as dulcet does."
        raise InputError("the released measure needs a CLIP model", where=VARIABLE, do=do)
    return Path(folder)


@cache
def _black() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (224, 224)).save(out, "PNG")
    return out.getvalue()
