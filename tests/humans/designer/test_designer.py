"""The designer as a person of an episode, with a real browser."""

import pytest

from dulcet.environment import Environment
from dulcet.errors import InputError
from dulcet.humans.designer import ScriptedDesigner
from dulcet.humans.designer.designer import NO_PAGE
from dulcet.humans.leak_html import find_leak
from dulcet.protocol import Rules
from dulcet.task import Task
from dulcet.trajectory import Outcome
from tests.benchmarks.frontend.eyes import needs_browser

pytestmark = [needs_browser, pytest.mark.asyncio(loop_scope="module")]

HIDDEN = """<html><link href="https://cdn.jsdelivr.net/npm/tailwindcss@2.2.19/dist/tailwind.min.css" rel="stylesheet">
<body class="bg-gray-100"><nav class="bg-blue-900 text-white p-4 flex space-x-4"><a>Home</a><a>Menu</a></nav>
<main class="p-8 text-center"><h1 class="text-4xl font-bold">Fresh bread every day</h1>
<p class="mt-4">We bake before sunrise.</p>
<button class="mt-8 bg-red-600 text-white px-4 py-2">Order now</button></main></body></html>"""
TASK = Task(id="bakery", benchmark="frontend", prompt="A page for my bakery, please.", hidden=HIDDEN)


async def reply(eyes, said, task=TASK, **options):
    messages = [{"role": "user", "content": task.prompt}, {"role": "assistant", "content": said}]
    return await ScriptedDesigner(eyes, **options).reply(task, messages, seed=3)


async def test_says_what_differs_and_when_nothing_does(eyes):
    other = HIDDEN.replace("bg-blue-900", "bg-green-700").replace("text-center", "")
    told = await reply(eyes, f"Here it is:\n```html\n{other}\n```")
    assert "The top bar should be dark blue." in told
    assert "centred" in told
    assert "looks right" in await reply(eyes, HIDDEN)


async def test_never_speaks_of_the_source(eyes):
    for page in ("<html><body></body></html>", HIDDEN.replace("h1", "h3"), "<html><body><p>Hello</p></body></html>"):
        for picker in (False, True):
            told = await reply(eyes, page, picker=picker)
            assert len(told) <= 1000
            assert find_leak(told, HIDDEN) is None
            assert "class" not in told
            assert "<" not in told


async def test_an_empty_page_is_called_empty_and_everything_is_missing(eyes):
    told = await reply(eyes, "<html><body></body></html>")
    assert "empty" in told or "nothing" in told
    assert '"Fresh bread every day" is missing; it belongs' in told


async def test_no_page_in_the_message(eyes):
    assert await reply(eyes, "I am working on it.") in NO_PAGE


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What colour is the header?", 'At the top is a dark blue bar with "Home" and "Menu" in white.'),
        ("Is there a button?", 'The button "Order now" is red with white text.'),
        ("Are there any pictures?", "There is no picture."),
        ("What should the background be?", "The page background is light grey."),
        (
            'How does "fresh bread" look?',
            'The heading "Fresh bread every day" is black, bold, centred, about 36 px.',
        ),
        ("What is the order of the sections?", 'From top to bottom: "Home", "Menu", "Fresh bread every day", '
         '"We bake before sunrise.", "Order now".'),
        ("Which framework do you like?", "I don't know about that, I only know how it should look."),
    ],
)  # fmt: skip
async def test_answers_questions_off_the_picture(eyes, question, answer):
    assert await reply(eyes, question) == answer


async def test_a_question_beside_a_page_is_answered_too(eyes):
    told = await reply(eyes, f"Are there pictures?\n{HIDDEN}")
    assert told.startswith("There is no picture.")
    assert told.endswith("looks right.")


async def test_a_page_that_does_not_load(eyes):
    class Blind:
        async def render(self, html):
            from dulcet.benchmarks.frontend.browser import Failure, RenderError

            if html == HIDDEN:
                return await eyes.render(html)
            raise RenderError(Failure.TIMEOUT)

    assert await reply(Blind(), "<html><body>slow</body></html>") == (
        "Your page takes too long to load, I can't see it."
    )


async def test_a_task_whose_page_cannot_be_drawn(eyes):
    class Blind:
        async def render(self, html):
            from dulcet.benchmarks.frontend.browser import Failure, RenderError

            raise RenderError(Failure.TOO_LARGE)

    with pytest.raises(InputError, match="task bakery"):
        await reply(Blind(), HIDDEN)


async def test_the_same_arguments_give_the_same_reply(eyes):
    page = HIDDEN.replace("red", "green").replace("Order", "Buy")
    assert await reply(eyes, page) == await reply(eyes, page)


async def test_a_whole_episode(eyes):
    """The environment, the designer and the leak check together; the agent amends one thing after the other."""
    environment = Environment(ScriptedDesigner(eyes), Rules(max_turns=4))
    await environment.reset(TASK, seed=1)
    first = await environment.step(f"OUTPUT:\n{HIDDEN.replace('bg-blue-900', 'bg-red-600')}")
    assert first.reply == "The top bar should be dark blue."
    second = await environment.step(f"OUTPUT:\n{HIDDEN}")
    assert "looks right" in second.reply
    last = await environment.step(f"I WANT TO ANSWER:\n{HIDDEN}")
    assert last.outcome is Outcome.ANSWERED
    assert not any(turn.leaks for turn in environment.turns)


async def test_identity():
    assert ScriptedDesigner().identity["kind"] == "scripted"
    assert ScriptedDesigner(picker=True).identity["name"].endswith("colour picker")
