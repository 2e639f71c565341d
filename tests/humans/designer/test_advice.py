"""The designer's words help: an agent that does what they say, and no more, ends nearer than it began."""

import json
import re
from pathlib import Path

import pytest

from dulcet.humans.designer import ScriptedDesigner
from dulcet.task import Task
from tests.benchmarks.frontend.eyes import needs_browser
from tests.humans.designer.episode import episode, spoilt
from tests.humans.designer.follower import follow

pytestmark = [needs_browser, pytest.mark.asyncio(loop_scope="module")]
DATA = Path(__file__).parents[4] / "shared/data/colbench/frontend_dev.jsonl"
PAGE = """<html><body><nav><a>Home</a> <a>Menu</a></nav><h1>Fresh bread</h1><p>Every day</p>
<div><div><h2>Rye</h2></div><div><h2>Wheat</h2></div></div><button>Order</button></body></html>"""


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ('The heading "Fresh bread" should be red.', r'<h1 style="color: #dc2626[^"]*">Fresh bread'),
        ('Make the texts "Home" and "Menu" dark blue (#1e3a8a).', r"(<a style=\"color: #1e3a8a[^\"]*\">\w+</a> ?){2}"),
        ('The heading "Fresh bread" should say "Old bread".', r"<h1>Old bread</h1>"),
        ('Please change the text "Every day" to "On Mondays".', r"<p>On Mondays</p>"),
        ('Please remove the text "Every day".', r"Fresh bread</h1>\s*<div>"),
        ('The heading "Rye" should come above "Every day".', r"(?s)Rye.*Every day"),
        ('"Rye" and "Wheat" should stand side by side, in this order.', r"display: (grid|flex)[^>]*><div[^>]*><h2>Rye"),
        ('The heading "Fresh bread" should be larger, about 60 px.', r'<h1 style="font-size: 60px'),
        ('The page background should be light grey.', r'<body style="background-color: #e5e7eb'),
        ('The top bar should be black with white text.', r"<nav style=\"background-color: #000000[^>]*color: #ffffff"),
        ('The text "Now" is missing; it belongs below "Every day", centred, bold.', r"day</p><div [^>]*>Now</div>"),
        ('A picture is missing; it belongs above "Fresh bread", about 80 by 40 px.', r"<img [^>]*/80/40\"[^>]*/><h1>"),
        ('There should be a red box behind "Every day".', r'<p style="background-color: #dc2626'),
        ('The button "Order" should be green with white text.', r'<button style="background-color: #059669'),
        ('Move the heading "Rye" about 40 px to the left.', r'<h2 style="position: relative[^"]*left: -40px'),
    ],
)  # fmt: skip
async def test_the_follower_does_what_is_said(words, pattern):
    assert re.search(pattern, follow(PAGE, words)), follow(PAGE, words)


async def test_the_follower_leaves_what_it_does_not_understand():
    assert follow(PAGE, 'It looks right. The text "Nowhere" should be red. Thank you.') == PAGE


@pytest.mark.slow
async def test_advice_on_real_pages(eyes):
    """A few of the pages of benchmarks/page_advice.py, which has the figures over a hundred."""
    if not DATA.exists():
        pytest.skip("ColBench's pages, whose licence keeps them out of the project, are not in ../shared/data")
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    designer = ScriptedDesigner(eyes)
    for at in (1, 4, 7, 8, 12):
        task = Task(id=str(at), benchmark="frontend", prompt="A page, please.", hidden=rows[at]["ground_truth"])
        scores, turns = await episode(eyes, designer, task, spoilt(task.hidden, at))
        assert scores[-1] > scores[0], (at, turns)
        assert not any(turn.leaks for turn in turns)
