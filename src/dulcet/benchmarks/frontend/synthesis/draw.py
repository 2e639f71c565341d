"""Draws a page that the dialect can say: which sections, in which order, how each looks, what is written there."""

from collections.abc import Iterator
from dataclasses import replace

from dulcet.benchmarks.frontend.dialect.spec import Button, Page, Section
from dulcet.benchmarks.frontend.dialect.words import ALIGNMENTS, SIZES
from dulcet.benchmarks.frontend.synthesis.dice import Dice
from dulcet.benchmarks.frontend.synthesis.lexicon import ABOUT, CLOSINGS, FORMS, LISTS, QUOTES
from dulcet.benchmarks.frontend.synthesis.palettes import PALETTES, Palette

_EXTRAS = ("text", "picture", "list", "quote", "form")
_MOST_EXTRAS = {1: (0, 0), 2: (1, 1), 3: (2, 3)}
"""Difficulty -> least and most sections beside the four that every page has."""
_MENU_BELOW, _CARDS_FIRST = 0.25, 0.3
"""Shares of pages whose banner is above the menu, and whose cards are above the banner."""


def draw_page(dice: Dice) -> Page:
    """A page; the same for the same dice."""
    palette = dice.pick(PALETTES)
    background = "white" if dice.chance(0.7) else dice.pick(palette.soft)
    body = [_hero(dice, palette), _cards(dice, palette, background)]
    if dice.chance(_CARDS_FIRST):
        body.reverse()
    for kind in dice.some(_EXTRAS, *_MOST_EXTRAS[dice.difficulty]):
        body.insert(dice.random.randint(0, len(body)), _extra(dice, palette, kind))
    body.insert(1 if dice.chance(_MENU_BELOW) else 0, _nav(dice, palette))
    body.append(_footer(dice, palette))
    return Page(tuple(_told_apart(dice, palette, body)), background)


def _told_apart(dice: Dice, palette: Palette, sections: list[Section]) -> Iterator[Section]:
    """The sections, no band in the colour of the one above it or of the cards: nobody could tell them apart."""
    above, cards = "", next(section.background for section in sections if section.kind == "cards")
    for section in sections:
        bare = section.kind in ("cards", "picture")
        if not bare and section.background in (above, cards):
            taken = (above, cards, section.button.colour if section.button else "")
            section = replace(section, background=dice.pick(palette.others(*taken)))
        above = "" if bare else section.background
        yield section


def _align(dice: Dice) -> str:
    return dice.pick(tuple(ALIGNMENTS))


def _nav(dice: Dice, palette: Palette) -> Section:
    links = ("Home", *dice.some(dice.business.links, 1, 2), "Contact")
    return Section("nav", ((dice.name,), links), dice.pick(palette.strong), _align(dice))


def _hero(dice: Dice, palette: Palette) -> Section:
    colour = dice.pick(palette.strong + palette.soft)
    accents = [accent for accent in palette.accents if accent != colour]
    button = Button(dice.pick(accents), dice.pick(dice.business.calls))
    slogan = dice.pick(dice.business.slogans)
    return Section("hero", ((slogan,),), colour, _align(dice), dice.pick(SIZES), button=button)


def _cards(dice: Dice, palette: Palette, page: str) -> Section:
    titles = tuple(dice.some(dice.business.items, 3, 4))
    columns = dice.pick([number for number in (1, 2, 3, 4) if number <= len(titles)])
    colour = dice.pick(palette.others(page))  # else nobody sees the cards
    return Section("cards", (titles,), colour, _align(dice), columns=columns)


def _footer(dice: Dice, palette: Palette) -> Section:
    return Section("footer", ((dice.pick(CLOSINGS),),), dice.pick(palette.strong), _align(dice))


def _extra(dice: Dice, palette: Palette, kind: str) -> Section:
    colour, align = dice.pick(palette.soft), _align(dice)
    if kind == "picture":
        return Section("picture", align=align, size=dice.pick(SIZES))
    if kind == "form":
        heading, labels, label = dice.pick(FORMS)
        return Section("form", ((heading,), labels), colour, align, button=Button(dice.pick(palette.accents), label))
    if kind == "list":
        heading, items = dice.pick(LISTS)
        return Section("list", ((heading,), items), colour, align)
    first, second = dice.pick(ABOUT if kind == "text" else QUOTES)
    return Section(kind, ((first,), (second,)), colour, align)
