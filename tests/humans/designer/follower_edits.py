"""What the follower of a designer's words does to its page: finding things by their words, and changing them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, NavigableString, Tag

from dulcet.benchmarks.frontend.colours import NAMED

_INLINE = {"a", "span", "b", "strong", "em", "i", "label", "small", "button", "input", "img"}
_SKIP = {"script", "style", "title", "head", "[document]", "html"}


@dataclass(frozen=True)
class Thing:
    """Something that was named."""

    noun: str
    quote: str
    at: int
    """Which of several, from 0."""


@dataclass
class PageEdits:
    """The follower's page, and how far it has pushed things."""

    soup: BeautifulSoup
    pushed: dict[int, int] = field(default_factory=dict)

    def find(self, thing: Thing) -> Tag | None:
        """The element that holds the words alone, or the picture or the field that is meant."""
        if thing.noun == "picture" and not thing.quote:
            found = self.soup.find_all(["img", "svg", "video", "iframe"])
        elif thing.noun == "field" and not thing.quote:
            found = [tag for tag in self.soup.find_all(["input", "textarea", "select"]) if not _written(tag)]
        else:
            found = self._holding(thing.quote)
        return found[min(thing.at, len(found) - 1)] if found else None

    def _holding(self, quote: str) -> list[Tag]:
        start = quote.removesuffix("...").lower()
        fits = (lambda text: text.startswith(start)) if quote.endswith("...") else (lambda text: text == start)
        found = []
        for node in list(self.soup.find_all(string=True)):
            if type(node) is NavigableString and node.parent and node.parent.name not in _SKIP and fits(_words(node)):
                found.append(_alone(node))
        found += [tag for tag in self.soup.find_all(["input", "textarea"]) if fits(_written(tag).lower())]
        if not found:
            whole = [tag for tag in self.soup.find_all(True) if tag.name not in _SKIP and fits(_words(tag))]
            found = whole[-1:]
        return found

    def top(self) -> Tag | None:
        """The first thing on the page."""
        body = self.soup.body
        return next((tag for tag in body.find_all(True, recursive=False)), None) if body else None

    def behind(self, tag: Tag) -> Tag | None:
        """The nearest element around the tag that has a ground of its own, else the one around it."""
        around = [tag, *(up for up in tag.parents if isinstance(up, Tag) and up.name not in ("body", *_SKIP))]
        coloured = [one for one in around if "bg-" in " ".join(one.get("class") or []) or "background" in _style(one)]
        return coloured[0] if coloured else around[-1]

    def aside(self, tag: Tag, far: int) -> None:
        """Push to the right (negative: left), on top of earlier pushes."""
        now = self._pushed(tag, "left") + far
        style(tag, f"position: relative; left: {now}px")

    def _pushed(self, tag: Tag, name: str) -> int:
        match = re.search(rf"(?:^|[; ]){name}: (-?\d+)px", _style(tag))
        return int(match.group(1)) if match else 0

    def align(self, tag: Tag, side: str) -> None:
        """Left, center or right, within what is around it."""
        block = tag
        while block.name in _INLINE and isinstance(block.parent, Tag) and block.parent.name != "body":
            block = block.parent
        style(block, f"text-align: {side}")
        parent = block.parent
        if isinstance(parent, Tag) and "flex" in (parent.get("class") or []):
            where = {"left": "flex-start", "center": "center", "right": "flex-end"}[side]
            column = "flex-col" in (parent.get("class") or [])
            style(parent, f"{'align-items' if column else 'justify-content'}: {where}")


def style(tag: Tag, declarations: str) -> None:
    """Set style declarations, each in place of an earlier one of the same name."""
    kept = dict(part.split(": ", 1) for part in _style(tag).split("; ") if ": " in part)
    for part in declarations.split("; "):
        name, value = part.split(": ", 1)
        kept[name] = f"{value} !important"
    tag["style"] = "; ".join(f"{name}: {value}" for name, value in kept.items())


def colour_of(words: str) -> str | None:
    """`dark blue` or `dark blue (#1e3a8a)` as CSS; None for `a bit darker`."""
    if match := re.search(r"#[0-9a-f]{6}", words):
        return match.group()
    return f"#{NAMED[words][0]}" if words in NAMED else None


def recolour(tag: Tag, ground: str, words: str | None) -> None:
    """Another ground, and if said another colour of everything written on it."""
    if colour := colour_of(ground):
        style(tag, f"background-color: {colour}")
    if words and (colour := colour_of(words)):
        for one in (tag, *tag.find_all(True)):
            style(one, f"color: {colour}")


