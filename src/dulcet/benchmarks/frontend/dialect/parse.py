"""Reads the dialect: strictly, or as browsers read HTML, where what makes no sense is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dulcet.benchmarks.frontend.dialect.spec import KINDS, LISTS, MOST_COLUMNS, Button, Page, Section
from dulcet.benchmarks.frontend.dialect.words import ALIGNMENTS, COLOURS, SAME, SIZES, TONES
from dulcet.errors import InputError

MOST_SECTIONS = 40
"""Lines of a page; an agent that repeats itself for ever makes no endless page."""
LONGEST_TEXT = 400
"""Characters of a line."""


class DialectError(InputError):
    """A line of the dialect that cannot be read. Exit code 2."""


@dataclass(frozen=True)
class Reading:
    """What could be read of a page, and why the rest could not."""

    page: Page
    faults: tuple[DialectError, ...] = ()


def parse_page(text: str) -> Page:
    """A page. Raises DialectError naming the line, the word, and what could stand there."""
    reading = read_page(text)
    if reading.faults:
        raise reading.faults[0]
    if not reading.page.sections:
        raise DialectError("the page has no section", do=f"A line begins with one of: {', '.join(KINDS)}.")
    return reading.page


def read_page(text: str) -> Reading:
    """What can be read of a page. Lines that make no sense are left out and reported."""
    background, sections, faults = "white", list[Section](), list[DialectError]()
    for number, line in _lines(text):
        try:
            if len(sections) == MOST_SECTIONS:
                raise DialectError(f"a page has at most {MOST_SECTIONS} sections", where=f"line {number}")
            if line.split(maxsplit=1)[0].lower() == "page":
                background = _looks(line.split()[1:], ("background",), f"line {number}").get("background", "white")
            else:
                sections.append(_section(line, f"line {number}"))
        except DialectError as fault:
            faults.append(fault)
    return Reading(Page(tuple(sections), background), tuple(faults))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line.strip()


def _section(line: str, where: str) -> Section:
    """One line as a section. Raises DialectError."""
    if len(line) > LONGEST_TEXT:
        raise DialectError(f"the line has more than {LONGEST_TEXT} characters", where=where)
    head, *fields = [" ".join(field.split()) for field in line.split("|")]
    name, *words = head.split() or [""]
    kind = KINDS.get(name.lower())
    if kind is None:
        raise DialectError(f"'{name}' is no kind of section", where=where, do=f"There are: {', '.join(KINDS)}.")
    button = None
    if kind.has_button and fields and fields[-1].lower().startswith("button "):
        button = _button(fields.pop(), where)
    if len(fields) != len(kind.texts) or not all(fields):
        wanted = " | ".join([name, *kind.texts])
        raise DialectError(f"'{name}' has {len(fields)} texts", where=where, do=f"Write it like: {wanted}")
    texts = tuple(_text(field, name in LISTS, where) for field, name in zip(fields, kind.texts, strict=True))
    return Section(name.lower(), texts, button=button, **_looks(words, kind.looks, where))


def _text(field: str, is_list: bool, where: str) -> tuple[str, ...]:
    if not is_list:
        return (field,)
    items = tuple(item.strip() for item in field.split(",") if item.strip())
    if not items:
        raise DialectError(f"'{field}' lists nothing", where=where, do="Put commas between texts.")
    return items


def _button(field: str, where: str) -> Button:
    """`button COLOUR LABEL`."""
    words = field.split()[1:]
    colour, rest = _colour(words)
    if colour is None or not rest:
        raise DialectError(f"'{field}' is no button", where=where, do="Write it like: button dark blue Order now")
    return Button(colour, " ".join(rest))


def _looks(words: list[str], allowed: tuple[str, ...], where: str) -> dict[str, Any]:
    """The words between a section's kind and its first bar. Raises DialectError for one that has no place there."""
    found: dict[str, Any] = {}
    while words:
        look, value, words = _look(words)
        if look not in allowed:
            do = f"Here may stand: {', '.join(allowed)}."
            raise DialectError(f"'{value}' has no meaning here", where=where, do=do)
        if look in found:
            raise DialectError(f"two words say the {look}: '{found[look]}' and '{value}'", where=where)
        found[look] = value
    return found


def _look(words: list[str]) -> tuple[str, Any, list[str]]:
    """What the first words say, its value, and the words that are left."""
    colour, rest = _colour(words)
    if colour is not None:
        return "background", colour, rest
    word, rest = _plain(words[0]), words[1:]
    if word in ALIGNMENTS:
        return "align", word, rest
    if word in SIZES:
        return "size", word, rest
    if word.isascii() and word.isdigit() and 1 <= int(word) <= MOST_COLUMNS:
        return "columns", int(word), rest
    return "", word, rest


def _colour(words: list[str]) -> tuple[str | None, list[str]]:
    """The colour that the words begin with, `dark-blue` and `dark blue` alike, and the words after it."""
    flat = [part for word in words[:2] for part in word.split("-")]
    for length in (2, 1):
        name = " ".join(_plain(word) for word in flat[:length])
        if name in COLOURS and not (length == 1 and name in TONES):
            used = 1 if length == 2 and "-" in words[0] else length
            return name, words[used:]
    return None, words


def _plain(word: str) -> str:
    return SAME.get(word.lower(), word.lower())
