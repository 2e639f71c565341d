"""BM25 (Robertson and Zaragoza, 2009), with Lucene's inverse document frequency, which is never negative."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np

K1, B = 1.2, 0.75
"""The usual values: how soon repetition stops counting, and how much length counts."""


class Texts(Protocol):
    """What is scored; memory.search.view.View is one."""

    @property
    def size(self) -> int:
        """N."""
        ...

    @property
    def lengths(self) -> "np.ndarray":
        """[N], stems of each text."""
        ...

    def postings(self, stem: str) -> "tuple[np.ndarray, np.ndarray]":
        """Rows that have the stem, ascending, and how often each has it."""
        ...


def bm25(texts: Texts, stems: Iterable[str]) -> "np.ndarray":
    """[N] float64, 0 for a text with none of the stems. Each stem counts once, however often it is asked for."""
    import numpy as np

    scores = np.zeros(texts.size)
    average = max(float(texts.lengths.mean()), 1.0) if texts.size else 1.0
    norms = K1 * (1 - B + B / average * texts.lengths)
    for stem in sorted(set(stems)):  # a sum of floats depends on its order
        rows, counts = texts.postings(stem)
        scores[rows] += idf(texts.size, len(rows)) * (K1 + 1) * counts / (counts + norms[rows])
    return scores


def idf(texts: int, having: int) -> float:
    """How much a word says that `having` of `texts` texts have: the rarer, the more."""
    return math.log(1 + (texts - having + 0.5) / (having + 0.5))
