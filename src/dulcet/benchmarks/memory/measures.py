"""How right an answer is, without asking a model: exact match, token F1, ROUGE-L recall, evidence recall.

All are numbers in [0, 1]. A judged accuracy never stands alone: one of these stands beside it.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from dulcet.benchmarks.memory.words import normalised, stemmer, words

NOT_MENTIONED = re.compile(
    r"\b(?:not (?:mentioned|known|available|stated|said|found|recorded)|no (?:information|mention|record|answer)"
    r"|never (?:mentioned|said|told|stated)|(?:do|does|did|could|can) ?n[o']t (?:know|say|mention|find|remember|recall)"
    r"|cannot (?:say|tell|find)|unknown|nothing (?:was|is) (?:said|mentioned|known))\b",
    re.IGNORECASE,
)
"""How a reply says that the history does not hold the answer."""


def evidence_recall(found: Sequence[str], evidence: Sequence[str], k: int | None = None) -> float:
    """The share of the evidence that is among the first `k` found (all of them where None).

    Raises ValueError where there is no evidence: such a question is left out of the mean.
    """
    if not evidence:
        raise ValueError("the question has no evidence")
    return len(set(found[:k]) & set(evidence)) / len(set(evidence))


def exact_match(reply: str, answers: Sequence[str]) -> float:
    """1 where an answer stands, as whole words, in the reply (Liu et al. 2023, arXiv 2307.03172, section 2.3)."""
    padded = f" {normalised(reply)} "
    return float(any(f" {normalised(answer)} " in padded for answer in answers if normalised(answer)))


def same(reply: str, answers: Sequence[str]) -> float:
    """1 where the reply is an answer and nothing else."""
    return float(any(normalised(reply) == normalised(answer) for answer in answers))


def rouge_l_recall(reply: str, answers: Sequence[str]) -> float:
    """ROUGE-L recall (Lin 2004): the longest common subsequence of words over the answer's length; the best."""
    said = words(reply)
    return max((_common(said, words(answer)) / max(1, len(words(answer))) for answer in answers), default=0.0)


def token_f1(reply: str, answers: Sequence[str]) -> float:
    """F1 of the stemmed words shared with an answer, articles left out; the best answer's (LoCoMo's measure)."""
    said = _stems(reply)
    return max((_f1(said, _stems(answer)) for answer in answers), default=0.0)


def locomo_f1(reply: str, answers: Sequence[str], category: int) -> float:
    """LoCoMo's own score by category (arXiv 2402.17753 and the authors' evaluation).

    1, multi-hop: the answer's parts at commas are compared one by one with the reply's, and the best of each averaged.
    3, open-domain: what comes after a semicolon in the answer is an explanation, and left out.
    5, adversarial: 1 where the reply says that this was not mentioned.
    """
    if category == 5:
        return float(bool(NOT_MENTIONED.search(reply)))
    if category == 3:
        answers = [answer.split(";")[0] for answer in answers]
    scored = (_parts_f1(reply, answer) if category == 1 else token_f1(reply, [answer]) for answer in answers)
    return max(scored, default=0.0)


def _parts_f1(reply: str, answer: str) -> float:
    given = [part for part in reply.split(",") if part.strip()] or [""]
    wanted = [part for part in answer.split(",") if part.strip()]
    return sum(max(token_f1(part, [want]) for part in given) for want in wanted) / max(1, len(wanted))


def _f1(said: Counter[str], wanted: Counter[str]) -> float:
    common = (said & wanted).total()
    return 2 * common / (said.total() + wanted.total()) if common else 0.0


def _stems(text: str) -> Counter[str]:
    stem = _stemmer()
    return Counter(stem(word) for word in normalised(text).split())


@cache
def _stemmer() -> Callable[[str], str]:
    return stemmer()


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(right) + 1)
    for word in left:
        before = 0
        for index, other in enumerate(right, start=1):
            before, row[index] = row[index], before + 1 if word == other else max(row[index], row[index - 1])
    return row[-1]
