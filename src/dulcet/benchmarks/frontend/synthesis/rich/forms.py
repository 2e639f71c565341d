"""Components that ask for something: a form to write to the business, a field to search."""

from dulcet.benchmarks.frontend.synthesis.dice import Dice
from dulcet.benchmarks.frontend.synthesis.lexicon import FORMS
from dulcet.benchmarks.frontend.synthesis.rich.component import Lines, component, inside
from dulcet.benchmarks.frontend.synthesis.rich.style import Style


@component("a way to write to us")
def contact(dice: Dice, style: Style) -> Lines:
    """A form with labels, fields and a button."""
    heading, labels, call = dice.pick(FORMS)
    fields: Lines = []
    for label in labels:
        box = "textarea" if label in ("Message", "Question") else "input"
        closing = "</textarea>" if box == "textarea" else ""
        name = f'<label class="block font-semibold mb-1">{label}</label>'
        fields += [name, f'<{box} class="border p-2 mb-4 w-full">{closing}']
    button = f'<button class="{style.button}">{call}</button>'
    width = dice.pick(("w-1/2", "w-1/3 mx-auto", "w-full"))
    form = inside(f'form class="{width} {style.card} p-6"', [*fields, button])
    return inside('section class="p-8"', [f'<h2 class="{style.heading} font-bold mb-4">{heading}</h2>', *form])


@component("a search bar")
def search(dice: Dice, style: Style) -> Lines:
    """One field and a button."""
    width = dice.pick(("w-1/2", "w-1/3", "w-3/4"))
    field = f'<input type="text" placeholder="Search" class="border p-2 {width}">'
    parts = [field, f'<button class="{style.button}">Search</button>']
    return inside(f'section class="{style.soft} {style.align} p-4"', parts)
