"""Pages that were drawn by hand: blocks, and a picture with a bar of colour for each of them."""

import io

from PIL import Image, ImageDraw

from dulcet.benchmarks.frontend.rendered import Block, Rendered

WHITE, BLACK, BLUE = (255, 255, 255), (0, 0, 0), (30, 58, 138)


def block(kind="text", text="Some words here", x=20, y=20, width=300, height=20, **more):
    values = {
        "color": BLACK, "background": WHITE, "font_size": 16.0, "bold": False, "italic": False, "align": "left",
        "tag": "p",
    }  # fmt: skip
    return Block(kind, text, x, y, width, height, **(values | more))


def page(*blocks, ground=WHITE, width=1280, height=720):
    image = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(image)
    for one in blocks:
        pen.rectangle((one.x, one.y, one.x + one.width, one.y + one.height), fill=one.color)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    body = Block("box", "", 0, 0, width, height, ground, ground, 0.0, False, False, "left", "body")
    return Rendered(stream.getvalue(), width, height, (body, *blocks))


def example(**changes):
    """A page with a heading, two texts, a button and a picture; `changes` are fields of the heading."""
    return page(
        block(text="Fresh bread every day", y=30, height=40, width=500, font_size=36.0, bold=True, **changes),
        block(text="We bake before sunrise, seven days a week.", y=100, width=400),
        block(text="Find us at the market", y=140, width=220),
        block("control", "Order now", y=200, width=120, height=40, color=WHITE, background=BLUE, tag="button"),
        block("image", "", y=300, width=600, height=300, color=(90, 120, 60), tag="img"),
    )
