"""Texts as the words that a search compares: lower case, stemmed, without the words that say nothing.

Stems are Porter's second algorithm for English (snowballstemmer). What is written without spaces, such as Chinese and
Japanese, is read character by character.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from dulcet.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable

_STOP = (
    "a about after all am an and any are as at be been before being but by can could d did do does doing "
    "done for from had has have having he her here hers him his how i if in into is it its just ll m may "
    "me might mine must my no nor not of on or our out over re s shall she should so some t than that the "
    "their them then there these they this those to too up us ve very was we were what when where which "
    "who whom whose why will with would you your yours"
)
STOP = frozenset(_STOP.split())
"""Words of an English sentence that tell nothing about what it is about."""
WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""A character of Chinese, Japanese or Korean, or a run of letters and digits."""


def words(text: str) -> list[str]:
    """All words of a text in lower case, none left out."""
    return WORD.findall(text.casefold())


def stems(text: str) -> list[str]:
    """The words that a search compares, in order, repeated as often as they are there."""
    stem = stemmer()
    return [stem(word) for word in WORD.findall(text.casefold()) if word not in STOP]


@cache
def stemmer() -> "Callable[[str], str]":
    """Word -> stem, remembered: a language has many texts and few words. Raises MissingDependencyError."""
    try:
        import snowballstemmer
    except ModuleNotFoundError as error:
        raise MissingDependencyError("snowballstemmer", "memory") from error
    slow: Any = snowballstemmer.stemmer("english")
    return _Remembered(slow.stemWord).__getitem__


class _Remembered(dict[str, str]):
    """A dictionary is the quickest cache that there is: a known word costs no call of Python's."""

    LARGEST = 500_000

    def __init__(self, stem: "Callable[[str], str]") -> None:
        super().__init__()
        self._stem = stem

    def __missing__(self, word: str) -> str:
        if not word.isalpha():
            return word
        if len(self) >= self.LARGEST:  # names and misspellings never come to an end
            self.clear()
        self[word] = found = self._stem(word)
        return found
