"""Whole episodes: the demonstrator before the real designer, who looks at what a real browser draws."""

from itertools import islice
from random import Random

from dulcet.benchmarks.frontend.dialect import write_page
from dulcet.benchmarks.frontend.grader import PageGrader
from dulcet.benchmarks.frontend.synthesis.make import drafts
from dulcet.environment import Environment
from dulcet.house.pages_demonstrators import MARKER, guess
from dulcet.house.pages_edits import take_over
from dulcet.house.pages_person import describe_pages
from dulcet.house.pages_reading import pointed_at
from dulcet.humans.designer import ScriptedDesigner
from dulcet.trajectory import Outcome
from tests.benchmarks.frontend.eyes import needs_browser

pytestmark = needs_browser


async def play(designer, draft, number):
    """(the first page, the answer, whether the designer said what it says to pages without a browser)."""
    environment, page, same = Environment(designer), guess(draft.page, Random(number)), []
    await environment.reset(draft.task, seed=number)
    first = write_page(page)
    for _ in range(9):
        step = await environment.step(write_page(page))
        told = pointed_at(step.reply, page, draft.page)
        same.append(set(told) == set(pointed_at(describe_pages(page, draft.page, 0), page, draft.page)))
        assert (step.turn.leaks, step.done) == (0, False)
        if not told:
            break
        for edit in told:
            page = take_over(page, draft.page, edit)
    step = await environment.step(MARKER)
    assert step.outcome is Outcome.ANSWERED
    return first, step.answer, all(same)


async def test_who_amends_what_the_designer_says_ends_with_the_page_in_mind():
    designer = ScriptedDesigner()
    async with PageGrader() as grader:
        for difficulty in (1, 2):
            stream = drafts(21, split="validation", difficulty=difficulty)
            for number, draft in enumerate(islice(stream, 2)):
                first, answer, same = await play(designer, draft, number)
                begun, ended = await grader.agrade(draft.task, first), await grader.agrade(draft.task, answer)
                assert begun.tests_passed < 0.6
                assert ended.tests_passed > 0.99
                assert same
    await designer.close()
