"""What a page of the dialect is: sections from top to bottom, each with a few facts that can be seen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a kind of section can say."""

    looks: tuple[str, ...]
    """Which of background, align, size and columns its line may hold, in the order in which they are written."""
    texts: tuple[str, ...]
    """The fields after the first bar; a name in the plural is a list with commas."""
    has_button: bool = False


KINDS: dict[str, Kind] = {
    "nav": Kind(("background", "align"), ("name", "links")),
    "hero": Kind(("background", "align", "size"), ("heading",), has_button=True),
    "cards": Kind(("columns", "background", "align"), ("titles",)),
    "text": Kind(("background", "align"), ("heading", "paragraph")),
    "picture": Kind(("align", "size"), ()),
    "list": Kind(("background", "align"), ("heading", "items")),
    "quote": Kind(("background", "align"), ("words", "person")),
    "form": Kind(("background", "align"), ("heading", "labels"), has_button=True),
    "footer": Kind(("background", "align"), ("words",)),
}
LISTS = ("links", "titles", "items", "labels")
"""The fields that hold several texts."""
MOST_COLUMNS = 4


@dataclass(frozen=True)
class Button:
    """A button: its colour and what is written on it."""

    colour: str
    label: str


@dataclass(frozen=True)
class Section:
    """One section. What its kind cannot say keeps its default and means nothing."""

    kind: str
    texts: tuple[tuple[str, ...], ...] = ()
    """One entry for each field of the kind; a field that is no list holds one text."""
    background: str = "white"
    align: str = "left"
    size: str = "medium"
    columns: int = 3
    button: Button | None = None


@dataclass(frozen=True)
class Page:
    """A whole page."""

    sections: tuple[Section, ...]
    background: str = "white"
