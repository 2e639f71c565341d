"""From what the script in the page returns to blocks. The script runs in a world that the page cannot reach."""

from functools import cache
from pathlib import Path
from typing import Any

from dulcet.benchmarks.frontend.rendered import Block


@cache
def script() -> str:
    """The source of a JavaScript function that returns what `read_blocks` reads."""
    return (Path(__file__).parent / "structure.js").read_text(encoding="utf-8")


def read_blocks(found: list[dict[str, Any]]) -> tuple[Block, ...]:
    """The blocks of a page, in the order of the document."""
    return tuple(
        Block(**{**one, "color": tuple(one["color"]), "background": tuple(one["background"])})  # type: ignore[arg-type]
        for one in found
    )
