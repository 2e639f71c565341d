"""Which facts a reply of the scripted designer is about, so that a demonstrator can amend these and no others.

A demonstrator knows the page in mind; what it may use of it is what the words of the reply point to: a section, by a
text quoted from it or by its name, and what is wrong there, by words such as `dark blue`, `centred` or `larger`.
"""

import re
from collections.abc import Iterator

from dulcet.benchmarks.frontend.dialect import COLOURS, Page, Section
from dulcet.house.pages_edits import PAGE, Edit, Place, differences, places

_QUOTED = re.compile(r'"([^"]*)"')
_SENTENCE = re.compile(r'(?:"[^"]*"|[^".!?]|\.(?!\s|$))+[.!?]?')
_COLOUR = re.compile(rf"\b(?:{'|'.join(sorted(COLOURS, key=len, reverse=True))})\b")
_WORDS = {
    "background": re.compile(r"\bno (?:box|band|bar|top bar)\b"),
    "align": re.compile(r"\b(?:aligned|centred|to the left|to the right)\b"),
    "size": re.compile(r"\b(?:larger|smaller|bigger|tall|by \d+ px|further (?:up|down)|higher|lower)\b"),
    "columns": re.compile(r"\b(?:side by side|below each other|in a row|to the left|to the right|further)\b"),
    "order": re.compile(r"\b(?:above|below|at the very top|further (?:up|down))\b"),
    "missing": re.compile(r"\bmissing\b"),
    "extra": re.compile(r"\b(?:remove|should not be there|should go)\b"),
    "texts": re.compile(r"\b(?:say|change|missing|remove|should not be there)\b"),
}


def pointed_at(reply: str, page: Page, wanted: Page) -> list[Edit]:
    """The differences between two pages that the sentences of a reply are about, in the order of the sentences."""
    open_edits = differences(page, wanted)
    found: dict[Edit, None] = {}
    for sentence in _SENTENCE.findall(reply):
        for place in _places_named(sentence, page, wanted):
            for look in _looks_named(sentence):
                edit = Edit(place, look)
                if edit in open_edits:
                    found[edit] = None
    return list(found)


def _places_named(sentence: str, page: Page, wanted: Page) -> Iterator[Place]:
    plain = _QUOTED.sub("", sentence)
    if "page background" in plain:
        yield PAGE
    if "footer" in plain:
        yield "footer", 0
    if "top bar" in plain:
        yield from (next(iter(places(some))) for some in (page, wanted) if some.sections)
    if "picture" in plain:
        yield "picture", 0
    for quoted in _QUOTED.findall(sentence):
        for some in (page, wanted):
            yield from (place for place, section in places(some).items() if _holds(section, quoted))


def _holds(section: Section, quoted: str) -> bool:
    texts = [text for texts in section.texts for text in texts]
    if section.button is not None:
        texts.append(section.button.label)
    start = quoted.removesuffix("...")
    return any(text == quoted or (start != quoted and text.startswith(start)) for text in texts)


def _looks_named(sentence: str) -> Iterator[str]:
    plain = _QUOTED.sub("", sentence)
    if _COLOUR.search(plain):
        yield "button" if "button" in plain else "background"
    yield from (look for look, words in _WORDS.items() if words.search(plain))
