"""The leak check for pages: what the person knows is HTML, and none of it may reach the agent.

A person who sees two pictures can say what is written on them, where things are, and their colours (also as `#1e3a8a`,
from a colour picker), so visible texts and plain numbers pass. Four things leak:

- *markup*: tags, comments, entities, fences, attributes such as `class="..."` or `href=...`, addresses that the page
  does not show, lines of the page dialect;
- *style declarations*: `background-color: red;`, `padding: 4px`, `flex-direction=row`;
- *class names*: a word in the form of Tailwind's (`bg-blue-900`, `md:w-1/2`), and any class name of the reference
  that is no plain word (`hero__title`, `nav-links`); one that is a plain English word (`container`) passes;
- *a long verbatim run of the reference's source*: `LONG_RUN` = 12 words and signs of it in a row, of which more than
  half are not visible text. A run that is all visible text is read off the picture, however long it is.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser

from dulcet.benchmarks.frontend.dialect.spec import KINDS

LONG_RUN = 12

_MARKUP = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)"
    r"|<!--.*?(?:-->|\Z)|<!doctype[^>]*>?"
    r"|</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>"
    r"|<[a-z][a-z0-9-]*\s+[a-z-]+\s*=[^<>]*"  # a tag that was cut off
    r"|&(?:#\d+|#x[0-9a-f]+|nbsp|lt|gt|amp|quot|copy|middot|mdash|ndash|hellip);"
    r"|\b(?:class(?:name)?|id|style|href|src|alt|rel|type|placeholder|action|method|width|height|name|value"
    r"|(?:data|aria)-[a-z-]+)(?:\s*=\s*(?:\"[^\"]*\"?|'[^']*'?)|=[^\s,.;]+)"
    rf"|^[ \t]*(?:page|{'|'.join(KINDS)})\b[^|\n]*\|[^\n]*",  # a line of the page dialect
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_PROPERTIES = (
    r"(?:background|border|padding|margin|font|text|flex|grid|justify|align|line|letter|white|box|list|max|min|object"
    r"|overflow|outline|z|column|row)-[a-z-]+"
)
_SINGLE = (
    r"(?:color|background|border|padding|margin|font|display|position|width|height|opacity|gap|top|bottom|float|flex"
    r"|grid|transform|cursor|overflow)"
)
_MEASURE = r"(?:-?\d+(?:\.\d+)?(?:px|r?em|%|v[wh]|fr)|#[0-9a-f]{3,8}|rgba?\([^)]*\))"
_KEYWORD = r"(?:flex|grid|block|inline-block|none|absolute|relative|fixed|sticky|pointer|hidden|auto)"
_VALUE = rf"(?:{_MEASURE}|-?\d+|[a-z-]+(?:\([^)]*\))?)"
_STYLE = re.compile(
    rf"\b{_PROPERTIES}\s*[:=]\s*{_VALUE}(?:\s+{_VALUE})*;?"
    rf"|\b{_SINGLE}\s*:\s*(?:{_MEASURE}|{_KEYWORD})(?:\s+{_VALUE})*\s*(?:;|\}})"
    r"|(?<![\w-])[.#]?[a-z][\w-]{0,60}\s*\{[^{}]*:[^{}]*\}?",
    re.IGNORECASE,
)
"""A property of two words with any value; one of a single word only as nobody writes it who does not write CSS."""
_HUES = (
    r"(?:transparent|black|white|current|gray|grey|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue"
    r"|indigo|violet|purple|fuchsia|pink|rose|slate|zinc|neutral|stone)"
)
_STEP = r"(?:\d+(?:\.\d+|/\d+)?|px|auto|full|screen|min|max|\[[^\]\s]+\])"
_TAILWIND = re.compile(
    r"(?<![\w-])(?:(?:sm|md|lg|xl|2xl|hover|focus|active|group-hover|dark|disabled|first|last|odd|even):)*-?(?:"
    rf"(?:bg|text|border|from|via|to|ring|divide|placeholder|fill|stroke|shadow)-{_HUES}(?:-\d{{2,3}})?(?:/\d+)?"
    rf"|(?:p|m)[xytblr]?-{_STEP}|(?:w|h)-{_STEP}|(?:min|max)-[wh]-[\w/-]+"
    rf"|(?:gap|space)(?:-[xy])?-{_STEP}|(?:inset|top|bottom|left|right|z|order|opacity|leading|tracking)-{_STEP}"
    r"|text-(?:xs|sm|base|lg|\d?xl|left|center|right|justify)"
    r"|font-(?:thin|light|normal|medium|semibold|bold|extrabold|black|sans|serif|mono)"
    r"|grid-(?:cols|rows)-\d+|(?:col|row)-span-\d+|flex-(?:1|row|col|wrap|nowrap|grow|shrink|auto|none)(?:-reverse)?"
    r"|(?:items|justify|content|self)-(?:start|end|center|between|around|evenly|stretch|baseline)"
    r"|rounded-(?:[tblr]{1,2}-)?(?:none|sm|md|lg|\d?xl|full)|shadow-(?:sm|md|lg|\d?xl|inner|none)"
    r"|object-(?:cover|contain|fill|center)|list-(?:disc|decimal|none|inside)|mx-auto|my-auto|inline-(?:block|flex)"
    r"|bg-(?:cover|center|fixed|gradient-to-[trbl]{1,2})|overflow-(?:hidden|auto|scroll)|border-(?:\d|[tblrxy])(?:-\d)?"
    r")(?![\w-])"
    r"|(?<![\w-])(?:sm|md|lg|xl|2xl|hover|focus|active):[a-z][\w-]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+|[<>={}\"/:;#.-]")
_PLAIN_WORD = re.compile(r"[a-zA-Z]+")
_ADDRESS = re.compile(r"https?://[^\s\"'<>)]+", re.IGNORECASE)
_UNSEEN = ("script", "style", "head", "title", "template", "noscript")


class _Reader(HTMLParser):
    """Class names and visible text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.classes: set[str] = set()
        self.seen: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _UNSEEN
        for name, value in attrs:
            if name == "class" and value:
                self.classes.update(value.split())
            if name in ("placeholder", "value", "alt") and value:  # a field shows what it says
                self.seen.append(value)

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNSEEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)


