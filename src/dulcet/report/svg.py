"""matplotlib figures as inline SVG: text stays text, colours follow the page's light or dark theme, no outside names.

Figures are drawn in stand-in colours, which become the style sheet's variables afterwards.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

from dulcet.errors import MissingDependencyError
from dulcet.report.markup import Markup, escape

INK, MUTED, GRID, ACCENT, SOFT = "#010203", "#020304", "#030405", "#040506", "#050607"
LINES = ("#060708", "#070809", "#08090a", "#090a0b", "#0a0b0c")
"""Of several curves in one drawing; told apart with every common kind of colour blindness."""
_VARIABLES = {INK: "ink", MUTED: "muted", GRID: "grid", ACCENT: "accent", SOFT: "soft"} | {
    stand_in: f"line-{number}" for number, stand_in in enumerate(LINES, start=1)
}

_STYLE = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": 8.5,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "axes.linewidth": 0.7,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "text.parse_math": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


class Drawing:
    """A figure being drawn: `axes` to draw on, then `svg` once the `with` block has ended."""

    def __init__(self, axes: Any) -> None:
        self.axes = axes
        self.svg = Markup()


@contextmanager
def drawing(label: str, *, width: float = 3.6, height: float = 2.1) -> Iterator[Drawing]:
    """Draw a figure of that size in inches; `label` is what screen readers say. Raises MissingDependencyError."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependencyError("matplotlib", "report") from error
    # The salt makes the ids that matplotlib invents the same in each run, and different from figure to figure.
    with mpl.rc_context({**_STYLE, "svg.hashsalt": label}):
        figure = Figure(figsize=(width, height), layout="constrained")
        drawn = Drawing(figure.add_subplot())
        yield drawn
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    drawn.svg = _inline(buffer.getvalue(), label)


def _inline(svg: str, label: str) -> Markup:
    """Strip the XML around the drawing, its namespaces and fonts, and let it take the page's colours."""
    body = re.sub(r"^.*?<svg[^>]*?viewBox=\"([^\"]*)\"[^>]*>", r"<svg viewBox='\1'>", svg, count=1, flags=re.S)
    viewbox = body[body.index("'") + 1 : body.index("'>")]
    body = body[body.index("'>") + 2 :].rstrip()
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.S)
    body = re.sub(r"<!--.*?-->\s*", "", body, flags=re.S)
    body = re.sub(r'<g id="[^"]*">', "<g>", body)
    body = body.replace("xlink:href", "href")
    body = re.sub(r"font: (?:[\w.]+ )*?([\d.]+)px [^;\"]*", r"font-size: \1px", body)
    for stand_in, variable in _VARIABLES.items():
        body = body.replace(stand_in, f"var(--{variable})")
    width = float(viewbox.split()[2]) * 4 / 3  # points to CSS pixels
    return Markup(
        f'<svg viewBox="{viewbox}" role="img" aria-label="{escape(label)}" style="max-width: {width:.0f}px">{body}'
    )


def standalone(svg: Markup) -> str:
    """The drawing as a file of its own, with the page's colours inside: light or dark as the reader's screen is."""
    colours = files("dulcet.report").joinpath("style.css").read_text("utf-8").partition("* {")[0]
    width, height = (float(side) * 4 / 3 for side in re.findall(r'viewBox="\S+ \S+ (\S+) (\S+)"', svg)[0])
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
    style = f"<style>{colours}svg {{ background: var(--paper); font-family: sans-serif; }}</style>"
    opening, _, rest = svg.partition(">")
    return f"{head}{opening.removeprefix('<svg')}>{style}{rest}\n"
