"""Pages that try to be paid for what nobody can see, or for what is not what was asked."""

import base64

import pytest

from dulcet.benchmarks.frontend.similarity import similarity

pytestmark = pytest.mark.asyncio(loop_scope="package")

BODY = """
<header style="background:#10b981;color:#fff;padding:16px"><h1 style="font-size:30px">River Clinic</h1></header>
<p style="padding:16px"><a href="#">Home</a> <a href="#">Doctors</a> <a href="#">Opening hours</a></p>
<div style="display:flex">
<div style="width:50%;padding:16px"><h2>For patients</h2><p>Your data is safe with us.</p></div>
<div style="width:50%;padding:16px"><h2>What we do</h2><p>We see children and grown-ups alike.</p></div></div>
<footer style="background:#10b981;color:#fff;padding:16px"><p>Call us any time on weekdays.</p></footer>
"""
REQUEST = "A calm page for a clinic with a header, links, two columns for patients and services, and a footer"
WORDS = "River Clinic Home Doctors Opening hours For patients Your data is safe with us. What we do"


def html(body=BODY, style="", attributes=""):
    reset = "body{margin:0;font-family:sans-serif;background:#f3f4f6}h1,h2,p{margin:0}"
    return f"<html><style>{reset}{style}</style><body {attributes}>{body}</body></html>"


def overlay(style):
    return html(f'{BODY}<div style="{style}"></div>')


WHOLE = "position:absolute;inset:0;height:5000px;z-index:9;"
INVISIBLE = {
    "blank": html(""),
    "opacity": html(attributes='style="opacity:0"'),
    "nearly opacity": html(attributes='style="opacity:0.01"'),
    "visibility": html(attributes='style="visibility:hidden"'),
    "transparent letters": html(style="*{color:transparent!important}"),
    "letters as the ground": html(style="*{color:#fff!important;background:#fff!important}"),
    "blurred": html(f'<div style="filter:blur(9px)">{BODY}</div>'),
    "scaled to nothing": html(attributes='style="transform:scale(0.05)"'),
    "letters of one pixel": html(style="*{font-size:1px!important}"),
    "off the page": html(attributes='style="position:relative;left:-3000px"'),
    "clipped": html(attributes='style="clip-path:inset(50%)"'),
    "masked": html(attributes='style="mask:linear-gradient(transparent,transparent)"'),
    "no height": html(f'<div style="height:0;overflow:hidden">{BODY}</div>'),
    "covered": overlay(WHOLE + "background:#345"),
    "covered, the pointer passes": overlay(WHOLE + "background:#345;pointer-events:none!important"),
    "covered by stripes": overlay(
        WHOLE + "pointer-events:none;background:repeating-linear-gradient(45deg,#fff,#000 9px,#10b981 12px)"
    ),
    "covered by a pseudo-element": html(style="body::after{content:'';position:fixed;inset:0;background:#10b981}"),
    "frosted glass": overlay(WHOLE + "backdrop-filter:blur(20px)"),
    "blended away": overlay(WHOLE + "background:#fff;mix-blend-mode:screen;pointer-events:none"),
    "behind its ground": html(
        '<div style="position:relative;z-index:0;background:#fff">'
        f'<div style="position:relative;z-index:-1">{BODY}</div>'
        '<div style="position:absolute;inset:0;background:#eee"></div></div>'
    ),
    "all words in one place": html(
        "".join(f'<p style="position:absolute;left:16px;top:80px">{word}</p>' for word in WORDS.split())
    ),
}


@pytest.mark.parametrize("name", INVISIBLE)
async def test_what_cannot_be_seen_earns_nothing(browser, name):
    target, page = await browser.render(html()), await browser.render(INVISIBLE[name])
    assert similarity(page, target) < 0.02
    assert not [block for block in page.blocks if block.kind == "text" and len(block.text) > 9]


async def test_hidden_words_beside_the_page_change_nothing(browser):
    target = await browser.render(html())
    for style in ("opacity:0", "position:absolute;left:-4000px", "color:transparent;position:absolute;top:0"):
        stuffed = await browser.render(html(f'{BODY}<div style="{style}">{WORDS * 5}</div>'))
        assert stuffed.blocks == target.blocks


async def test_a_picture_of_the_page_is_not_the_page(browser):
    target = await browser.render(html())
    picture = "data:image/png;base64," + base64.b64encode(target.png).decode()
    shown = await browser.render(html(f'<img style="display:block;width:{target.width}px" src="{picture}">'))
    over = await browser.render(html(f'{BODY}<img style="position:absolute;left:0;top:0" src="{picture}">'))
    ground = await browser.render(overlay(f"{WHOLE}pointer-events:none;background:url({picture})"))
    assert max(similarity(page, target) for page in (shown, over, ground)) < 0.1


@pytest.mark.parametrize(
    ("body", "most"),
    [
        (f"<p>{WORDS}</p>", 0.3),
        (f"<h1>Clinic</h1><p>{REQUEST}</p>", 0.3),
        (f"<h1>{REQUEST}</h1>" * 5, 0.2),
        (BODY * 2, 0.75),
        (BODY * 4, 0.5),
        ("<p>Home</p>" * 60, 0.2),
    ],
)
async def test_words_and_repetitions_are_no_page(browser, body, most):
    target = await browser.render(html())
    assert similarity(await browser.render(html(body)), target) < most


async def test_the_order_of_edits(browser):
    """The same page, then smaller and larger edits, then another one."""
    target = await browser.render(html())
    colour = BODY.replace("<h2>For", '<h2 style="color:#dc2626">For')
    links = BODY[BODY.index("<p style") : BODY.index("<div style")]
    swapped = links + BODY.replace(links, "")
    removed = BODY[: BODY.index("<div style")] + BODY[BODY.index("<footer") :]
    other = "<h1>Quarterly results</h1><table><tr><td>Revenue</td><td>12</td></tr></table>"
    scores = [similarity(await browser.render(html(one)), target) for one in (BODY, colour, swapped, removed, other)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0
    assert len(set(scores)) == 5
