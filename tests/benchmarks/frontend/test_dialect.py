import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dulcet.benchmarks.frontend.dialect import (
    ALIGNMENTS,
    COLOURS,
    KINDS,
    SIZES,
    Button,
    DialectError,
    Page,
    Section,
    compile_page,
    dialect_of,
    find_page,
    is_dialect,
    parse_page,
    read_page,
    write_page,
)
from dulcet.benchmarks.frontend.dialect.spec import LISTS

PAGE = """page light yellow
nav dark blue right | Rosa Bakery | Home, Menu, Contact
hero light grey centred large | Fresh bread & more | button red Order now
cards 3 white left | Bread, Cakes, Coffee
text white left | About us | We bake.
picture right small
list white left | Hours | Monday, Tuesday
quote pink right | Very good | Dana
form grey left | Write to us | Name, Email | button dark green Send
footer black centred | Open from six"""

words = st.text("abc XYZ<>&\"'éß1", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
colours, alignments = st.sampled_from(list(COLOURS)), st.sampled_from(list(ALIGNMENTS))


@st.composite
def sections(draw):
    kind = draw(st.sampled_from(list(KINDS)))
    texts = tuple(
        tuple(draw(st.lists(words, min_size=1, max_size=4))) if name in LISTS else (draw(words),)
        for name in KINDS[kind].texts
    )
    said = {
        "background": draw(colours),
        "align": draw(alignments),
        "size": draw(st.sampled_from(SIZES)),
        "columns": draw(st.integers(1, 4)),
    }
    button = Button(draw(colours), draw(words)) if KINDS[kind].has_button and draw(st.booleans()) else None
    return Section(kind, texts, button=button, **{look: said[look] for look in KINDS[kind].looks})


pages = st.builds(Page, st.lists(sections(), min_size=1, max_size=6).map(tuple), colours)


@given(pages)
def test_what_is_written_is_read_again_also_from_the_html(page):
    assert parse_page(write_page(page)) == page
    assert dialect_of(compile_page(page)) == write_page(page)


@given(pages, pages)
def test_pages_that_differ_compile_to_html_that_differs(one, other):
    assert (compile_page(one) == compile_page(other)) == (one == other)


def test_every_kind_of_section_and_its_canonical_form():
    assert write_page(parse_page(PAGE)) == PAGE
    assert {line.split()[0] for line in PAGE.splitlines()} == {"page", *KINDS}


@pytest.mark.parametrize(
    ("line", "canonical"),
    [
        ("HERO Dark-Blue Center LARGE|Hi", "hero dark blue centred large | Hi"),
        ("hero large gray | Hi", "hero grey left large | Hi"),
        ("hero middle centre light-gray | Hi", "hero light grey centred medium | Hi"),
        ("cards | a,b , c,", "cards 3 white left | a, b, c"),
        ("picture", "picture left medium"),
        ("hero | Hi | button light blue Go", "hero white left medium | Hi | button light blue Go"),
    ],
)
def test_other_spellings_and_what_is_left_out(line, canonical):
    assert write_page(parse_page(line)) == f"page white\n{canonical}"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("banner blue | Hi", "line 2: 'banner' is no kind of section. There are: nav, hero"),
        ("hero red blue | Hi", "line 2: two words say the background: 'red' and 'blue'"),
        ("hero teal | Hi", "line 2: 'teal' has no meaning here. Here may stand: background, align, size"),
        ("hero light | Hi", "line 2: 'light' has no meaning here"),
        ("nav small | A | B", "line 2: 'small' has no meaning here. Here may stand: background, align."),
        ("cards 9 | a", "line 2: '9' has no meaning here"),
        ("nav | A", "line 2: 'nav' has 1 texts. Write it like: nav | name | links"),
        ("hero | ", "line 2: 'hero' has 1 texts"),
        ("nav | A | ,", "line 2: ',' lists nothing"),
        ("hero | Hi | button teal Go", "line 2: 'button teal Go' is no button"),
        ("hero | Hi | button red", "line 2: 'button red' is no button"),
        ("hero | " + "x" * 400, "line 2: the line has more than 400 characters"),
    ],
)
def test_a_bad_line_is_named_and_left_out_where_that_is_allowed(line, what):
    with pytest.raises(DialectError) as error:
        parse_page(f"footer | One\n{line}\nfooter | Two")
    assert str(error.value).startswith(what)
    reading = read_page(f"footer | One\n{line}\nfooter | Two")
    assert [section.texts for section in reading.page.sections] == [(("One",),), (("Two",),)]
    assert [str(fault) for fault in reading.faults] == [str(error.value)]


