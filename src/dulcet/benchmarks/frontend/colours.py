"""Colours by their plain English names, as somebody says them who sees a picture.

A name stands for several shades, mostly those of Tailwind's palette (its `yellow-500` is an orange); a colour has the
name of the nearest shade by CIEDE2000. The first shade of a name is what is meant where only the name is said.
"""

from functools import lru_cache

from dulcet.benchmarks.frontend.rendered import Colour

NAMED: dict[str, tuple[str, ...]] = {
    "white": ("ffffff", "fdfdfd"),
    "light grey": ("e5e7eb", "f3f4f6", "d1d5db", "f9fafb"),
    "grey": ("9ca3af", "6b7280", "808080"),
    "dark grey": ("374151", "4b5563", "1f2937", "333333"),
    "black": ("000000", "111827"),
    "light red": ("fecaca", "fee2e2", "fca5a5"),
    "red": ("dc2626", "ef4444", "f87171", "ff0000"),
    "dark red": ("7f1d1d", "991b1b", "b91c1c"),
    "orange": ("f59e0b", "d97706", "f97316", "ffa500"),
    "brown": ("78350f", "92400e", "b45309"),
    "light yellow": ("fef3c7", "fde68a"),
    "yellow": ("fcd34d", "fbbf24", "ffff00"),
    "light green": ("a7f3d0", "d1fae5", "6ee7b7", "90ee90"),
    "green": ("059669", "10b981", "34d399", "22c55e", "008000"),
    "dark green": ("064e3b", "065f46", "047857"),
    "light blue": ("bfdbfe", "dbeafe", "93c5fd"),
    "blue": ("2563eb", "3b82f6", "60a5fa", "0000ff"),
    "dark blue": ("1e3a8a", "1e40af", "1d4ed8", "000080"),
    "light indigo": ("c7d2fe", "e0e7ff", "a5b4fc"),
    "indigo": ("6366f1", "4f46e5", "818cf8"),
    "dark indigo": ("312e81", "3730a3", "4338ca"),
    "light purple": ("ddd6fe", "ede9fe", "c4b5fd"),
    "purple": ("7c3aed", "8b5cf6", "a78bfa", "800080"),
    "dark purple": ("4c1d95", "5b21b6", "6d28d9"),
    "light pink": ("fbcfe8", "fce7f3", "f9a8d4"),
    "pink": ("ec4899", "db2777", "f472b6"),
    "dark pink": ("831843", "9d174d", "be185d"),
    "teal": ("0d9488", "14b8a6"),
}
"""Name -> shades as hexadecimal red, green, blue."""


@lru_cache(maxsize=65536)
def colour_name(colour: Colour) -> str:
    """The name of the shade that is nearest to a colour."""
    import numpy as np

    from dulcet.benchmarks.frontend.similarity.colour_difference import ciede2000, lab

    shades = [(name, shade) for name, shades in NAMED.items() for shade in shades]
    differences = ciede2000(lab(colour), lab([from_hex(shade) for _, shade in shades]))
    return shades[int(np.argmin(differences))][0]


@lru_cache(maxsize=65536)
def difference(one: Colour, other: Colour) -> float:
    """CIEDE2000: 0 for equal colours, about 10 for plainly different shades, 100 for black and white."""
    from dulcet.benchmarks.frontend.similarity.colour_difference import ciede2000, lab

    return float(ciede2000(lab(one), lab(other)))


def from_hex(text: str) -> Colour:
    """`ff0000` or `#ff0000` as a colour. Raises ValueError for anything else."""
    digits = text.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"'{text}' is not six hexadecimal digits")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def to_hex(colour: Colour) -> str:
    """`#ff0000`."""
    return "#" + bytes(colour).hex()
