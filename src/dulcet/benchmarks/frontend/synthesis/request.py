"""The vague request: what the page is for and what is on it, never how it looks.

On easy tasks it tells the texts, so that what is left to find out is the look; on harder ones the person has to be
asked for those too, or shown a page without them.
"""

import re

from dulcet.benchmarks.frontend.dialect.spec import Page, Section
from dulcet.benchmarks.frontend.synthesis.dice import Dice
from dulcet.benchmarks.frontend.synthesis.lexicon import MOODS

_ARTICLE = re.compile(r"\ba(?= [aeio])")
_FRAMES = (
    "{noun}: a {mood} page for {name} with {parts}.",
    "{noun}: we want a {mood} and {second} page for {name}, with {parts}.",
    "{noun}: {name} needs a {mood} page that has {parts}.",
)
_VAGUE_FRAMES = (
    "{noun}: a {mood} and {second} design for {name} with {parts}.",
    "{noun}: {name} should feel {mood} and {second}, with {parts}.",
    "{noun}: something {mood} for {name} that has {parts}, with a {second} feel.",
)
_PARTS = {
    "nav": "a menu",
    "hero": "a banner that calls people to act",
    "cards": "our offers at a glance",
    "text": "a few words about us",
    "picture": "a picture",
    "list": "the facts that people ask for",
    "quote": "the voice of a customer",
    "form": "a way to write to us",
    "footer": "a closing line",
}
"""What the sections are called when their texts are not told."""


def request_for_page(dice: Dice, page: Page) -> str:
    """The request for a page of the dialect: with its texts up to difficulty 2, without at 3."""
    told = [_told(section) for section in page.sections] if dice.difficulty <= 2 else None
    parts = told or [_PARTS[section.kind] for section in page.sections]
    return _request(dice, sorted(parts), _FRAMES if told else _VAGUE_FRAMES)


def vague_request(dice: Dice, parts: list[str]) -> str:
    """The request for a page of HTML, from what its components are called."""
    return _request(dice, sorted(set(parts)), _VAGUE_FRAMES)


def _request(dice: Dice, parts: list[str], frames: tuple[str, ...]) -> str:
    mood, second = dice.random.sample(MOODS, 2)
    frame = dice.pick(frames)
    names = {"noun": dice.business.noun, "name": dice.name, "mood": mood, "second": second}
    return _ARTICLE.sub("an", frame.format(**names, parts=joined(parts)))


def joined(parts: list[str]) -> str:
    """`a, b and c`; parts that hold commas are divided by semicolons."""
    comma = "; " if any("," in part for part in parts) else ", "
    return parts[0] if len(parts) == 1 else f"{comma.join(parts[:-1])} and {parts[-1]}"


def _told(section: Section) -> str:
    """A section with its texts. Sorted by kind, the parts say nothing about the order on the page."""
    texts = [", ".join(text) for text in section.texts]
    button = section.button.label if section.button else ""
    match section.kind:
        case "nav":
            return f"a menu {texts[1]}"
        case "hero":
            return f"a banner {texts[0]} with the button {button}"
        case "cards":
            return f"cards {texts[0]}"
        case "text" | "quote":
            return f"a {section.kind} {texts[0]}, {texts[1]}"
        case "list":
            return f"a list {texts[0]}: {texts[1]}"
        case "form":
            return f"a form {texts[0]} for {texts[1]} with the button {button}"
        case "footer":
            return f"the closing line {texts[0]}"
    return "a picture"
