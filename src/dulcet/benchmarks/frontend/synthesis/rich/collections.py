"""Components that show several things: offers, pictures, prices, people, numbers."""

from dulcet.benchmarks.frontend.synthesis.dice import Dice
from dulcet.benchmarks.frontend.synthesis.lexicon import LISTS, PEOPLE, QUOTES
from dulcet.benchmarks.frontend.synthesis.rich.component import Lines, component, grid, inside, picture
from dulcet.benchmarks.frontend.synthesis.rich.style import Style


def _section(style: Style, heading: str, lines: Lines) -> Lines:
    title = f'<h2 class="{style.heading} {style.align} font-bold mb-6">{heading}</h2>'
    return inside('section class="p-8"', [title, *lines])


@component("our offers at a glance")
def offers(dice: Dice, style: Style) -> Lines:
    """Cards with a title and a line, perhaps with a picture."""
    items = dice.some(dice.business.items, 2, 4)
    with_picture = dice.chance(0.5)
    cells = []
    for item in items:
        image = [picture(300, 200, item, "w-full mb-4")] if with_picture else []
        words = f"<p>{dice.pick(('Made for you', 'Ask for more', 'New this week', 'Loved by many'))}.</p>"
        title = f'<h3 class="text-xl font-semibold mb-2">{item}</h3>'
        cells.append(inside(f'div class="{style.card} {style.align} p-{dice.pick((4, 6))}"', [*image, title, words]))
    return _section(style, dice.pick(("What we do", "Our offers", "Services")), grid(len(items), style.gap, cells))


@component("a gallery")
def gallery(dice: Dice, style: Style) -> Lines:
    """Pictures in rows."""
    columns = dice.pick((2, 3, 4))
    count = columns * dice.pick((1, 2)) if columns > 2 else 4
    cells = [[picture(300, 200, f"Picture {number}", "w-full")] for number in range(1, count + 1)]
    return _section(style, dice.pick(("Gallery", "A look inside", "Our work")), grid(columns, style.gap, cells))


@component("a list of prices")
def prices(dice: Dice, style: Style) -> Lines:
    """A table of two columns."""
    rows = [
        inside(
            'tr class="border-b"',
            [
                f'<td class="p-3">{item}</td>',
                f'<td class="p-3 text-right font-bold">${dice.random.randint(4, 90)}</td>',
            ],
        )
        for item in dice.some(dice.business.items, 3, 5)
    ]
    width = dice.pick(("w-full", "w-1/2", "w-2/3 mx-auto"))
    table = inside(f'table class="{width} {style.card}"', [line for row in rows for line in row])
    return _section(style, dice.pick(("Prices", "What it costs")), table)


@component("the voices of customers")
def voices(dice: Dice, style: Style) -> Lines:
    """Quotes side by side or one below the other."""
    quotes = dice.some(QUOTES, 2, 3)
    cells = [
        inside(
            f'blockquote class="{style.card} p-6"',
            [f'<p class="italic mb-2">{words}.</p>', f'<p class="font-bold">{person}</p>'],
        )
        for words, person in quotes
    ]
    columns = dice.pick((1, len(quotes)))
    return _section(style, dice.pick(("What people say", "Kind words")), grid(columns, style.gap, cells))


@component("our team")
def team(dice: Dice, style: Style) -> Lines:
    """Faces with names."""
    people = dice.some(PEOPLE, 2, 4)
    shape = dice.pick(("rounded-full", "rounded", ""))
    cells = [
        inside(
            'div class="text-center"',
            [
                picture(100, 100, person, f"w-24 h-24 mx-auto {shape}".rstrip()),
                f'<h3 class="text-lg font-semibold mt-2">{person}</h3>',
            ],
        )
        for person in people
    ]
    return _section(style, dice.pick(("Our team", "Who we are")), grid(len(people), style.gap, cells))


@component("numbers that impress")
def numbers(dice: Dice, style: Style) -> Lines:
    """Large numbers with a word below each."""
    names = dice.some(("Customers", "Years", "Awards", "Projects", "Cities"), 2, 4)
    cells = [
        inside("div", [f'<p class="text-4xl font-bold">{dice.random.randint(3, 990)}</p>', f"<p>{name}</p>"])
        for name in names
    ]
    return inside(f'section class="{style.soft} text-center p-8"', grid(len(names), style.gap, cells))


@component("the facts that people ask for")
def facts(dice: Dice, style: Style) -> Lines:
    """A list with or without bullets."""
    heading, items = dice.pick(LISTS)
    bullets = dice.pick(("list-disc list-inside", "list-decimal list-inside", "space-y-2"))
    return _section(
        style, heading, inside(f'ul class="{bullets} {style.align}"', [f"<li>{item}</li>" for item in items])
    )
