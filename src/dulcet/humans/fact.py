"""Fact: one thing that the person knows and can say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """One thing the person can say."""

    kind: str
    """condition, combination, result, band, default, edge, formula, step, constant, collection, loop, order, rounding,
    case, unused or argument."""
    names: tuple[str, ...]
    """What it is about: arguments, local names, dictionary keys, labels."""
    sentence: str
    """One short English sentence that carries the fact in the shape of the code."""
    also: tuple[str, ...] = ()
    """Other kinds of question that the sentence answers, e.g. order for "The result is sorted(names)."."""


def fact(kind: str, names: tuple[str, ...], sentence: str, also: tuple[str, ...] = ()) -> Fact:
    """A fact with every name once, and its sentence on one line with a capital."""
    sentence = " ".join(sentence.split())
    return Fact(kind, tuple(dict.fromkeys(names)), sentence[:1].upper() + sentence[1:], also)
