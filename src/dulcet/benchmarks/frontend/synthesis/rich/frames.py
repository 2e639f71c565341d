"""What stands at the top and at the foot of a rich page, and beside it."""

from dulcet.benchmarks.frontend.synthesis.dice import Dice
from dulcet.benchmarks.frontend.synthesis.lexicon import CLOSINGS
from dulcet.benchmarks.frontend.synthesis.rich.component import Lines, indented, inside, picture
from dulcet.benchmarks.frontend.synthesis.rich.style import Style

_BARS = ("flex justify-between items-center", "flex justify-start items-center space-x-8", "text-center")


def header(dice: Dice, style: Style) -> Lines:
    """The bar with the name, perhaps a logo, and links."""
    bar = dice.pick(_BARS)
    colours = style.strong if dice.chance(0.6) else "bg-white text-gray-800 shadow"
    name = [f'<h1 class="text-2xl font-bold">{dice.name}</h1>']
    if dice.chance(0.4):
        name = [picture(100, 50, "Logo", "inline-block h-10"), *name]
    spread = "flex justify-center space-x-6 mt-2" if bar == "text-center" else "flex space-x-6"
    return inside(f'header class="{bar} {colours} p-{dice.pick((4, 6, 8))}"', [*name, *links(dice, spread)])


def links(dice: Dice, classes: str) -> Lines:
    """The menu as a list."""
    names = ("Home", *dice.some(dice.business.links, 1, 3), "Contact")
    items = [f'<li><a href="#" class="font-semibold">{name}</a></li>' for name in names]
    return inside("nav", inside(f'ul class="{classes}"', items))


def footer(dice: Dice, style: Style) -> Lines:
    """The foot: one line, or columns of links."""
    closing = f"<p>{dice.pick(CLOSINGS)}</p>"
    if dice.chance(0.5):
        return inside(f'footer class="{style.strong} {style.align} p-{dice.pick((4, 6, 10))}"', [closing])
    columns = [
        inside("div", [f'<h4 class="font-bold mb-2">{title}</h4>', *(f"<p>{text}</p>" for text in texts)])
        for title, texts in (
            ("Visit", dice.some(dice.business.links, 2, 2)),
            ("Offers", dice.some(dice.business.items, 2, 3)),
            ("Contact", [dice.pick(CLOSINGS)]),
        )
    ]
    cells = [line for column in columns for line in column]
    return inside(f'footer class="{style.strong} grid grid-cols-3 {style.gap} p-8"', cells)


def beside(dice: Dice, style: Style, main: Lines) -> Lines:
    """The main part with a column of links on its left or right side."""
    items = [f'<li><a href="#">{item}</a></li>' for item in dice.some(dice.business.items, 3, 5)]
    heading = f'<h2 class="text-xl font-bold mb-4">{dice.pick(("Browse", "More", "Categories", "Topics"))}</h2>'
    aside = inside(f'aside class="w-1/4 {style.soft} p-6"', [heading, *inside('ul class="space-y-2"', items)])
    body = inside('main class="w-3/4"', main)
    return inside('div class="flex"', [*aside, *body] if dice.chance(0.5) else [*body, *aside])


def opening(dice: Dice, style: Style) -> Lines:
    """The first lines of the document, up to the body's tag."""
    stylesheet = "https://cdn.jsdelivr.net/npm/tailwindcss@2.2.19/dist/tailwind.min.css"
    link = f'<link href="{stylesheet}" rel="stylesheet">'
    return ["<html>", link, f'<body class="{style.page} {style.font} text-gray-800">']


def document(dice: Dice, style: Style, parts: list[Lines]) -> str:
    """All lines as one document."""
    body = [line for part in parts for line in part]
    return "\n".join([*opening(dice, style), *indented(body), "</body>", "</html>"])
