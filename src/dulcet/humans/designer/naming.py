"""What a person calls a thing on a page: by what it is and by the words that are seen on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dulcet.benchmarks.frontend.rendered import Block

WORDS = 7
"""Of a long text are quoted."""
LETTERS = 12
"""Of a word at most, on average."""
MOST_WORDS = 60
"""Of a text that has to be written anew."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class Name:
    """`the second button "Read more"`: a noun, the quoted words if there are any, and which one where several are."""

    noun: str
    quote: str = ""
    ordinal: str = ""

    def __str__(self) -> str:
        pieces = ("the", self.ordinal, self.noun, f'"{self.quote}"' if self.quote else "")
        return " ".join(piece for piece in pieces if piece)


def noun(block: Block) -> str:
    """heading, text, button, field, picture or box: by its look."""
    if block.kind == "control":
        return "button" if block.tag == "button" or block.tag in ("submit", "reset") else "field"
    if block.kind == "text":
        return "heading" if block.font_size >= 20 or (block.bold and block.font_size >= 18) else "text"
    return "picture" if block.kind == "image" else "box"


def name(block: Block, page: Sequence[Block]) -> Name:
    """What to call one of the blocks of a page, so that nothing else is meant; `page` is in reading order."""
    kind = noun(block)
    if block.text:
        alike = [other for other in page if other.text == block.text and noun(other) == kind]
    else:
        alike = [other for other in page if other.kind == block.kind and noun(other) == kind]
    at = next((at for at, other in enumerate(alike) if other is block), 0)
    ordinal = ORDINALS[min(at, len(ORDINALS) - 1)] if len(alike) > 1 else ""
    return Name(kind, quote(block.text), ordinal)


def quote(text: str, most: int = WORDS) -> str:
    """The words as they are quoted: no double quotes in them, a long text by how it begins."""
    words = text.replace('"', "'").split()
    whole = " ".join(words)
    if len(words) <= most + 2 and len(whole) <= LETTERS * most:
        return whole
    return " ".join(words[:most])[: LETTERS * most] + "..."


def list_of(names: Sequence[Name]) -> str:
    """`the texts "A" and "B" and the picture`: those with the same noun together."""
    plain = [one for one in names if one.quote and not one.ordinal]
    parts = []
    for noun in dict.fromkeys(one.noun for one in plain):
        alike = [one.quote for one in plain if one.noun == noun]
        parts.append(f"the {noun}{'s' if len(alike) > 1 else ''} {quotes(alike)}")
    return joined([*parts, *(str(one) for one in names if one not in plain)])


def quotes(texts: Sequence[str]) -> str:
    """`"A", "B" and "C"`."""
    return joined([f'"{text}"' for text in texts])


def joined(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
