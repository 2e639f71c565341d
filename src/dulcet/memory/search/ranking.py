"""Hybrid search: what each row has to say for itself, and how that becomes one order.

A row's evidence is its words (BM25) and its meaning (cosine), each divided by the best of its kind so that neither
depends on a model's scale, and added. On top of that come four things that a conversation has and a heap of texts
has not:

- the answer to a question is the next message: a row takes over part of its neighbours' evidence;
- a question about Ann is answered by Ann: her name in the question is worth something to what she said, and nothing
  as a word, since it is what others say when they talk to her;
- a question about last May is answered by what was said then, or what speaks of it;
- "when?" is answered by a message that speaks of a day.

The weights were chosen on LoCoMo conversations and hold on others (docs/memory_storage.md has the figures of each
part). Plain reciprocal rank fusion (Cormack et al., 2009) is there beside it: ranks forget by how much the best was
better, which costs recall here.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from dulcet.memory.search.spoken_time import Span, spans
from dulcet.memory.search.words import STOP, stemmer, words

if TYPE_CHECKING:
    import numpy as np

FUSION_CONSTANT = 60
"""k of reciprocal rank fusion, 1 / (k + rank)."""
FEW = 3
"""Vectors."""
HOUR = 3_600_000_000  # microseconds


class Weights(BaseModel):
    """What each part of the evidence is worth, where the best words are worth 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vectors: float = 0.75
    """The best meaning."""
    before: float = 0.4
    """Of the evidence of the message before."""
    after: float = 0.2
    """Of the evidence of the message after."""
    speaker: float = 0.4
    """Said by the one whom the question names."""
    day: float = 0.4
    """Said on a day that the question speaks of, or speaking of it."""
    when: float = 0.2
    """Speaks of any day, where the question is "when?"."""
    pause: float = 6.0
    """Hours after which a message is no neighbour of the one before."""


@dataclass(frozen=True)
class Question:
    """A query, read: the stems to look for, the speakers and days it names, and whether it asks "when?"."""

    stems: tuple[str, ...]
    speakers: tuple[str, ...] = ()
    days: tuple[Span, ...] = ()
    when: bool = False


@dataclass(frozen=True)
class Evidence:
    """What is known of N rows, oldest first. Everything is [N] but `spans`."""

    words: "np.ndarray"
    """BM25, 0 where no word matches."""
    cosines: "np.ndarray"
    """Cosine with the query, 0 where there is no vector."""
    times: "np.ndarray"
    """Microseconds since 1970."""
    by: "np.ndarray"
    """True where one whom the question names said it."""
    spans: "np.ndarray" = field(repr=False)
    """[n, 3]: row, first and last day spoken of."""
    follows: "np.ndarray | None" = None
    """[N - 1] whether each row but the first is the message right after the row before it; None where all are no
    conversation, as passages."""
    usual: float | None = None
    """The usual cosine of all texts with the query; None where these rows are all."""


def read_question(text: str, names: dict[str, tuple[str, ...]], today: date) -> Question:
    """A query, given the speakers' names (each with its words in lower case) and the day it is asked on."""
    said = words(text)
    speakers = tuple(name for name, parts in names.items() if parts and set(parts) & set(said))
    known = {part for name in speakers for part in names[name]}
    stem = stemmer()
    stems = tuple(stem(word) for word in said if word not in STOP and word not in known)
    return Question(stems, speakers, tuple(spans(text, today)), "when" in said or "date" in said)


def rank(question: Question, evidence: Evidence, weights: Weights) -> "np.ndarray":
    """[N] scores; 0 for a row that nothing speaks for."""
    import numpy as np

    above = _above_usual(evidence.cosines, evidence.usual)
    own = _of_best(evidence.words) + weights.vectors * _of_best(above)
    score = own if evidence.follows is None else _with_neighbours(own, evidence.times, evidence.follows, weights)
    if len(question.speakers) == 1:  # a question about two is answered by both
        score = score + weights.speaker * evidence.by
    if question.days:
        score = score + weights.day * _on_days(question.days, evidence)
    if question.when:
        speaks = np.zeros(len(own))
        speaks[evidence.spans[:, 0]] = weights.when
        score = score + speaks
    return score


def fuse(*lists: "np.ndarray", depth: int) -> "np.ndarray":
    """[N] reciprocal rank fusion of scores [N]; only the best `depth` of each list, and of them the positive, count."""
    import numpy as np

    fused = np.zeros(len(lists[0]))
    for scores in lists:
        best = np.argsort(-scores, kind="stable")[:depth]
        best = best[scores[best] > 0]
        fused[best] += 1 / (FUSION_CONSTANT + 1 + np.arange(len(best)))
    return fused


def _of_best(scores: "np.ndarray") -> "np.ndarray":
    """Divided by the best; all zeros stay zeros."""
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores


def usual_cosine(total: float, count: int) -> float:
    """The mean of `count` cosines, or 0 where they are too few to say what is usual."""
    return total / count if count >= FEW else 0.0


def _above_usual(cosines: "np.ndarray", usual: float | None) -> "np.ndarray":
    """By how much each cosine is above the usual one: models differ in what they call unrelated."""
    import numpy as np

    there = cosines != 0
    if usual is None:
        usual = usual_cosine(float(cosines.sum()), int(there.sum()))
    above: np.ndarray = np.maximum(cosines - usual, 0.0) * there
    return above


def _with_neighbours(own: "np.ndarray", times: "np.ndarray", follows: "np.ndarray", weights: Weights) -> "np.ndarray":
    """Each row's evidence and part of that of the messages around it, unless a long pause lies between."""
    import numpy as np

    near = follows & (np.diff(times) <= weights.pause * HOUR)
    score = own.copy()
    score[1:] += weights.before * own[:-1] * near
    score[:-1] += weights.after * own[1:] * near
    return score


LONG_SPAN = 62
"""Days. "In 2022" in a message is no sign that it is about the July that a question names."""


def _on_days(days: tuple[Span, ...], evidence: Evidence) -> "np.ndarray":
    """1 for rows said on a day in question, or the day after it, or speaking of it; else 0."""
    import numpy as np

    from dulcet.memory.search.rows import DAY, FIRST_DAY

    on, said = np.zeros(len(evidence.times)), evidence.times // DAY + FIRST_DAY
    rows, first, last = evidence.spans.T
    for begin, end in days:
        on[(said >= begin) & (said <= end + 1)] = 1.0
        on[rows[(first <= end) & (last >= begin) & (last - first <= LONG_SPAN)]] = 1.0
    return on
