"""The same page is the same picture, whatever was drawn before, beside it or in another process."""

import asyncio
import hashlib
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from dulcet.benchmarks.frontend.browser import Browser, PageLimits

DATA = Path(__file__).parents[5] / "shared" / "data" / "colbench" / "frontend_dev.jsonl"
TAILWIND_2 = '<link href="https://cdn.jsdelivr.net/npm/tailwindcss@2.2.19/dist/tailwind.min.css" rel="stylesheet">'
BODY = """<body class="bg-gray-100"><header class="bg-green-500 p-4"><h1 class="text-3xl font-bold text-white">Shop</h1>
</header><div class="flex space-x-4 p-6"><img src="https://picsum.photos/id/48/200/100" class="rounded"><p>Words — ★</p>
</div></body>"""
PAGE = f"<html>{TAILWIND_2}{BODY}</html>"
MOVING = """<style>@keyframes a { to { transform: rotate(360deg) } }
div { width: 90px; height: 50px; background: red; animation: a 1s infinite; transition: all 9s }</style><div></div>
<marquee>hello</marquee><progress></progress><input autofocus><input type=date><input type=number value=1.5>
<svg><rect width=9 height=9><animate attributeName=x to=99 dur=1s repeatCount=indefinite /></rect></svg>
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='99' height='9'><rect width='9' height='9'>
<animate attributeName='x' to='90' dur='1s' repeatCount='9'/></rect></svg>">
<section><template shadowrootmode=open><style>@keyframes a { to { transform: rotate(360deg) } }
p { width: 99px; background: blue; animation: a 1s infinite !important }</style><p>x</p></template></section>
"""
LEAVING_TRACES = """<style>* { color: red !important }</style><a href=http://page.invalid/x>link</a>
<script>localStorage.x = 1; Object.prototype.y = 2; setInterval(() => document.body.style.color = "red", 1)</script>
<meta http-equiv="set-cookie" content="a=1"><link rel=stylesheet href=https://elsewhere.example/a.css>"""


def digest(rendered):
    return hashlib.sha256(rendered.png + repr(rendered.blocks).encode()).hexdigest()


def colour(rendered, x, y):
    return Image.open(io.BytesIO(rendered.png)).convert("RGB").getpixel((x, y))


async def again(browser, page):
    """Drawn anew, not remembered."""
    browser._kept.clear()
    return digest(await browser.render(page))


@pytest.mark.asyncio(loop_scope="package")
async def test_what_a_page_looks_like(browser):
    rendered = await browser.render(PAGE)
    assert (rendered.width, rendered.height) == (1280, 720)
    assert Image.open(io.BytesIO(rendered.png)).size == (1280, 720)
    assert colour(rendered, 1000, 10) == (16, 185, 129), "Tailwind's green-500"
    assert colour(rendered, 1000, 700) == (243, 244, 246), "Tailwind's gray-100"
    title = next(block for block in rendered.blocks if block.text == "Shop")
    assert (title.font_size, title.bold, title.color) == (30, True, (255, 255, 255))
    assert any(block.kind == "image" and (block.width, block.height) == (200, 100) for block in rendered.blocks)
    assert rendered.refused == ()


@pytest.mark.asyncio(loop_scope="package")
async def test_two_renders_are_the_same_bits(browser):
    pages = [PAGE, MOVING, LEAVING_TRACES, "", "<p>plain"]
    first = [await again(browser, page) for page in pages]
    assert [await again(browser, page) for page in reversed(pages)] == first[::-1]
    async with Browser(PageLimits(), processes=2) as other:
        at_once = await asyncio.gather(*(other.render(f"{page}") for page in pages))
    assert [digest(rendered) for rendered in at_once] == first


@pytest.mark.asyncio(loop_scope="package")
async def test_a_page_leaves_nothing_to_the_next(browser):
    before = await again(browser, PAGE)
    await browser.render(LEAVING_TRACES)
    assert await again(browser, PAGE) == before


@pytest.mark.asyncio(loop_scope="package")
async def test_a_page_asked_for_twice_at_once_is_drawn_once(browser):
    page = PAGE + "<p>twice"
    one, other = await asyncio.gather(browser.render(page), browser.render(page))
    assert one is other


@pytest.mark.asyncio(loop_scope="package")
async def test_the_rules_that_a_page_can_use_draw_what_all_rules_draw(browser):
    assert (await browser.render(PAGE)).png == (await browser.render(PAGE + "<!-- integrity: all of them -->")).png


@pytest.mark.asyncio(loop_scope="package")
async def test_tailwind_as_a_script_is_made_without_running_the_pages(browser):
    config = """<script>tailwind.config = {theme: {extend: {colors: {brand: '#123456',}}}}</script>"""
    body = '<body class="bg-brand p-[13px]"><p class="text-white font-bold">x</p></body>'
    page = f'<html><head><script src="https://cdn.tailwindcss.com"></script>{config}</head>{body}</html>'
    rendered = await browser.render(page)
    assert colour(rendered, 700, 600) == (0x12, 0x34, 0x56)
    assert rendered.refused == ()
    code = config.replace("'#123456'", "(() => '#123456')()")
    rendered = await browser.render(page.replace(config, code))
    assert colour(rendered, 700, 600) == (255, 255, 255)
    assert rendered.notes == ("the page's tailwind.config is not plain data and was left out",)


@pytest.mark.asyncio(loop_scope="package")
async def test_tailwind_4_as_a_script(browser):
    script = '<script src="https://cdn.jsdelivr.net/npm/@tailwindcss/browser@4"></script>'
    theme = '<style type="text/tailwindcss">@theme { --color-brand: #654321; }</style>'
    rendered = await browser.render(f'<html><head>{script}{theme}</head><body class="bg-brand p-4"><p>x</body></html>')
    assert colour(rendered, 700, 600) == (0x65, 0x43, 0x21)


@pytest.mark.asyncio(loop_scope="package")
async def test_real_pages_are_drawn_and_nothing_was_let_out(browser):
    if not DATA.exists():
        pytest.skip("ColBench's pages, whose licence keeps them out of the project, are not in ../shared/data")
    pages = [json.loads(line)["ground_truth"] for line in DATA.read_text(encoding="utf-8").splitlines()[::50]]
    first = [digest(await browser.render(page)) for page in pages]
    assert [await again(browser, page) for page in pages] == first
    assert len(set(first)) == len(pages)
