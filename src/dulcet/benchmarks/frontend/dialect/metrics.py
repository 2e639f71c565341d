"""How wide a line of text is, in the letters that the browser draws (Arimo, as wide as Helvetica and Arial)."""

from functools import lru_cache

_REGULAR = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 "
    "584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 "
    "333 611 556 778 556 556 500 389 280 389 584"
)
_ADVANCES = {False: [int(width) for width in _REGULAR.split()], True: [int(width) for width in _BOLD.split()]}
"""Bold or not -> thousandths of the font's size, for the characters from the space to the tilde."""
_OTHER = 556
_ASCENT, _DESCENT = 0.905, 0.212


@lru_cache(maxsize=65536)
def text_width(text: str, size: float, bold: bool) -> float:
    """CSS pixels of a line of text at a font size in CSS pixels."""
    advances = _ADVANCES[bold]
    places = (ord(letter) - 32 for letter in text)
    return sum(advances[place] if 0 <= place < len(advances) else _OTHER for place in places) * size / 1000


def text_height(size: float) -> float:
    """CSS pixels from the top of the highest letter to the foot of the lowest."""
    return round(_ASCENT * size) + round(_DESCENT * size)
