"""Components that call people to act: banners, pictures with words, a line to sign up."""

from dulcet.benchmarks.frontend.synthesis.dice import Dice
from dulcet.benchmarks.frontend.synthesis.lexicon import ABOUT
from dulcet.benchmarks.frontend.synthesis.rich.component import Lines, component, inside, picture
from dulcet.benchmarks.frontend.synthesis.rich.style import Style


@component("a banner with a call to action")
def banner(dice: Dice, style: Style) -> Lines:
    """A wide band with the slogan and one or two buttons."""
    calls = dice.some(dice.business.calls, 1, 2)
    size, padding = dice.pick(("text-3xl", "text-4xl", "text-6xl")), dice.pick((8, 16, 24))
    _, words = dice.pick(ABOUT)
    return inside(
        f'section class="{style.strong} {style.align} px-8 py-{padding}"',
        [
            f'<h2 class="{size} font-bold mb-4">{dice.pick(dice.business.slogans)}</h2>',
            f'<p class="text-lg mb-6">{words}.</p>',
            *(f'<button class="{style.button}">{call}</button>' for call in calls),
        ],
    )


@component("a picture with our slogan")
def picture_banner(dice: Dice, style: Style) -> Lines:
    """The slogan above or below a picture as wide as the page."""
    image = picture(1600, 400, "Banner", f"w-full h-{dice.pick((48, 64, 96))} object-cover")
    words = f'<h2 class="{style.heading} {style.align} font-bold p-6">{dice.pick(dice.business.slogans)}</h2>'
    return inside("section", [image, words] if dice.chance(0.5) else [words, image])


@component("a few words about us beside a picture")
def split(dice: Dice, style: Style) -> Lines:
    """Words on one side, a picture on the other."""
    heading, words = dice.pick(ABOUT)
    image = inside('div class="w-1/2"', [picture(600, 400, heading, "w-full")])
    text = inside(
        'div class="w-1/2 p-8"',
        [
            f'<h2 class="{style.heading} font-bold mb-4">{heading}</h2>',
            f'<p class="mb-6">{words}.</p>',
            f'<button class="{style.button}">{dice.pick(dice.business.calls)}</button>',
        ],
    )
    halves = [*image, *text] if dice.chance(0.5) else [*text, *image]
    return inside(f'section class="flex items-center {style.soft}"', halves)


@component("a line to sign up for news")
def newsletter(dice: Dice, style: Style) -> Lines:
    """A heading, a field and a button in a row or one below the other."""
    field = f'<input type="text" placeholder="{dice.pick(("Email", "Your email"))}" class="border p-2 w-64">'
    button = f'<button class="{style.button}">{dice.pick(("Sign up", "Keep me posted"))}</button>'
    heading = f'<h2 class="{style.heading} font-bold mb-4">{dice.pick(("Stay in touch", "Get our news"))}</h2>'
    form = inside(f'form class="{dice.pick(("space-x-4", "space-y-4"))}"', [field, button])
    return inside(f'section class="{style.soft} {style.align} p-10"', [heading, *form])
