"""Answers to questions about the page in mind, read off its picture: colours, layout, order, texts, sizes, pictures."""

import re
from collections.abc import Callable, Sequence

from dulcet.benchmarks.frontend.rendered import Block, Rendered
from dulcet.benchmarks.frontend.similarity.matching import ground, things
from dulcet.humans.designer.layout import Layout, inside, layout
from dulcet.humans.designer.naming import list_of, name, noun, quote, quotes
from dulcet.humans.designer.things import ALIGNED, exact

SENTENCES = 3
MOST = 8
"""Things that one sentence lists."""
DONT_KNOW = "I don't know about that, I only know how it should look."

_GENERAL = ("colours", "texts", "order")
"""Asked about only where nothing else is: "what colour is the header" is about the header."""
_TOPICS: tuple[tuple[str, str], ...] = (
    ("background", r"background|\bground\b"),
    ("bar", r"\b(?:header|nav\w*|menu|top bar|bar)\b"),
    ("footer", r"\b(?:footer|bottom)\b"),
    ("buttons", r"\b(?:buttons?|call.to.action)\b"),
    ("pictures", r"\b(?:pictures?|images?|photos?|logo|banner)\b"),
    ("rows", r"\b(?:cards?|columns?|grid|side by side|next to|beside)\b"),
    ("headings", r"\b(?:headings?|headlines?|titles?|fonts?)\b"),
    ("alignment", r"\b(?:align\w*|cent(?:er|re)\w*|left|right)\b"),
    ("order", r"\b(?:order|sections?|layout|structure|top to bottom|parts?|content)\b"),
    ("colours", r"\b(?:colou?rs?|palette|scheme)\b"),
    ("texts", r"\b(?:texts?|words?|say|written|links?|wording|copy)\b"),
)


def answer(asked: str, page: Rendered, picker: bool = False) -> str:
    """Up to three sentences that answer what is asked of the page in mind."""
    blocks = things(page)
    seen = layout([block for block in blocks if block.kind != "box"])
    quoted = [block for text in re.findall(r'"([^"]{2,})"', asked) for block in seen.order if _about(text, block)]
    if quoted:
        return " ".join(_thing(block, seen.order, picker) for block in quoted[:SENTENCES])
    topics = [topic for topic, words in _TOPICS if re.search(words, asked, re.IGNORECASE)]
    topics = [topic for topic in topics if topic not in _GENERAL] or topics
    sentences = [sentence for topic in topics if (sentence := _ANSWERS[topic](page, seen, picker))]
    return " ".join(list(dict.fromkeys(sentences))[:SENTENCES]) or DONT_KNOW


def _about(text: str, block: Block) -> bool:
    return text.lower().rstrip(".") in block.text.lower()


def _thing(block: Block, order: Sequence[Block], picker: bool) -> str:
    """How one thing looks."""
    called = str(name(block, order))
    if block.kind == "control":
        return f"{_upper(called)} is {exact(block.background, picker)} with {exact(block.color, picker)} text."
    weight = " bold," if block.bold else ""
    side = ALIGNED.get(block.align, "left-aligned")
    return f"{_upper(called)} is {exact(block.color, picker)},{weight} {side}, about {block.font_size:.0f} px."


def _background(page: Rendered, seen: Layout, picker: bool) -> str:
    return f"The page background is {exact(ground(page).color, picker)}."


def _edge(page: Rendered, seen: Layout, picker: bool, *, top: bool) -> str:
    """What stands highest or lowest: a band across the page, or the things there."""
    bands = sorted((b for b in things(page) if b.kind == "box" and b.width >= 0.9 * page.width), key=lambda b: b.y)
    ends = [band for band in bands if (band.y < 5 if top else band is bands[-1] and band.y > 0.3 * page.height)]
    held = [block for block in inside(ends[0], seen.order) if block.text] if ends else []
    where = "At the top" if top else "At the bottom"
    if not held:
        texts = [block for block in seen.order if block.text]
        listed = texts[:3] if top else texts[-2:]
        return f"{where} it says {quotes([quote(block.text) for block in listed])}." if listed else ""
    words = quotes([quote(block.text) for block in held[:MOST]])
    return f"{where} is a {exact(ends[0].color, picker)} bar with {words} in {exact(held[0].color, picker)}."


def _bar(page: Rendered, seen: Layout, picker: bool) -> str:
    return _edge(page, seen, picker, top=True)


def _footer(page: Rendered, seen: Layout, picker: bool) -> str:
    return _edge(page, seen, picker, top=False)


def _buttons(page: Rendered, seen: Layout, picker: bool) -> str:
    found = [block for block in seen.order if noun(block) == "button"]
    if not found:
        return "There is no button."
    return " ".join(_thing(block, seen.order, picker) for block in found[:2])


def _pictures(page: Rendered, seen: Layout, picker: bool) -> str:
    found = [block for block in seen.order if block.kind == "image"]
    if not found:
        return "There is no picture."
    sizes = ", ".join(f"about {round(block.width, -1):.0f} by {round(block.height, -1):.0f} px" for block in found[:4])
    return f"There {'is one picture' if len(found) == 1 else f'are {len(found)} pictures'}: {sizes}."


def _rows(page: Rendered, seen: Layout, picker: bool) -> str:
    rows = [[column[0] for column in row if column[0].text] for row in seen.rows]
    found = [quotes([quote(block.text) for block in row[:MOST]]) for row in rows if len(row) > 1]
    if not found:
        return "Nothing stands side by side, it all goes from top to bottom."
    return " ".join(f"{listed} stand side by side." for listed in found[:3])


def _headings(page: Rendered, seen: Layout, picker: bool) -> str:
    found = [block for block in seen.order if noun(block) == "heading"]
    return " ".join(_thing(block, seen.order, picker) for block in found[:2]) or "There is no heading."


def _alignment(page: Rendered, seen: Layout, picker: bool) -> str:
    found: dict[str, list[Block]] = {}
    for block in seen.order:
        if block.kind == "text" and block.align in ALIGNED:
            found.setdefault(ALIGNED[block.align], []).append(block)
    parts = [f"{_upper(list_of([name(b, seen.order) for b in some[:4]]))}: {side}." for side, some in found.items()]
    return " ".join(parts[:2])


def _order(page: Rendered, seen: Layout, picker: bool) -> str:
    texts = [quote(block.text) for block in seen.order if block.text]
    step = max(1, len(texts) // MOST)
    listed = ", ".join(f'"{text}"' for text in texts[::step][:MOST])
    return f"From top to bottom: {listed}." if listed else ""


def _colours(page: Rendered, seen: Layout, picker: bool) -> str:
    names = [exact(block.background, picker) for block in (ground(page), *things(page)) if block.kind != "image"]
    return f"The colours are {', '.join(dict.fromkeys(names))}."


def _texts(page: Rendered, seen: Layout, picker: bool) -> str:
    texts = [quote(block.text) for block in seen.order if block.text]
    return f"It says {quotes(texts[:MOST])}." if texts else "Nothing is written on it."


_ANSWERS: dict[str, Callable[[Rendered, Layout, bool], str]] = {
    "background": _background, "bar": _bar, "footer": _footer, "buttons": _buttons, "pictures": _pictures,
    "rows": _rows, "headings": _headings, "alignment": _alignment, "order": _order, "colours": _colours,
    "texts": _texts,
}  # fmt: skip


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
