"""Pages as people look at them, small enough to stand side by side in a report."""

import asyncio
import io
from collections.abc import Sequence

from dulcet.benchmarks.frontend.browser import RenderError
from dulcet.benchmarks.frontend.dialect import find_page
from dulcet.benchmarks.frontend.shared import SharedBrowser, each

WIDTH = 480
"""Pixels of a picture's width."""
MOST_HEIGHT = 960
"""Longer pages are cut there."""


def pictures(sources: Sequence[str]) -> dict[str, bytes]:
    """PNG by source, for those that hold a page that can be drawn. Raises BrowserError where there is no browser."""
    return asyncio.run(_pictures(sources))


async def _pictures(sources: Sequence[str]) -> dict[str, bytes]:
    eyes = SharedBrowser()

    async def draw(source: str) -> bytes | None:
        page = find_page(source)
        try:
            return smaller((await eyes.render(page.html)).png) if page else None
        except RenderError:
            return None

    distinct = list(dict.fromkeys(sources))
    try:
        drawn = await each(distinct, draw)
    finally:
        await eyes.close()
    return {source: png for source, png in zip(distinct, drawn, strict=True) if png is not None}


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
