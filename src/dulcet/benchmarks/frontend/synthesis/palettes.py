"""Palettes: colours that go together, so that made pages look like pages that somebody would want."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Colours of the dialect by what they are for."""

    strong: tuple[str, ...]
    """For bars, banners and feet."""
    soft: tuple[str, ...]
    """For sections and cards."""
    accents: tuple[str, ...]
    """For buttons."""

    def others(self, *taken: str) -> list[str]:
        """The colours of bars and sections but those that are taken."""
        return [colour for colour in self.soft + self.strong if colour not in taken]


PALETTES: tuple[Palette, ...] = (
    Palette(("dark blue", "blue", "black"), ("light blue", "white", "light grey"), ("orange", "yellow")),
    Palette(("dark green", "green", "dark grey"), ("light green", "white", "light yellow"), ("orange", "brown")),
    Palette(("red", "dark red", "black"), ("light pink", "white", "light grey"), ("yellow", "dark grey")),
    Palette(("purple", "dark purple", "pink"), ("light purple", "white", "light pink"), ("pink", "yellow")),
    Palette(("brown", "orange", "dark red"), ("light yellow", "white", "light grey"), ("green", "dark green")),
    Palette(("black", "dark grey", "grey"), ("white", "light grey", "grey"), ("red", "blue")),
    Palette(("pink", "purple", "dark blue"), ("light pink", "light blue", "white"), ("blue", "dark blue")),
    Palette(("orange", "blue", "dark grey"), ("light yellow", "light blue", "white"), ("blue", "red")),
)
