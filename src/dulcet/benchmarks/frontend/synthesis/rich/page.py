"""Puts a rich page together from components, until it has between 30 and 120 lines."""

from dulcet.benchmarks.frontend.synthesis.dice import Dice
from dulcet.benchmarks.frontend.synthesis.rich import banners, collections, forms
from dulcet.benchmarks.frontend.synthesis.rich.component import COMPONENTS, Lines
from dulcet.benchmarks.frontend.synthesis.rich.frames import beside, document, footer, header
from dulcet.benchmarks.frontend.synthesis.rich.style import draw_style

assert all((banners, collections, forms))  # importing them registers the components

LEAST_LINES, MOST_LINES = 30, 120
_BESIDE = {4: 0.15, 5: 0.35}
"""Difficulty -> share of pages with a column at the side."""
_COMPONENTS = {4: (2, 3), 5: (4, 5)}
"""Difficulty -> least and most components between top and foot."""


def rich_page(dice: Dice) -> tuple[str, list[str]]:
    """The page as HTML, and what its parts are called in a request. The same for the same dice."""
    while True:
        html, called = _page(dice)
        if LEAST_LINES <= html.count("\n") + 1 <= MOST_LINES:
            return html, called


def _page(dice: Dice) -> tuple[str, list[str]]:
    style = draw_style(dice)
    names = dice.some(list(COMPONENTS), *_COMPONENTS[dice.difficulty])
    called = ["a menu", *(COMPONENTS[name].called for name in names)]
    main: list[Lines] = [COMPONENTS[name].draw(dice, style) for name in names]
    if dice.chance(_BESIDE[dice.difficulty]):
        main = [beside(dice, style, [line for part in main for line in part])]
        called.append("quick links")
    return document(dice, style, [header(dice, style), *main, footer(dice, style)]), called
