"""The measures of each task that need no judge, from a reply and what its author was shown."""

import re
from collections.abc import Sequence

from dulcet.benchmarks.memory.measures import (
    NOT_MENTIONED,
    evidence_recall,
    exact_match,
    locomo_f1,
    rouge_l_recall,
    token_f1,
)
from dulcet.benchmarks.memory.similarity import Similarity
from dulcet.benchmarks.memory.suite import Question, TaskName

Scores = dict[str, float]
DEPTHS = (5, 10)
"""The k of evidence recall at k."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIELD = re.compile(r"^\W*(ANSWER|DOCUMENT)\W*:[ \t]*(.*?)(?=^\W*(?:ANSWER|DOCUMENT)\W*:|\Z)", re.M | re.S | re.I)


def score_reply(task: TaskName, question: Question, reply: str, similarity: Similarity | None = None) -> Scores:
    """The task's own measures, each in [0, 1] (cosines may be below). An opener's need `similarity`."""
    if task == "nested_kv":
        return {"exact_match": kv_match(reply, question)}
    if task == "opener":
        return similarity(reply, question.meta["persona"], question.answers[0]) if similarity else {}
    if task == "docqa":
        return _document_scores(question, reply)
    if task == "dmr":
        word = question.meta.get("word")
        return {"rouge_l_recall": rouge_l_recall(reply, question.answers)} | (
            {"word": exact_match(reply, [word])} if word else {}
        )
    category = int(question.meta["category"])
    f1 = {"f1": locomo_f1(reply, question.answers, category)}
    return f1 if category == 5 else {**f1, "exact_match": exact_match(reply, question.answers)}


def score_found(question: Question, found: Sequence[str]) -> Scores:
    """Evidence recall at 5 and at 10 of a ranked list; nothing where no evidence is noted."""
    if not question.evidence:
        return {}
    return {f"recall_at_{k}": evidence_recall(found, question.evidence, k) for k in DEPTHS}


def score_shown(question: Question, seen: Sequence[str]) -> Scores:
    """The share of the evidence that whoever answered was shown at all."""
    return {"evidence": evidence_recall(seen, question.evidence)} if question.evidence else {}


def kv_match(reply: str, question: Question) -> float:
    """1 where the last identifier in the reply is the value asked for."""
    found = _UUID.findall(reply.lower())
    return float(bool(found) and found[-1] == question.answers[0].lower())


def fields(reply: str) -> tuple[str, str]:
    """(ANSWER, DOCUMENT) of a reply; where it has no such lines, the whole of it is the answer."""
    named = {name.upper(): text.strip() for name, text in _FIELD.findall(reply)}
    return named.get("ANSWER", "" if named else reply), named.get("DOCUMENT", "")


def _document_scores(question: Question, reply: str) -> Scores:
    """`supported`: right, and the passage quoted holds an answer too; the paper's judge asks for both."""
    answer, document = fields(reply)
    right = 0.0 if NOT_MENTIONED.search(answer) else exact_match(answer, question.answers)
    quoted = right * exact_match(document, question.answers)
    return {"exact_match": right, "supported": quoted, "f1": token_f1(answer, question.answers)}
