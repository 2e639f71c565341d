"""Differences in plain English: the most outstanding first, things that change alike in one sentence, briefly."""

from collections.abc import Sequence
from dataclasses import replace

from dulcet.humans.designer.difference import Difference
from dulcet.humans.designer.naming import list_of, quotes
from dulcet.humans.designer.presence import anchor
from dulcet.humans.designer.view import View
from dulcet.seeds import derive

CHARACTERS = 1000
"""Where the environment cuts a reply."""
SENTENCES = 7
NAMES = 8
"""Things of one sentence; the rest is told another time."""
LEAST = 0.003
"""The share of the page's weight below which a difference is none that anybody points out."""

_MERGED = {
    "colour", "button colour", "larger", "smaller", "bold", "not bold", "align", "extra", "across", "kind",
    "picture larger", "picture smaller", "no box", "box colour", "box and words",
}  # fmt: skip
_BOXED = {"no box", "box colour", "box and words"}
_PATTERNS: dict[str, tuple[str, ...]] = {
    "words": ('{names} should say "{0}".', 'Please change {names} to "{0}".'),
    "extra": ("Please remove {names}.", "{names} should not be there."),
    "kind button": ("{names} should be a button, {1} with {2} text.",),
    "kind field": ("{names} should be a field, {1} with {2} text.",),
    "kind text": ("{names} should be plain text.",),
    "button colour": ("{names} should be {0} with {1} text.", "Make {names} {0} with {1} text."),
    "colour": ("{names} should be {0}.", "Make {names} {0}."),
    "larger": ("{names} should be larger, about {0} px.", "Make {names} larger, about {0} px."),
    "smaller": ("{names} should be smaller, about {0} px.", "Make {names} smaller, about {0} px."),
    "bold": ("{names} should be bold.", "Make {names} bold."),
    "not bold": ("{names} should not be bold.",),
    "align": ("{names} should be {0}.", "Please make {names} {0}."),
    "picture larger": ("{names} should be larger, about {0} by {1} px.",),
    "picture smaller": ("{names} should be smaller, about {0} by {1} px.",),
    "ground": ("The page background should be {0}.", "Make the page background {0}."),
    "across": ("{names} should be about {0} px further {1}.", "Move {names} about {0} px {1}."),
    "down": ("{names} and all below should be about {0} px further {1}.",),
    "beside": ("{quotes} should stand side by side, in this order.",),
    "grid": ("{quotes} should stand {0} in a row, in this order.",),
    "below": ("{quotes} should stand below each other, in this order.",),
}
_BOXES = {"top bar": "bar at the top", "band": "band across the page", "box": "box"}
CONTENT = (
    "It looks right.",
    "That is what I had in mind, it looks right.",
    "Nothing is left to change, it looks right.",
)


def tell(view: View, found: Sequence[Difference], seed: int) -> str:
    """The most outstanding differences in a few sentences; "" where nothing is outstanding."""
    ranked = sorted(_merged(found), key=lambda one: (-one.loss, one.kind, one.place, str(one.names)))
    chosen = [one for one in ranked if one.loss >= LEAST * view.total][:SENTENCES]
    while chosen and len(text := " ".join(_sentences(view, chosen, seed))) > CHARACTERS:
        chosen.pop()
        text = ""
    return text if chosen else _cut(view, ranked, seed)


def _cut(view: View, ranked: Sequence[Difference], seed: int) -> str:
    """One sentence that is too long by itself is still better than none; the environment cuts it."""
    first = [one for one in ranked if one.loss >= LEAST * view.total][:1]
    return " ".join(_sentences(view, first, seed))


def _merged(found: Sequence[Difference]) -> list[Difference]:
    merged: dict[tuple[object, ...], Difference] = {}
    for at, one in enumerate(found):
        nouns = one.names[0].noun if one.kind in _BOXED else ""
        merges = one.kind in _MERGED or (one.kind == "box" and one.said[1:] == ("box", "1"))
        key = (one.kind, one.said, nouns) if merges else (one.kind, at)
        known = merged.get(key)
        names = ((*known.names, *one.names) if known else one.names)[:NAMES]
        merged[key] = replace(one, loss=one.loss + (known.loss if known else 0), names=names)
    return list(merged.values())


def _sentences(view: View, chosen: Sequence[Difference], seed: int) -> list[str]:
    """What is missing is told from top to bottom, where its first part comes: each place needs the one before.

    New boxes come last then: what they are behind may be missing itself.
    """
    missing = sorted((one for one in chosen if one.kind == "missing"), key=lambda one: one.place)
    if missing:
        chosen = sorted(chosen, key=lambda one: one.kind == "box")
    told: set[int] = set()
    sentences: list[str] = []
    for one in chosen:
        if one.kind != "missing":
            sentences.append(_sentence(one, seed))
        elif not told:
            for other in missing:
                sentences.append(_missing(view, other, told))
                told |= set(range(other.place, other.place + len(other.names)))
    return [sentence[0].upper() + sentence[1:] for sentence in sentences]


def _sentence(one: Difference, seed: int) -> str:
    if one.kind == "order":
        return _order(one)
    if one.kind == "box" or one.kind in _BOXED:
        return _box(one)
    patterns = _PATTERNS[f"kind {one.said[0]}" if one.kind == "kind" else one.kind]
    pattern = patterns[derive(seed, one.kind, *one.said) % len(patterns)]
    named = list_of(one.names) if one.names else ""
    row = _row(one) if one.kind in ("beside", "below", "grid") else ""
    return pattern.format(*one.said, names=named, quotes=row)


def _row(one: Difference) -> str:
    """The words alone, or where several things have the same words, which of them."""
    if any(name.ordinal for name in one.names):
        return list_of(one.names)
    return quotes([name.quote for name in one.names])


def _missing(view: View, one: Difference, told: set[int]) -> str:
    arranged, *style = one.said
    place = anchor(view, one.place, told)
    where = f'{place[0]} "{place[1]}"' if place else "at the top"
    several = len(one.names) > 1
    what = list_of(one.names) if one.names[0].quote else f"a {one.names[0].noun}"
    parts = ", ".join([where, *([arranged] if arranged else []), *style])
    return f"{what} {'are' if several else 'is'} missing; {'they belong' if several else 'it belongs'} {parts}."


def _order(one: Difference) -> str:
    first, last = one.names[0], one.names[-1]
    what = str(first) if first is last else f"the part from {first} to {last}"
    return f'{what} should come {one.said[0]} "{one.said[1]}".'


def _box(one: Difference) -> str:
    texts = [name.quote for name in one.names]
    if one.kind == "box":
        return _new_box(one.said, texts)
    noun, several = one.names[0].noun, len(texts) > 1
    what = noun if noun == "top bar" else f"{noun}{_es(noun) if several else ''} behind {quotes(texts)}"
    if one.kind == "no box":
        return f"there should be no {what}."
    words = f" with {one.said[1]} text" if one.kind == "box and words" else ""
    return f"the {what} should be {one.said[0]}{words}."


def _new_box(said: Sequence[str], texts: Sequence[str]) -> str:
    colour, kind, ends = said
    if ends == "1" and len(texts) > 1:  # several boxes with one thing each
        return f"there should be {colour} {kind}{_es(kind)} behind {quotes(texts)}, one each."
    article = "an" if colour[0] in "aeiou" else "a"
    behind = f'"{texts[0]}"' if ends == "1" else f'everything from "{texts[0]}" to "{texts[1]}"'
    return f"there should be {article} {colour} {_BOXES[kind]} behind {behind}."


def _es(noun: str) -> str:
    return "es" if noun.endswith("x") else "s"
