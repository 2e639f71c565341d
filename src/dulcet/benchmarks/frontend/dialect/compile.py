"""Compiles a page of the dialect to HTML with Tailwind 2 classes, an element a line, as people write it.

Each section is preceded by its line as a comment, as people put comments before sections; `dialect_of` reads these
back. The same page always gives the same HTML.
"""

import re
from collections.abc import Callable
from html import escape, unescape

from dulcet.benchmarks.frontend.dialect.parse import DialectError, parse_page
from dulcet.benchmarks.frontend.dialect.spec import Button, Page, Section
from dulcet.benchmarks.frontend.dialect.words import ALIGNMENTS, COLOURS, text_on
from dulcet.benchmarks.frontend.dialect.write import write_line, write_page

STYLESHEET = "https://cdn.jsdelivr.net/npm/tailwindcss@2.2.19/dist/tailwind.min.css"
"""The link that ColBench's pages have; a renderer answers it locally."""
PICTURE = "https://picsum.photos/id/48/{width}/{height}"
"""Where ColBench's pages have their pictures from, always number 48."""

_JUSTIFY = {"left": "justify-start space-x-8", "centred": "justify-center space-x-8", "right": "justify-between"}
_BUTTON_ROW = {"left": "justify-start", "centred": "justify-center", "right": "justify-end"}
_HERO = {"small": ("py-6", "text-xl"), "medium": ("py-16", "text-4xl"), "large": ("py-32", "text-6xl")}
_PICTURES = {"small": (300, 150), "medium": (600, 300), "large": (1000, 400)}
_COMMENT = re.compile(r"^[ ]{2}<!-- (.*) -->$", re.MULTILINE)


def compile_page(page: Page) -> str:
    """The page as HTML that renders by itself, given Tailwind 2."""
    lines = [
        "<html>",
        f'<link href="{STYLESHEET}" rel="stylesheet">',
        f'<body class="{_colours(page.background)}">',
        _comment(f"page {page.background}"),
    ]
    for section in page.sections:
        lines += [_comment(write_line(section)), *_indented(_COMPILERS[section.kind](section))]
    return "\n".join([*lines, "</body>", "</html>"])


def dialect_of(html: str) -> str | None:
    """The dialect that this HTML was compiled from, or None where it was not, or has been changed since."""
    text = "\n".join(unescape(line) for line in _COMMENT.findall(html))
    try:
        page = parse_page(text)
    except DialectError:
        return None
    return write_page(page) if compile_page(page) == html.strip() else None


def _comment(line: str) -> str:
    return f"  <!-- {escape(line, quote=False)} -->"


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _colours(background: str) -> str:
    return f"bg-{COLOURS[background].shade} {text_on(background)}"


def _look(section: Section) -> str:
    """Colour and alignment of a section, as classes."""
    return f"{_colours(section.background)} {ALIGNMENTS[section.align]}"


def _texts(section: Section) -> list[list[str]]:
    return [[escape(text, quote=False) for text in texts] for texts in section.texts]


def _button(button: Button | None, align: str) -> list[str]:
    if button is None:
        return []
    classes = f"{_colours(button.colour)} font-bold py-3 px-6 rounded"
    label = escape(button.label, quote=False)
    return [
        f'  <div class="flex {_BUTTON_ROW[align]} mt-6">',
        f'    <button class="{classes}">{label}</button>',
        "  </div>",
    ]


def _nav(section: Section) -> list[str]:
    (name,), links = _texts(section)
    return [
        f'<nav class="flex items-center {_JUSTIFY[section.align]} {_colours(section.background)} px-8 py-4">',
        f'  <p class="text-2xl font-bold">{name}</p>',
        '  <ul class="flex space-x-6">',
        *(f'    <li><a href="#">{link}</a></li>' for link in links),
        "  </ul>",
        "</nav>",
    ]


def _hero(section: Section) -> list[str]:
    padding, type_size = _HERO[section.size]
    ((heading,),) = _texts(section)
    return [
        f'<header class="{_look(section)} px-8 {padding}">',
        f'  <h1 class="{type_size} font-bold">{heading}</h1>',
        *_button(section.button, section.align),
        "</header>",
    ]


def _cards(section: Section) -> list[str]:
    (titles,) = _texts(section)
    cards: list[str] = []
    for title in titles:
        cards += [
            f'    <div class="{_look(section)} rounded p-6">',
            f'      <h3 class="text-xl font-bold">{title}</h3>',
            "    </div>",
        ]
    opening = f'  <div class="grid grid-cols-{section.columns} gap-6">'
    return ['<section class="px-8 py-8">', opening, *cards, "  </div>", "</section>"]


def _text(section: Section) -> list[str]:
    (heading,), (paragraph,) = _texts(section)
    return [
        f'<section class="{_look(section)} px-8 py-10">',
        f'  <h2 class="text-3xl font-bold mb-4">{heading}</h2>',
        f'  <p class="text-lg">{paragraph}</p>',
        "</section>",
    ]


def _picture(section: Section) -> list[str]:
    width, height = _PICTURES[section.size]
    source = PICTURE.format(width=width, height=height)
    return [
        f'<div class="flex {_BUTTON_ROW[section.align]} px-8 py-6">',
        f'  <img src="{source}" alt="Picture" width="{width}" height="{height}">',
        "</div>",
    ]


def _list(section: Section) -> list[str]:
    (heading,), items = _texts(section)
    return [
        f'<section class="{_look(section)} px-8 py-10">',
        f'  <h2 class="text-3xl font-bold mb-4">{heading}</h2>',
        '  <ul class="space-y-2">',
        *(f'    <li class="text-lg">{item}</li>' for item in items),
        "  </ul>",
        "</section>",
    ]


def _quote(section: Section) -> list[str]:
    (words,), (person,) = _texts(section)
    return [
        f'<section class="{_look(section)} px-8 py-12">',
        f'  <p class="text-2xl italic">{words}</p>',
        f'  <p class="text-lg font-bold mt-2">{person}</p>',
        "</section>",
    ]


def _form(section: Section) -> list[str]:
    (heading,), labels = _texts(section)
    fields: list[str] = []
    for label in labels:
        fields += [f'    <p class="text-lg mt-4">{label}</p>', '    <input class="border border-gray-500 p-2 w-80">']
    return [
        f'<section class="{_look(section)} px-8 py-10">',
        f'  <h2 class="text-3xl font-bold">{heading}</h2>',
        "  <form>",
        *fields,
        *_indented(_button(section.button, section.align)),
        "  </form>",
        "</section>",
    ]


def _footer(section: Section) -> list[str]:
    ((words,),) = _texts(section)
    return [
        f'<footer class="{_look(section)} px-8 py-8">',
        f"  <p>{words}</p>",
        "</footer>",
    ]


_COMPILERS: dict[str, Callable[[Section], list[str]]] = {
    "nav": _nav,
    "hero": _hero,
    "cards": _cards,
    "text": _text,
    "picture": _picture,
    "list": _list,
    "quote": _quote,
    "form": _form,
    "footer": _footer,
}
