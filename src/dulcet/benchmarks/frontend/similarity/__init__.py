"""How alike two rendered pages are: what they are, block by block, and how they look, pixel by pixel."""

from dulcet.benchmarks.frontend.similarity.score import Similarity, compare, similarity

__all__ = ["Similarity", "compare", "similarity"]
