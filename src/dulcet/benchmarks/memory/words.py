"""Texts as words, in the one way that all measures and rules here share."""

import re
from typing import TYPE_CHECKING

from dulcet.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable

ARTICLES = frozenset({"a", "an", "the"})
# articles, pronouns, auxiliaries, prepositions, and verbs that hang on every fact and tell none from another
_COMMON = """
a an the and or but so if because that this these those there here then than as at by for from in into of off
on onto to up out over with without about i me my mine myself we us our ours you your yours he him his she her
hers it its they them their who whom whose which what when where why how be am is are was were been being do
does did done have has had having will would shall should can could may might must not no nor n't i'm i've i'd
i'll it's don't didn't isn't wasn't won't can't couldn't very really just also too now ever never always often
sometimes still only even more most much many some any all both each other another such own same like likes
liked love loves loved enjoy enjoys enjoyed want wants wanted get gets got go goes going went make makes made
think thinks thought know knows knew say says said tell tells told mention mentioned talk talks talked take
takes took one lot thing things
"""
COMMON = frozenset(_COMMON.split())
"""Words that say little about what a text is about."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text, in lower case, without punctuation."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def content_words(text: str) -> list[str]:
    """The words that say what the text is about, each once, in order."""
    return [word for word in dict.fromkeys(words(text)) if word not in COMMON]


def normalised(text: str) -> str:
    """Lower case, without punctuation and articles, single spaces: the form in which answers are compared.

    As in SQuAD's evaluation (Rajpurkar et al. 2016), but that a hyphen parts words instead of joining them.
    """
    return " ".join(word for word in words(text) if word not in ARTICLES)


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()]


def stemmer() -> "Callable[[str], str]":
    """Porter's stemmer (Porter 1980). Raises MissingDependencyError where the package is not installed."""
    try:
        import snowballstemmer
    except ImportError as error:
        raise MissingDependencyError("snowballstemmer", "memory") from error
    stem: Callable[[str], str] = snowballstemmer.stemmer("porter").stemWord
    return stem