class _Reference:
    """What is looked for of one page."""

    def __init__(self, html: str) -> None:
        reader = _Reader()
        reader.feed(html)
        reader.close()
        text = self.text = " ".join(reader.seen)
        self.visible = frozenset(word.lower() for word in _WORD.findall(text))
        visible_words = set(text.split())
        self.classes = frozenset(
            name for name in reader.classes if not _PLAIN_WORD.fullmatch(name) and name not in visible_words
        )
        words = [word.lower() for word in _WORD.findall(html)]
        self.runs = frozenset(
            run
            for run in (tuple(words[at : at + LONG_RUN]) for at in range(len(words) - LONG_RUN + 1))
            if sum(word in self.visible for word in run) * 2 <= LONG_RUN
        )


@lru_cache(maxsize=4096)
def _reference(html: str) -> _Reference:
    return _Reference(html)


def find_leak(reply: str, hidden: str) -> str | None:
    """The first leaking part of `reply`, exactly as it stands there, or None."""
    for pattern in (_MARKUP, _STYLE, _TAILWIND):
        if (match := pattern.search(reply)) is not None:
            return match.group().strip() or match.group()
    reference = _reference(hidden)
    leaks = (*_addresses(reply, reference), *_class_names(reply, reference))
    return leaks[0] if leaks else _long_run(reply, reference)


def _addresses(reply: str, reference: _Reference) -> Iterator[str]:
    for match in _ADDRESS.finditer(reply):
        if match.group().rstrip(".,;:!?") not in reference.text:
            yield match.group()


def _class_names(reply: str, reference: _Reference) -> Iterator[str]:
    for word in re.findall(r"[^\s\"'`,;()]+", reply):
        name = word.rstrip(".:!?")
        if name in reference.classes or name.lstrip(".") in reference.classes:
            yield name


def _long_run(reply: str, reference: _Reference) -> str | None:
    spans = [match.span() for match in _WORD.finditer(reply)]
    words = tuple(reply[a:b].lower() for a, b in spans)
    for start in range(len(words) - LONG_RUN + 1):
        if words[start : start + LONG_RUN] in reference.runs:
            return reply[spans[start][0] : spans[start + LONG_RUN - 1][1]]
    return None