def say(tag: Tag, text: str) -> None:
    """Other words."""
    if tag.name in ("input", "textarea"):
        tag["value" if tag.get("value") else "placeholder"] = text
    else:
        tag.string = text


def remove(tag: Tag) -> None:
    """Take a thing away, and what is left empty by that."""
    parent = tag.parent
    tag.decompose()
    while (
        isinstance(parent, Tag) and parent.name != "body" and not _words(parent) and not parent.find(["img", "input"])
    ):
        empty, parent = parent, parent.parent
        empty.decompose()


def box(page: PageEdits, held: Sequence[Tag], colour: str, *, across: bool) -> None:
    """Put a ground behind the things."""
    css = colour_of(colour) or "#ffffff"
    parts = _parts(held)
    if len(held) == 1 and across:
        parts = [_outermost(held[0])]
    elif len(held) == 1:
        parts = [_block(held[0])]
    whole = parts[0].parent
    if len(parts) > 1 and isinstance(whole, Tag) and whole.name != "body" and len(parts) == len(_children(whole)):
        parts = [whole]
    if len(parts) == 1:
        style(parts[0], f"background-color: {css}")
        return
    frame = page.soup.new_tag("div")
    style(frame, f"background-color: {css}")
    parts[0].insert_before(frame)
    for part in parts:
        frame.append(part.extract())


def move(moved: Sequence[Tag], anchor: Tag, *, above: bool) -> None:
    """From the first to the last of `moved`, to before or after the anchor."""
    common = _common([*moved, anchor])
    first, last, where = (_child(common, tag) for tag in (moved[0], moved[-1], anchor))
    part = _between(first, last)
    if any(one is where for one in part):
        return
    for one in part if above else reversed(part):
        taken = one.extract()
        where.insert_before(taken) if above else where.insert_after(taken)


def arrange(page: PageEdits, tags: Sequence[Tag], columns: int) -> None:
    """In one row (0), below each other (1), or so many in a row."""
    common = _common(tags)
    parts = list({id(part): part for tag in tags for part in [_child(common, tag)]}.values())
    if len(parts) < 2:
        return
    frame = common
    if len(_children(common)) > len(parts) or common.name == "body":
        frame = page.soup.new_tag("div")
        parts[0].insert_before(frame)
    for part in parts:
        frame.append(part.extract())
    if columns == 1:
        style(frame, "display: block")
        for part in parts:
            style(part, "display: block; width: auto")
    elif columns == 0 and all(part.name in _INLINE | {"li"} for part in parts):
        style(frame, "display: flex; flex-direction: row; gap: 16px")
    else:
        style(
            frame, f"display: grid; gap: 16px; grid-template-columns: repeat({columns or len(parts)}, minmax(0, 1fr))"
        )
        for part in parts:
            style(part, "width: auto")


def insert(page: PageEdits, things: Sequence[Thing], where: str) -> None:
    """Make what is missing, as it is described, at the place that is described."""
    match = re.match(r'(?P<way>below|above|to the right of) "(?P<anchor>[^"]*)"(?:, )?(?P<look>.*)$', where)
    look = match["look"] if match else where.removeprefix("at the top").removeprefix(", ")
    made = [_made(page, thing, look) for thing in things]
    new = made[0]
    if len(made) > 1:
        new = page.soup.new_tag("div")
        if "side by side" in look:
            style(new, "display: flex; gap: 16px")
        for one in made:
            new.append(one)
    anchor = page.find(Thing("", match["anchor"], 0)) if match else None
    body = page.soup.body or page.soup
    if anchor is None:
        body.insert(0, new) if match is None or match["way"] == "above" else body.append(new)
    elif match and match["way"] == "above":
        _line(anchor).insert_before(new)
    elif match and match["way"] == "below":
        _line(anchor).insert_after(new)
    else:
        _beside(page, anchor, new)


def shift(page: PageEdits, tag: Tag, far: int) -> None:
    """Push a thing and what follows it down (negative: up)."""
    line = _line(tag)
    while isinstance(line.parent, Tag) and line.parent.name != "body" and _children(line.parent)[0] is line:
        line = line.parent
    match = re.search(r"margin-top: (-?\d+)px", _style(line))
    style(line, f"margin-top: {(int(match.group(1)) if match else 0) + far}px")