def test_no_endless_page():
    reading = read_page("footer | One\n" * 1000)
    assert len(reading.page.sections) == 40
    with pytest.raises(DialectError, match="at most 40 sections"):
        parse_page("footer | One\n" * 41)
    with pytest.raises(DialectError, match="no section"):
        parse_page("page blue\n")


def test_the_html_is_escaped_and_has_tailwind():
    html = compile_page(parse_page('footer | <script>alert("1")</script> --> & more'))
    assert "<script>" not in html.replace("&lt;", "")
    assert html.count("-->") == 2
    assert "tailwindcss@2.2.19" in html


def test_a_page_that_was_changed_is_no_longer_of_the_dialect():
    html = compile_page(parse_page(PAGE))
    assert dialect_of(html.replace("text-center", "text-left", 1)) is None
    assert dialect_of("<html><body>Hello</body></html>") is None


HTML = "<html><body><p>Hi</p></body></html>"


@pytest.mark.parametrize(
    ("message", "html"),
    [
        (HTML, HTML),
        (f"Here it is:\n```html\n{HTML}\n```\nDo you like it?", HTML),
        (f"<!DOCTYPE html>\n{HTML} Done.", f"<!DOCTYPE html>\n{HTML}"),
        (f"{HTML}\nNo, better:\n<html>2</html>", "<html>2</html>"),
        ("<html><body>cut off", "<html><body>cut off"),
        ("Only <body class='x'>Hi</body>.", "<body class='x'>Hi</body>"),
        ("```\n<div>Hi</div>\n```", "<div>Hi</div>"),
    ],
)
def test_html_in_a_message(message, html):
    found = find_page(message)
    assert (found.form, found.html) == ("html", html)


@pytest.mark.parametrize(
    "message", [PAGE, f"Here it is.\n\n{PAGE}", f"Look:\n```page\n{PAGE}\n```\nGood?", f"\n{PAGE}\n\n"]
)
def test_the_dialect_in_a_message(message):
    found = find_page(message)
    assert (found.form, found.html, found.faults) == ("dialect", compile_page(parse_page(PAGE)), ())


def test_bad_lines_of_a_message_are_reported():
    found = find_page("hero teal | Hi\nfooter | Bye")
    assert found.html == compile_page(parse_page("footer | Bye"))
    assert [fault.where for fault in found.faults] == ["line 1"]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Which colours do you like?",
        "page",
        "Text me when you are ready.",
        "Form follows function | they say",
        "a < b > c",
    ],
)
def test_a_message_without_a_page(message):
    assert find_page(message) is None


def test_what_begins_like_the_dialect():
    assert is_dialect("\n  nav blue | A | B\nmore")
    assert not is_dialect("navigation is important\nnav blue | A | B")
    assert not is_dialect("<nav> | x")


def test_the_lines_in_the_docs_are_canonical():
    text = (Path(__file__).parents[3] / "docs/frontend_tasks.md").read_text("utf-8")
    lines = [line.replace("\\|", "|") for line in re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)]
    assert write_page(parse_page("\n".join(lines))).splitlines() == lines
    assert [line.split()[0] for line in lines] == ["page", *KINDS]


@pytest.mark.parametrize("line", ["| Home, Contact", "|", "hero |", "page |", "cards ² red | A", "- | A"])
def test_a_line_of_nearly_nothing_is_left_out(line):
    """What small models write."""
    reading = read_page(f"page white\n{line}\nfooter red | Open")
    assert len(reading.page.sections) == 1 and len(reading.faults) == 1


scraps = st.lists(
    st.sampled_from(
        [
            *KINDS,
            *COLOURS,
            *ALIGNMENTS,
            *SIZES,
            "page",
            "|",
            ",",
            "button",
            "3",
            "²",
            "-",
            "\n",
            "<p>",
            "```",
            "x",
            "\0",
        ]
    ),
    max_size=30,
).map(" ".join)


@given(st.one_of(scraps, st.text(max_size=200)))
def test_whatever_an_agent_writes_is_read_or_left_out(text):
    reading = read_page(text)
    again = parse_page(write_page(reading.page)) if reading.page.sections else reading.page
    assert again == reading.page
    found = find_page(text)
    assert found is None or found.html
