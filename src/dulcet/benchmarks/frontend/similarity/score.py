"""The similarity of two rendered pages, with no weights: what they are times how they look.

    score = likeness ** LIKENESS * looks ** LOOKS

A product, so that neither half can be earned without the other: a blank, blurred or tiny page has no blocks, and the
right words in the wrong place and colours do not look alike. Symmetric, deterministic, and exactly 1 for equal pages.
"""

from dataclasses import dataclass

from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.benchmarks.frontend.similarity.likeness import Likeness, likeness
from dulcet.benchmarks.frontend.similarity.looks import looks

LIKENESS, LOOKS = 0.85, 0.15
"""The exponents; their sum is 1."""


@dataclass(frozen=True)
class Similarity:
    """How alike two pages are, and what that is made of; each in [0, 1]."""

    score: float
    looks: float
    likeness: Likeness


def compare(one: Rendered, other: Rendered) -> Similarity:
    """Compare two pages in full. About 10 ms. Raises ValueError for a page without a ground."""
    blocks, look = likeness(one, other), looks(one, other)
    return Similarity(blocks.score**LIKENESS * look**LOOKS, look, blocks)


def similarity(one: Rendered, other: Rendered) -> float:
    """The score alone, in [0, 1]."""
    return compare(one, other).score
