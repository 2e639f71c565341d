"""The words of the page dialect that say how something looks: colours, alignments, sizes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """A colour by its plain English name and by its Tailwind 2 class."""

    shade: str
    """What follows `bg-`, e.g. `blue-800`."""
    dark: bool
    """Whether text on it has to be white."""


COLOURS: dict[str, Colour] = {
    "white": Colour("white", False),
    "black": Colour("black", True),
    "light grey": Colour("gray-200", False),
    "grey": Colour("gray-400", False),
    "dark grey": Colour("gray-700", True),
    "red": Colour("red-600", True),
    "dark red": Colour("red-900", True),
    "orange": Colour("yellow-500", False),
    "brown": Colour("yellow-900", True),
    "yellow": Colour("yellow-300", False),
    "light yellow": Colour("yellow-100", False),
    "green": Colour("green-600", True),
    "light green": Colour("green-200", False),
    "dark green": Colour("green-900", True),
    "blue": Colour("blue-600", True),
    "light blue": Colour("blue-200", False),
    "dark blue": Colour("blue-900", True),
    "purple": Colour("purple-600", True),
    "light purple": Colour("purple-200", False),
    "dark purple": Colour("purple-900", True),
    "pink": Colour("pink-500", True),
    "light pink": Colour("pink-200", False),
}
"""Name -> colour. The names are what a person would call them: Tailwind's `yellow-500` is an orange."""

ALIGNMENTS: dict[str, str] = {"left": "text-left", "centred": "text-center", "right": "text-right"}
SIZES: tuple[str, ...] = ("small", "medium", "large")
TONES = ("light", "dark")
"""What may stand before a colour's name."""
SAME = {"gray": "grey", "center": "centred", "centre": "centred", "centered": "centred", "middle": "medium"}
"""Other spellings that are understood."""


def text_on(background: str) -> str:
    """The class of text that can be read on a colour."""
    return "text-white" if COLOURS[background].dark else "text-gray-900"