def _made(page: PageEdits, thing: Thing, look: str) -> Tag:
    size = re.search(r"about (\d+) by (\d+) px", look)
    if thing.noun == "picture":
        width, height = size.groups() if size else ("300", "200")
        tag = page.soup.new_tag("img", src=f"https://picsum.photos/id/48/{width}/{height}")
        style(tag, f"width: {width}px; height: {height}px; display: block; max-width: none")
        return tag
    tag = page.soup.new_tag("input" if thing.noun == "field" else "button" if thing.noun == "button" else "div")
    say(tag, thing.quote)
    if thing.noun in ("field", "button"):
        style(tag, "padding: 8px 16px; border: 0")
        if match := re.search(r"([a-z ]+?(?: \(#\w+\))?) with ([a-z ]+?(?: \(#\w+\))?) text", look):
            recolour(tag, match.group(1).strip(), match.group(2).strip())
        return tag
    letters = re.search(r"about (\d+) px", look)
    style(tag, f"font-size: {letters.group(1) if letters else 16}px; font-weight: {700 if 'bold' in look else 400}")
    for said, side in (("centred", "center"), ("right-aligned", "right")):
        if said in look:
            style(tag, f"text-align: {side}")
    colours = [colour for part in look.split(", ") if (colour := colour_of(part))]
    style(tag, f"color: {colours[0] if colours else '#000000'}")
    return tag


def _beside(page: PageEdits, anchor: Tag, new: Tag) -> None:
    if anchor.name in _INLINE or (
        isinstance(anchor.parent, Tag) and "flex" in " ".join(anchor.parent.get("class") or [])
    ):
        holder = anchor
        while isinstance(holder.parent, Tag) and holder.parent.name == "li":
            holder = holder.parent
        style(new, "display: inline-block; margin-left: 16px")
        holder.insert_after(new)
        return
    frame = page.soup.new_tag("div")
    style(frame, "display: flex; gap: 16px")
    anchor.insert_before(frame)
    frame.append(anchor.extract())
    frame.append(new)


def _line(tag: Tag) -> Tag:
    """The outermost element that goes across where the tag stands: what is put after it is below it."""
    line = tag
    while isinstance(line.parent, Tag) and line.parent.name != "body":
        classes = " ".join(line.parent.get("class") or []) + _style(line.parent)
        row = ("flex" in classes and "flex-col" not in classes) or "grid" in classes
        if not (row or line.name in _INLINE | {"li"} or line.parent.name in ("ul", "nav")):
            break
        if row and len(_children(line.parent)) > 1 and line.name not in _INLINE | {"li"} and _children(line):
            break  # a column: what belongs below something in it stays in it
        line = line.parent
    return line


def _block(tag: Tag) -> Tag:
    around = tag
    while (
        isinstance(around.parent, Tag)
        and around.parent.name not in ("body", "main")
        and (around.name in _INLINE or len(_children(around.parent)) == 1)
    ):
        around = around.parent
    return around


def _outermost(tag: Tag) -> Tag:
    around = tag
    while isinstance(around.parent, Tag) and around.parent.name not in ("body", "main", "[document]"):
        around = around.parent
    return around


def _parts(tags: Sequence[Tag]) -> list[Tag]:
    if len(tags) == 1:
        return [tags[0]]
    common = _common(tags)
    return _between(_child(common, tags[0]), _child(common, tags[-1]))


def _common(tags: Sequence[Tag]) -> Tag:
    """The innermost element around all of them."""
    lines = [[tag, *tag.parents] for tag in tags]
    return next(
        up for up in lines[0][1:] if isinstance(up, Tag) and all(any(up is one for one in line[1:]) for line in lines)
    )


def _child(common: Tag, tag: Tag) -> Tag:
    while tag.parent is not common and isinstance(tag.parent, Tag):
        tag = tag.parent
    return tag


def _between(first: Tag, last: Tag) -> list[Tag]:
    siblings = _children(first.parent) if isinstance(first.parent, Tag) else [first]
    start, end = sorted(next(at for at, one in enumerate(siblings) if one is tag) for tag in (first, last))
    return siblings[start : end + 1]


def _alone(node: NavigableString) -> Tag:
    """The element that holds these words and nothing else; made where there is none."""
    parent = node.parent
    assert parent is not None
    if len([child for child in parent.children if isinstance(child, Tag) or str(child).strip()]) == 1:
        return parent
    span = BeautifulSoup("", "html.parser").new_tag("span")
    node.wrap(span)
    return span


def _children(tag: Tag) -> list[Tag]:
    return [child for child in tag.children if isinstance(child, Tag)]


def _words(node: NavigableString | Tag) -> str:
    text = node if isinstance(node, NavigableString) else node.get_text(" ")
    return " ".join(str(text).replace('"', "'").split()).lower()


def _written(tag: Tag) -> str:
    return str(tag.get("value") or tag.get("placeholder") or "")


def _style(tag: Tag) -> str:
    return str(tag.get("style") or "").rstrip("; ")
