"""An agent that needs no model and follows a designer's words to the letter: a tool to test whether they help.

It reads the English alone and edits the HTML of its own page. It has no idea of design: what it does not understand, or
cannot find on its page, it leaves as it is.
"""

import re
from collections.abc import Callable

from bs4 import BeautifulSoup, Tag

from tests.humans.designer.follower_edits import (
    PageEdits,
    Thing,
    arrange,
    box,
    colour_of,
    insert,
    move,
    recolour,
    remove,
    say,
    shift,
    style,
)

_SENTENCE = re.compile(r'(?:"[^"]*"|[^".])+\.')
_NAME = re.compile(
    r'"(?P<quote>[^"]*)"|\b(?P<ordinal>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b'
    r"|\b(?P<noun>heading|text|button|field|picture)s?\b"
)
_LISTED = r"the (?:\w+ )?\w+(?: \".*\")?"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def follow(html: str, words: str) -> str:
    """The page after everything that the words ask for and that could be done."""
    page = PageEdits(BeautifulSoup(html, "html.parser"))
    for sentence in _SENTENCE.findall(words):
        plain = _plain(sentence.strip())
        for pattern, act in _ACTS:
            if (match := re.match(pattern, plain, re.DOTALL)) is not None:
                act(page, match)
                break
    return str(page.soup)


def _plain(sentence: str) -> str:
    """One wording for what has several."""
    changes = (
        (r"^Please change (.*) to (\"[^\"]*\")\.$", r"\1 should say \2."),
        (
            r"^(?:Please make|Make) (the page background|the (?:\w+ )?(?:\w+?)(?: \".*\")?) ([^\"]*)\.$",
            r"\1 should be \2.",
        ),
        (r"^Move (.*) about (\d+) px to the (left|right)\.$", r"\1 should be about \2 px further to the \3."),
        (r"^Please remove (.*)\.$", r"\1 should not be there."),
    )
    for pattern, better in changes:
        sentence = re.sub(pattern, better, sentence, flags=re.DOTALL)
    return sentence


def things(text: str) -> list[Thing]:
    """What is named: noun, quoted words, and which of several."""
    found: list[Thing] = []
    noun, ordinal, bare = "text", 0, False
    for match in _NAME.finditer(text):
        if match["ordinal"]:
            ordinal = _ORDINALS.index(match["ordinal"])
        elif match["noun"]:
            if bare:
                found.append(Thing(noun, "", ordinal))
            noun, bare = match["noun"], True
        else:
            found.append(Thing(noun, match["quote"], ordinal))
            ordinal, bare = 0, False
    return [*found, Thing(noun, "", ordinal)] if bare else found


def _each(act: Callable[[PageEdits, Tag, re.Match[str]], None]) -> Callable[[PageEdits, re.Match[str]], None]:
    def all_of_them(page: PageEdits, match: re.Match[str]) -> None:
        for thing in things(match["names"]):
            if (tag := page.find(thing)) is not None:
                act(page, tag, match)

    return all_of_them


def _background(page: PageEdits, match: re.Match[str]) -> None:
    if page.soup.body is not None and (colour := colour_of(match["colour"])):
        style(page.soup.body, f"background-color: {colour}")


def _bar(page: PageEdits, match: re.Match[str]) -> None:
    if (tag := page.top()) is not None:
        recolour(tag, match["colour"], match["words"])


def _boxes(page: PageEdits, match: re.Match[str]) -> None:
    for thing in things(match["names"]):
        if (tag := page.find(thing)) is not None and (behind := page.behind(tag)) is not None:
            recolour(behind, match["colour"], match["words"])


def _no_box(page: PageEdits, match: re.Match[str]) -> None:
    for thing in things(match["names"]):
        if (tag := page.find(thing)) is not None and (behind := page.behind(tag)) is not None:
            style(behind, "background: none; border: 0; box-shadow: none")


def _new_box(page: PageEdits, match: re.Match[str]) -> None:
    named = [tag for thing in things(match["names"]) if (tag := page.find(thing)) is not None]
    groups = [[tag] for tag in named] if "each" in match["names"] else [named]
    for group in groups:
        if group:
            box(page, group, match["colour"], across=match["kind"] != "box")


def _order(page: PageEdits, match: re.Match[str]) -> None:
    moved = [page.find(thing) for thing in things(match["names"])]
    anchor = page.find(Thing("", match["anchor"], 0))
    if anchor is not None and all(tag is not None for tag in moved) and moved:
        move([tag for tag in moved if tag is not None], anchor, above=match["way"] == "above")


