"""How much an opener draws on what is known of the person: SIM-1, SIM-3 and SIM-H (MemGPT, section 3.1.2).

Cosine similarities of sentence embeddings. The paper does not say which model made its vectors, so that its numbers
can be compared with nothing; within one run, with one embedder, the numbers can be compared with each other.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dulcet.memory.base import Embedder

if TYPE_CHECKING:
    import numpy as np


class Similarity:
    """Measures openers with one embedder."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._known: dict[str, np.ndarray] = {}

    def __call__(self, opener: str, persona: Sequence[str], human: str) -> dict[str, float]:
        """`sim_1`: to the closest line of the persona; `sim_3`: mean of the three closest; `sim_h`: to the human's.

        An opener without any words is like nothing: all three are 0.
        """
        if not opener.strip():
            return {"sim_1": 0.0, "sim_3": 0.0, "sim_h": 0.0}
        (vector_D,) = self.embedder.embed([opener], query=False)
        to_human, *to_lines = (float(vector_D @ known_D) for known_D in self._vectors([human, *persona]))
        closest = sorted(to_lines, reverse=True)[:3]
        return {"sim_1": closest[0], "sim_3": sum(closest) / len(closest), "sim_h": to_human}

    def _vectors(self, texts: Sequence[str]) -> "list[np.ndarray]":
        """The vectors of references, which serve every way of answering."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self.embedder.embed(new, query=False), strict=True))
        return [self._known[text] for text in texts]
