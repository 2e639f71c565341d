"""The families of rules. Importing this package registers all of them."""

from dulcet.benchmarks.backend.synthesis.families import amounts, collections, decisions, texts

__all__ = ["amounts", "collections", "decisions", "texts"]
