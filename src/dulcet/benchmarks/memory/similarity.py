"""How much an opener draws on what is known of the person: SIM-1, SIM-3 and SIM-H (MemGPT, section 3.1.2).

Cosine similarities of sentence embeddings. The paper does not say which model made its vectors, so that its numbers
can be compared with nothing; within one run, with one embedder, the numbers can be compared with each other.
"""

from collections.abc import Sequence

from dulcet.memory.base import Embedder


class Similarity:
    """Measures openers with one embedder."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def __call__(self, opener: str, persona: Sequence[str], human: str) -> dict[str, float]:
        """`sim_1`: to the closest line of the persona; `sim_3`: mean of the three closest; `sim_h`: to the human's.

        An opener without any words is like nothing: all three are 0.
        """
        if not opener.strip():
            return {"sim_1": 0.0, "sim_3": 0.0, "sim_h": 0.0}
        vectors_ND = self.embedder.embed([opener, human, *persona], query=False)
        cosines_N = vectors_ND[1:] @ vectors_ND[0]
        lines = sorted((float(value) for value in cosines_N[1:]), reverse=True)
        closest = lines[:3]
        return {"sim_1": closest[0], "sim_3": sum(closest) / len(closest), "sim_h": float(cosines_N[0])}