def _row(page: PageEdits, match: re.Match[str]) -> None:
    named = [tag for thing in things(match["names"]) if (tag := page.find(thing)) is not None]
    if len(named) > 1:
        how = match["how"]
        columns = int(how.split()[0]) if how[0].isdigit() else 1 if how.startswith("below") else 0
        arrange(page, named, columns)


def _missing(page: PageEdits, match: re.Match[str]) -> None:
    insert(page, things(match["names"]), match["where"])


def _size(page: PageEdits, tag: Tag, match: re.Match[str]) -> None:
    style(tag, f"font-size: {match['size']}px; line-height: 1.2")


def _picture(page: PageEdits, match: re.Match[str]) -> None:
    for thing in things(match["names"]):
        if (tag := page.find(thing)) is not None:
            style(tag, f"width: {match['width']}px; height: {match['height']}px; max-width: none")


def _across(page: PageEdits, tag: Tag, match: re.Match[str]) -> None:
    page.aside(tag, int(match["far"]) * (1 if match["way"] == "right" else -1))


def _down(page: PageEdits, match: re.Match[str]) -> None:
    named = things(match["names"])
    if named and (tag := page.find(named[0])) is not None:
        shift(page, tag, int(match["far"]) * (1 if match["way"] == "down" else -1))


def _aligned(page: PageEdits, tag: Tag, match: re.Match[str]) -> None:
    page.align(tag, {"left-aligned": "left", "centred": "center", "right-aligned": "right"}[match["side"]])


_COLOUR = r"(?P<colour>[a-z]+(?: [a-z]+)?(?: \(#[0-9a-f]{6}\))?)(?: with (?P<words>[^\"]*?) text)?"
_ACTS: tuple[tuple[str, Callable[[PageEdits, re.Match[str]], None]], ...] = (
    (r"(?P<names>.*) should say \"(?P<text>.*)\"\.$", _each(lambda page, tag, match: say(tag, match["text"]))),
    (r"(?P<names>.*) (?:is|are) missing; (?:it belongs|they belong) (?P<where>.*)\.$", _missing),
    (r"(?P<names>.*) should not be there\.$", _each(lambda page, tag, match: remove(tag))),
    (rf"The page background should be {_COLOUR}\.$", _background),
    (rf"The top bar should be {_COLOUR}\.$", _bar),
    (rf"The (?:band|box)(?:s|es)? behind (?P<names>.*) should be {_COLOUR}\.$", _boxes),
    (r"There should be no .* behind (?P<names>.*)\.$", _no_box),
    (
        rf"There should be (?:an? )?{_COLOUR} (?P<kind>bar|band|box)(?:es)?(?: [a-z ]+)? behind (?P<names>.*)\.$",
        _new_box,
    ),
    (r"(?P<names>.*) should come (?P<way>above|below) \"(?P<anchor>.*)\"\.$", _order),
    (r"(?P<names>.*) should stand (?P<how>side by side|below each other|\d+ in a row), in this order\.$", _row),
    (r"(?P<names>.*) should be (?:larger|smaller), about (?P<width>\d+) by (?P<height>\d+) px\.$", _picture),
    (r"(?P<names>.*) should be (?:larger|smaller), about (?P<size>\d+) px\.$", _each(_size)),
    (r"(?P<names>.*) should be about (?P<far>\d+) px further to the (?P<way>left|right)\.$", _each(_across)),
    (r"(?P<names>.*) and all below should be about (?P<far>\d+) px further (?P<way>up|down)\.$", _down),
    (r"(?P<names>.*) should be (?P<side>left-aligned|centred|right-aligned)\.$", _each(_aligned)),
    (r"(?P<names>.*) should be bold\.$", _each(lambda page, tag, match: style(tag, "font-weight: 700"))),
    (r"(?P<names>.*) should not be bold\.$", _each(lambda page, tag, match: style(tag, "font-weight: 400"))),
    (rf"(?P<names>.*) should be {_COLOUR}\.$", _each(lambda page, tag, match: _paint(tag, match))),
)


def _paint(tag: Tag, match: re.Match[str]) -> None:
    if match["words"] is not None:
        recolour(tag, match["colour"], match["words"])
    elif colour := colour_of(match["colour"]):
        style(tag, f"color: {colour}")
