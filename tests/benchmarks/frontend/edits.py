"""Edits of known size to real pages: what a similarity of pages has to put in order.

Sizes are ranks: a text in another colour is less than a section aligned otherwise, which is less than two sections in
the other order, a section gone, half of the sections gone, another page altogether.
"""

import random
from collections.abc import Callable
from itertools import pairwise

from bs4 import BeautifulSoup, Tag

from dulcet.benchmarks.frontend.browser import Browser
from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.seeds import derive

Edit = Callable[[BeautifulSoup, random.Random], bool]
"""Changes a page in place; False where the page has nothing to change in this way."""


def edited(html: str, edit: Edit, seed: int) -> str | None:
    """The page after the edit, or None where it cannot be made."""
    soup = BeautifulSoup(html, "html.parser")
    return str(soup) if edit(soup, random.Random(seed)) else None


def sections(soup: BeautifulSoup) -> list[Tag]:
    """The page's parts from top to bottom: the body's children, but for those that hold half of it: their children."""
    parts = [part for part in _children(soup.body) if _is_seen(part)] if soup.body else []
    half = sum(map(_size, parts)) / 2
    while (large := next((part for part in parts if _size(part) > half and len(_seen(part)) > 1), None)) is not None:
        parts = [inner for part in parts for inner in (_seen(part) if part is large else [part])]
    return parts


def texts(soup: BeautifulSoup) -> list[Tag]:
    """The elements that hold nothing but words."""
    return [tag for tag in soup.find_all(True) if not _children(tag) and _is_words(tag)]


def colour(soup: BeautifulSoup, rng: random.Random) -> bool:
    """One text in a quite different colour."""
    chosen = texts(soup)
    if not chosen:
        return False
    _style(rng.choice(chosen), f"color: {rng.choice(('#dc2626', '#7c3aed', '#ca8a04'))} !important")
    return True


def alignment(soup: BeautifulSoup, rng: random.Random) -> bool:
    """All of one section in the middle, or at the right where it was in the middle."""
    chosen = [part for part in sections(soup) if _words(part)]
    if not chosen:
        return False
    part = rng.choice(chosen)
    to = ("right", "flex-end") if "center" in str(part) else ("center", "center")
    for tag in (part, *part.find_all(True)):
        _style(tag, f"text-align: {to[0]} !important; justify-content: {to[1]} !important")
    return True


def moved(soup: BeautifulSoup, rng: random.Random) -> bool:
    """Two neighbouring sections in the other order."""
    parts = sections(soup)
    pairs = [(a, b) for a, b in pairwise(parts) if a.parent is b.parent]
    if not pairs:
        return False
    first, second = rng.choice(pairs)
    second.insert_after(first.extract())
    return True


def removed(soup: BeautifulSoup, rng: random.Random) -> bool:
    """One section gone."""
    parts = sections(soup)
    half = sum(map(_size, parts)) / 2
    small = [part for part in parts if _size(part) <= half]
    if len(parts) < 2 or not small:
        return False
    rng.choice(small).decompose()
    return True


def halved(soup: BeautifulSoup, rng: random.Random) -> bool:
    """Half of the sections gone, and two at least."""
    parts = sections(soup)
    if len(parts) < 3:
        return False
    for part in rng.sample(parts, max(2, len(parts) // 2)):
        part.decompose()
    return True


LADDER: dict[str, Edit] = {
    "one colour": colour, "alignment": alignment, "section moved": moved, "section removed": removed,
    "half removed": halved,
}  # fmt: skip
"""Edits from small to large; another page is larger than all."""
ANOTHER = "another page"
TRIES = 4


async def ladder(browser: Browser, html: str, other: str) -> dict[str, Rendered]:
    """The page and its edited versions, from the smallest edit to the largest; only those that can be seen.

    What leaves nothing on the page is no edit of a section: blank pages are a case of their own.
    """
    page = await browser.render(html)
    steps = {"none": page}
    for name, edit in LADDER.items():
        for seed in range(TRIES):
            changed = edited(html, edit, derive(seed, name, html))
            rendered = await browser.render(changed) if changed else page
            if rendered.png != page.png and len(rendered.blocks) > 1:
                steps[name] = rendered
                break
    steps[ANOTHER] = await browser.render(other)
    return steps


def _children(tag: Tag) -> list[Tag]:
    return [child for child in tag.children if isinstance(child, Tag)]


def _seen(tag: Tag) -> list[Tag]:
    return [child for child in _children(tag) if _is_seen(child)]


def _size(tag: Tag) -> int:
    """How much there is to see: letters, and a hundred for a picture."""
    pictures = tag.find_all("img") + ([tag] if tag.name == "img" else [])
    return len(_words(tag)) + 100 * len(pictures)


def _is_words(tag: Tag) -> bool:
    return tag.name not in ("title", "script", "style", "option", "head", "textarea") and bool(tag.get_text(strip=True))


def _words(tag: Tag) -> str:
    return tag.get_text(" ", strip=True)


def _is_seen(tag: Tag) -> bool:
    return bool(_words(tag)) or tag.find(("img", "input", "button", "svg")) is not None or tag.name == "img"


def _style(tag: Tag, declarations: str) -> None:
    before = str(tag.get("style") or "").rstrip("; ")
    tag["style"] = f"{before}; {declarations}" if before else declarations
