"""What the scripted policy knows of language: what is a question, what is a fact, which row answers best."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ASKS = re.compile(
    r"^\W*(who|whom|whose|what|when|where|which|why|how|do|does|did|is|are|was|were|can|could|will|would|have|has|had)\b"
)
_PERSONAL = re.compile(r"\b(i|i'm|i've|my|me|mine|we|our|us)\b", re.I)
_SUBJECT = re.compile(r"^(my [\w' ]{1,40}? (?:is|are|was)) ", re.I)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+(?=\s|$)|\.(?=\S)|\n|$)")
_ROW = re.compile(r"^\[#\d+[^\]\n]*\] ", re.M)
_WORD = re.compile(r"[^\W_]+")
_MARKED = re.compile(r"(?<=[a-z,;:] )[A-Z]\w+|\w*\d\w*")
_EMPTY = frozenset(
    _WORD.findall(
        "a about an and any are at be been by can could did do does for from had has have he her his how i if in is it "
        "its me my of on or our she so tell that the their them they this to was we were what when where which who "
        "whom whose why will with would you your"
    )
)
_STEM = 5  # letters by which words are compared: a crude stem


@dataclass(frozen=True)
class Fact:
    """A statement. `subject` is its beginning, such as "My name is", by which a later one replaces it."""

    text: str
    personal: bool
    subject: str = ""


def is_question(text: str) -> bool:
    """Whether the text asks something."""
    return text.rstrip(" \n\"')").endswith("?") or bool(_ASKS.match(text.lower()))


def facts(text: str) -> list[Fact]:
    """The sentences of a text that state something."""
    sentences = [piece.strip() for piece in _SENTENCE.findall(text)]
    return [_fact(piece) for piece in sentences if len(_words(piece)) > 1 and not is_question(piece)]


def rows(result: str) -> list[str]:
    """The rows of a search's result without their heads; questions are left out: they answer nothing."""
    pieces = _ROW.split(result)
    return [piece.strip() for piece in pieces if piece.strip() and not is_question(piece)]


def best_row(question: str, found: Iterable[str]) -> tuple[float, str]:
    """(share of the question's words, row) of the row with most of them; (0, "") where none has any.

    Numbers and names count thrice: a row about another one answers nothing.
    """
    wanted, marked = _words(question), _words(" ".join(_MARKED.findall(question)))
    weights = {word: 3 if word in marked else 1 for word in wanted}
    total = max(1, sum(weights.values()))
    scored = [(sum(weights[word] for word in wanted & _words(row)) / total, row) for row in found]
    best = max((score for score, _ in scored), default=0.0)
    return next(((score, row) for score, row in scored if score == best > 0), (0.0, ""))


def _fact(text: str) -> Fact:
    subject = _SUBJECT.match(text)
    return Fact(text, bool(_PERSONAL.search(text)), subject[1] if subject else "")


def _words(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower()) if word not in _EMPTY}
