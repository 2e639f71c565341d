"""Pages as people look at them, small enough to stand side by side in a report."""

import asyncio
import io
from collections.abc import Sequence

from dulcet.benchmarks.frontend.browser import RenderError
from dulcet.benchmarks.frontend.dialect import find_page
from dulcet.benchmarks.frontend.shared import SharedBrowser

WIDTH = 480
"""Pixels of a picture's width."""
MOST_HEIGHT = 960
"""Longer pages are cut there."""


def pictures(sources: Sequence[str]) -> dict[str, bytes]:
    """PNG by source, for those that hold a page that can be drawn. Raises BrowserError where there is no browser."""
    return asyncio.run(_pictures(sources))


async def _pictures(sources: Sequence[str]) -> dict[str, bytes]:
    eyes, drawn = SharedBrowser(), {}
    try:
        for source in dict.fromkeys(sources):
            page = find_page(source)
            if page is not None:
                try:
                    drawn[source] = smaller((await eyes.render(page.html)).png)
                except RenderError:
                    continue
    finally:
        await eyes.close()
    return drawn


def smaller(png: bytes) -> bytes:
    """The picture at the report's width, in 256 colours, cut where it is very long."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        height = round(picture.height * WIDTH / picture.width)
        small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    cut = small.crop((0, 0, WIDTH, min(height, MOST_HEIGHT))).quantize(256)
    out = io.BytesIO()
    cut.save(out, "PNG", optimize=True)
    return out.getvalue()
