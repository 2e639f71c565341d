"""The look that runs through one page: its colours, corners, shadows, letters, spacing."""

from dataclasses import dataclass

from dulcet.benchmarks.frontend.synthesis.dice import Dice

_HUES = ("gray", "red", "yellow", "green", "blue", "indigo", "purple", "pink")


@dataclass(frozen=True)
class Style:
    """Tailwind classes that components share."""

    strong: str
    """Background and text of bars and banners."""
    soft: str
    """Background and text of quiet sections."""
    page: str
    button: str
    card: str
    """Background, corners, shadow and border of cards."""
    font: str
    align: str
    gap: str
    heading: str
    """Size of the sections' headings."""


def draw_style(dice: Dice) -> Style:
    """A style; the same for the same dice."""
    hue, accent = dice.random.sample(_HUES, 2)
    dark = dice.pick((600, 700, 800, 900))
    corner = dice.pick(("", "rounded", "rounded-lg", "rounded-full"))
    card_corner = "rounded-lg" if corner == "rounded-full" else corner
    edge = dice.pick(("shadow", "shadow-lg", "border border-gray-300", f"border-t-4 border-{accent}-500"))
    card = dice.pick(("bg-white text-gray-800", f"bg-{hue}-100 text-gray-900", f"bg-{accent}-100 text-gray-900"))
    return Style(
        strong=_strong(dice, hue, dark),
        soft=dice.pick((f"bg-{hue}-50 text-gray-800", f"bg-{accent}-50 text-gray-800", "bg-gray-100 text-gray-800")),
        page=dice.pick(("bg-white", "bg-gray-100", f"bg-{hue}-50")),
        button=_joined(f"bg-{accent}-{dice.pick((500, 600, 700))} text-white font-bold py-2 px-6", corner),
        card=_joined(card, card_corner, edge),
        font=dice.pick(("font-sans", "font-serif", "font-mono")),
        align=dice.pick(("text-left", "text-center", "text-right")),
        gap=dice.pick(("gap-4", "gap-6", "gap-10")),
        heading=dice.pick(("text-xl", "text-2xl", "text-3xl", "text-4xl")),
    )


def _strong(dice: Dice, hue: str, dark: int) -> str:
    if dice.chance(0.3):
        return f"bg-gradient-to-r from-{hue}-{dark} to-{hue}-400 text-white"
    return f"bg-{hue}-{dark} text-white"


def _joined(*classes: str) -> str:
    return " ".join(part for part in classes if part)
