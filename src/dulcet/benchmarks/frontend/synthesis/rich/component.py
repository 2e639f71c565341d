"""Component: a part of a page, what a request may call it, and the registry of all of them."""

from collections.abc import Callable
from dataclasses import dataclass

from dulcet.benchmarks.frontend.synthesis.dice import Dice
from dulcet.benchmarks.frontend.synthesis.rich.style import Style

Lines = list[str]
Draw = Callable[[Dice, Style], Lines]


@dataclass(frozen=True)
class Component:
    """A kind of part, e.g. the gallery."""

    called: str
    """In a request: `a gallery`."""
    draw: Draw


COMPONENTS: dict[str, Component] = {}


def component(called: str) -> Callable[[Draw], Draw]:
    """Register a component under its function's name."""

    def register(draw: Draw) -> Draw:
        COMPONENTS[draw.__name__] = Component(called, draw)
        return draw

    return register


def indented(lines: Lines, steps: int = 1) -> Lines:
    """The lines, `steps` levels further in."""
    return [f"{'  ' * steps}{line}" for line in lines]


def inside(opening: str, lines: Lines) -> Lines:
    """An element around lines; `opening` is its tag with attributes, without brackets."""
    return [f"<{opening}>", *indented(lines), f"</{opening.split()[0]}>"]


def picture(width: int, height: int, name: str, classes: str) -> str:
    """An `img` of picsum's number 48, as ColBench's pages have."""
    return f'<img src="https://picsum.photos/id/48/{width}/{height}" alt="{name}" class="{classes}">'


def grid(columns: int, gap: str, cells: list[Lines]) -> Lines:
    """Cells side by side."""
    return inside(f'div class="grid grid-cols-{columns} {gap}"', [line for cell in cells for line in cell])
