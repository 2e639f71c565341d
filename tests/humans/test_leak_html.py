import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dulcet.benchmarks.frontend.synthesis import synthesise
from dulcet.benchmarks.frontend.tasks import parse_task
from dulcet.humans.guard import NEUTRAL, guarded_reply, redact
from dulcet.humans.leak_html import find_leak
from dulcet.task import Task
from tests.benchmarks.frontend.test_tasks import REAL

PAGE = """<html>
<head><title>The secret title of the page</title></head>
<body class="bg-gray-100 site-body container">
  <nav class="hero__bar flex justify-between"><a href="#">Home</a></nav>
  <h1 class="text-4xl">Fresh bread every day, baked long before the sun rises over our little town</h1>
  <img src="https://picsum.photos/id/48/300/200" alt="Loaf">
  <footer data-note="made by hand with the old oven of our aunt in the year nineteen eighty four">Since 1984</footer>
</body>
</html>"""

SAID = [
    "The header should be dark blue with white text, and the three cards stand side by side, not below each other.",
    'The heading should say "Fresh bread every day, baked long before the sun rises over our little town".',
    "Make the button red (#dc2626), about 36 px tall, and place it 200 px further to the right.",
    "Put it in a container, please; the body text is fine, and the nav bar should be at the top.",
    "The width is about 600 by 400 px. The background: light grey. The text: larger.",
    "The page has three parts: a menu, a banner and cards. It looks right!",
    "The well-known left-aligned, semi-transparent text-only box is too high.",
    "Colour: red. Alignment: left. The footer says Since 1984 & more; 3 < 4 and 5 > 4.",
    "Background: light grey; text: white; border: none of it. The width: 600 px; the height = 300.",
    "Menu | Shop | Contact are links. The form | the picture.",
    "I don't know. What do you mean by flex or grid?",
    "Home, About us, Contact; the top-left corner; a full-width picture; a two-column layout.",
]


@pytest.mark.parametrize("reply", SAID)
def test_what_a_person_sees_passes(reply):
    assert find_leak(reply, PAGE) is None


LEAKS = {
    "It begins with <html> and then a body.": "<html>",
    "Use </div> at the end": "</div>",
    'Use <h1 class="big">Hi</h1>': '<h1 class="big">',
    'It is <img src="https://picsum': '<img src="https://picsum',
    "Like so:\n```html\nanything\n```": "```html\nanything\n```",
    "<!-- the hero -->": "<!-- the hero -->",
    "Write &nbsp; there": "&nbsp;",
    'The class="wide one" is wrong': 'class="wide one"',
    "id=main": "id=main",
    "set background-color: red please": "background-color: red please",
    "padding-top: 4px;": "padding-top: 4px;",
    "color: #fff;": "color: #fff;",
    "h1 { color: red }": "h1 { color: red }",
    "use bg-blue-900 here": "bg-blue-900",
    "make it `text-center`": "text-center",
    "md:w-1/2 it should be": "md:w-1/2",
    "hover:underline": "hover:underline",
    "grid-cols-3 and more": "grid-cols-3",
    "add px-8 py-4": "px-8",
    "the hero__bar is blue": "hero__bar",
    "The site-body, I think.": "site-body",
    "The width: 300px; is too much": "width: 300px;",
    "display: flex;": "display: flex;",
    "The picture is https://picsum.photos/id/48/300/200": "https://picsum.photos/id/48/300/200",
    "Sure:\nnav dark blue left | Rosa | Home": "nav dark blue left | Rosa | Home",
}


@pytest.mark.parametrize(("reply", "part"), LEAKS.items())
def test_source_leaks(reply, part):
    assert find_leak(reply, PAGE) == part
    assert find_leak(redact(reply, PAGE, find_leak), PAGE) is None


def test_a_long_run_of_what_nobody_sees_leaks():
    said = "It was made by hand with the old oven of our aunt in the year nineteen eighty four"
    part = find_leak(said, PAGE)
    assert part is not None
    assert part in said
    assert find_leak("It was made by hand with the old oven.", PAGE) is None


class Parrot:
    def __init__(self, *replies):
        self.identity, self.replies = {}, list(replies)

    async def reply(self, task, messages, *, seed):
        return self.replies.pop(0)


async def test_a_reply_that_leaks_is_asked_again_and_then_redacted():
    task = Task(id="p", benchmark="frontend", prompt="Bakery.", hidden=PAGE)
    messages = [{"role": "user", "content": "Bakery."}, {"role": "assistant", "content": "<html></html>"}]
    again = await guarded_reply(Parrot("Use bg-red-500.", "Make it red."), task, messages, seed=1, limit=1000)
    assert (again.text, again.leaks, again.redacted) == ("Make it red.", 1, False)
    stubborn = Parrot(*["Make the bar bg-red-500 as <b>said</b>, please."] * 3)
    redacted = await guarded_reply(stubborn, task, messages, seed=1, limit=1000)
    assert (redacted.text, redacted.leaks, redacted.redacted) == ("Make the bar as said , please.", 3, True)
    bare = await guarded_reply(Parrot(*[PAGE] * 3), task, messages, seed=1, limit=10_000)
    assert find_leak(bare.text, PAGE) is None
    assert "class" not in bare.text


def test_a_backtick_hides_no_leak():
    assert redact("Make it <b>, that is bg-`red-500`, and bold.", PAGE, find_leak) == "Make it , that is , and bold."


def test_nothing_left_is_a_neutral_sentence():
    assert redact('<a class="x">', PAGE, find_leak) == NEUTRAL


@pytest.mark.parametrize("difficulty", [1, 3, 5])
def test_every_piece_of_a_source_leaks_but_its_texts(difficulty):
    for task in synthesise(20, seed=2, difficulty=difficulty):
        for line in task.hidden.splitlines():
            assert find_leak(line, task.hidden) is not None


@pytest.mark.skipif(
    not REAL.exists(), reason="ColBench's pages, whose licence keeps them out of the project, are not in ../shared/data"
)
def test_every_tag_of_real_pages_leaks():
    rows = [json.loads(line) for line in REAL.read_text("utf-8").splitlines()[:100]]
    for number, row in enumerate(rows):
        task = parse_task(row, f"line {number}", default_id=str(number))
        for line in task.hidden.splitlines():
            if "<" in line and ">" in line:
                assert find_leak(line, task.hidden) is not None, line


@pytest.mark.parametrize("piece", ["a", "w-", "<", "<a ", "a{", "```", "color: red ", "https://", "class =", "&#"])
def test_endless_replies_take_no_time(piece):
    """Work that grows with the square of a reply's length would take minutes."""
    start = time.perf_counter()
    find_leak(piece * (20_000 // len(piece)), PAGE)
    assert time.perf_counter() - start < 5


@given(
    st.lists(
        st.sampled_from([*PAGE.split(), "bg-red-500", "color:", "red;", "{", "}", "<b>", "say", "\n"]), max_size=20
    )
)
def test_what_is_redacted_leaks_no_more(words):
    reply = " ".join(words)
    part = find_leak(reply, PAGE)
    assert part is None or (part in reply and part)
    assert find_leak(redact(reply, PAGE, find_leak), PAGE) is None
