"""Pages that want to hang, to fill memory, to go elsewhere or to be two pages: each fails alone, and in time."""

import asyncio
import base64
import os
import signal
import struct
import time
import zlib

import pytest
import pytest_asyncio

from dulcet.benchmarks.frontend.browser import Browser, Failure, PageLimits, RenderError

SECONDS = 5.0
SLACK = 10.0
"""What a page may take beyond its limit, on a busy machine, for its process to be ended and started anew."""


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def strict(installed):
    async with Browser(PageLimits(seconds=SECONDS), processes=1) as browser:
        yield browser


def png(side):
    """A black picture that is small as a file."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(side + 1)) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def nested(depth):
    """A drawing whose parts are used ten times by the next, again and again."""
    parts = "".join(f"<g id=b{i}>" + f"<use href=#b{i - 1} />" * 10 + "</g>" for i in range(1, depth))
    return (
        f"<svg width=9000 height=9000><defs><g id=b0><circle r=9 /></g>{parts}</defs><use href=#b{depth - 1} /></svg>"
    )


HARMLESS = {
    "endless script": "<script>while (true) {}</script>",
    "endless handler": "<img src=x onerror='while (true) {}'>",
    "refresh loop": "<meta http-equiv=refresh content=0>",
    "refresh away": "<meta http-equiv=refresh content='0;url=http://elsewhere.example/'>",
    "refresh to data": "<meta http-equiv=refresh content='0;url=data:text/html,elsewhere'>",
    "refresh to a file": "<meta http-equiv=refresh content='0;url=file:///etc/passwd'>",
    "frames with scripts": "<iframe srcdoc='<script>while (true) {}</script>'></iframe>"
    "<iframe src='data:text/html,<script>while (true) {}</script>'></iframe>",
    "giant canvas": "<canvas width=60000 height=60000 style='width:9px;height:9px'></canvas>",
    "pop-up": "<script>open('http://elsewhere.example')</script><a href=http://elsewhere.example target=_blank></a>",
    "form that posts": "<form action=http://elsewhere.example method=post><input autofocus type=hidden></form>",
    "service worker": "<script>navigator.serviceWorker.register('/worker.js')</script>",
    "names of members": "<form name=body><input name=parentElement><input name=attributes></form>"
    "<img name=createTreeWalker><img name=documentElement><img name=querySelectorAll><img name=fonts>",
    "base that is a file": "<base href='file:///etc/'><img src=passwd>",
    "lone surrogate": "\ud800\0",
    "frame bursting": "<script>top.location = 'http://elsewhere.example'</script>",
}
TOO_LARGE = {
    "long source": "<p>" + "x" * 600_000,
    "many elements": "<p>x</p>" * 60_000,
    "giant picture": f"<img src='data:image/png;base64,{base64.b64encode(png(10_000)).decode()}'>",
    "many pictures": "".join(f"<img src=https://picsum.photos/id/{i}/4000/4000>" for i in range(20)),
    "many requests": "".join(f"<img src=http://elsewhere.example/{i}>" for i in range(700)),
}
ENDLESS = {
    "deep elements": "<div>" * 100_000,
    "nested drawing": nested(9),
    "filters": f"<div style='height:4000px;filter:{'blur(200px) ' * 60}'>x</div>",
}


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("name", HARMLESS)
async def test_a_page_stays_what_it_is(strict, name):
    rendered = await strict.render(f"{HARMLESS[name]}<p>still here</p>")
    assert any(block.text.endswith("still here") for block in rendered.blocks)


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("name", TOO_LARGE)
async def test_a_page_that_is_too_large_is_refused(strict, name):
    with pytest.raises(RenderError) as raised:
        await strict.render(TOO_LARGE[name])
    assert raised.value.kind in (Failure.TOO_LARGE, Failure.TIMEOUT)
    await good(strict, name)


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("name", ENDLESS)
async def test_no_page_outlives_its_limit(strict, name):
    began = time.monotonic()
    with pytest.raises(RenderError) as raised:
        await strict.render(ENDLESS[name])
    assert raised.value.kind in (Failure.TIMEOUT, Failure.CRASHED, Failure.TOO_LARGE)
    assert time.monotonic() - began < SECONDS + SLACK
    await good(strict, name)


@pytest.mark.asyncio(loop_scope="package")
async def test_a_tall_page_is_cut_and_says_so(browser):
    rendered = await browser.render("<div style='height:1000000px'>tall</div>")
    assert rendered.height == browser.limits.most_height
    assert "the picture ends at" in rendered.notes[0]


@pytest.mark.asyncio(loop_scope="package")
async def test_a_browser_that_is_killed_is_replaced(strict):
    await good(strict, "before")
    (process,) = strict._processes
    os.kill(int(process._confined.process.read_text()), signal.SIGKILL)
    await good(strict, "after")
    drawing = asyncio.create_task(good(strict, "meanwhile"))
    await asyncio.sleep(0.05)
    os.kill(int(process._confined.process.read_text()), signal.SIGKILL)
    await drawing


async def good(browser, word):
    """The next page is drawn as if nothing had happened."""
    rendered = await browser.render(f"<h1>after {word}</h1>")
    assert any(block.text == f"after {word}" for block in rendered.blocks)
