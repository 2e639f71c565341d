"""The rules that a page can use are kept, in order, and no others."""

import random
import re

import pytest

from dulcet.benchmarks.frontend.browser import parts
from dulcet.benchmarks.frontend.browser.answers import answer, tailwind
from dulcet.benchmarks.frontend.browser.stylesheet import Stylesheet

SHEET = Stylesheet(
    "/*! a.b comment */*,::before{margin:0}.a{top:0}.b,.c{top:1px}.a .d{top:2px}.w-1\\/2{width:50%}"
    "@keyframes spin{to{top:9px}}.\\32xl\\:a{top:6px}@media (min-width:1px){.md\\:a{top:3px}.e{top:4px}}"
    ".hover\\:a:hover{top:5px}"
)


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("", "*,::before{margin:0}@keyframes spin{to{top:9px}}"),
        ('<p class="a">', "*,::before{margin:0}.a{top:0}@keyframes spin{to{top:9px}}"),
        ("<p class=A>", "*,::before{margin:0}.a{top:0}@keyframes spin{to{top:9px}}"),
        ("<p class=c>", "*,::before{margin:0}.b,.c{top:1px}@keyframes spin{to{top:9px}}"),
        ("<p class='d x'>a", "*,::before{margin:0}.a{top:0}.a .d{top:2px}@keyframes spin{to{top:9px}}"),
        ('<p class="w-1&#47;2">', "*,::before{margin:0}.w-1\\/2{width:50%}@keyframes spin{to{top:9px}}"),
        ("<p class=2xl:a>", "*,::before{margin:0}@keyframes spin{to{top:9px}}.\\32xl\\:a{top:6px}"),
        (
            '<p class="md:a hover:a">',
            "*,::before{margin:0}@keyframes spin{to{top:9px}}@media (min-width:1px){.md\\:a{top:3px}}"
            ".hover\\:a:hover{top:5px}",
        ),
    ],
)
def test_what_is_kept(page, kept):
    assert SHEET.used_by(page) == kept


@pytest.fixture
def whole():
    if parts.wrong():
        pytest.skip("there is no Tailwind here: dulcet browser install")
    return parts.read(parts.TAILWIND_2)


def test_every_class_of_tailwind_is_found_again(whole):
    """Written as Tailwind does: a backslash before what is no letter, digit or hyphen."""
    selectors = sorted(set(re.findall(r"\.((?:\\.|[a-zA-Z-])(?:\\.|[\w-])*)", whole)))
    assert len(selectors) > 10_000
    for selector in random.Random(0).sample(selectors, 300):
        name = re.sub(r"\\(.)", r"\1", re.sub(r"^\\32", "2", selector))
        assert "." + selector in tailwind(f'<p class="group {name}">'), name


def test_a_page_that_checks_a_hash_gets_all_of_it(whole):
    assert tailwind('<link integrity="sha384-x">') == whole


@pytest.mark.parametrize(
    ("url", "noted"),
    [
        ("https://cdn.jsdelivr.net/npm/tailwindcss@2.2.19/dist/tailwind.min.css", False),
        ("https://unpkg.com/tailwindcss@^2/dist/tailwind.min.css", False),
        ("https://cdnjs.cloudflare.com/ajax/libs/tailwindcss/2.2.19/tailwind.min.css", False),
        ("https://unpkg.com/tailwindcss@1.9.6/dist/tailwind.css", True),
    ],
)
def test_where_tailwind_is_linked_from(whole, url, noted):
    found = answer(url, "<p>")
    assert found.content_type == "text/css"
    assert bool(found.note) == noted
