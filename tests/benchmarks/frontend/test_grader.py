"""Pages graded by a real browser, one by one and many at once."""

from pathlib import Path

import pytest

from dulcet.benchmarks.base import Grading
from dulcet.benchmarks.frontend.benchmark import ALIKE
from dulcet.benchmarks.frontend.grader import PageGrader, PageOutcome
from dulcet.benchmarks.open import open_benchmark
from dulcet.errors import InputError
from tests.benchmarks.frontend.eyes import needs_browser

pytestmark = needs_browser

FRONTEND = open_benchmark("frontend")
TASKS = FRONTEND.synthesise(4, seed=5, split="test", difficulty=1)


async def grades(*answers):
    async with PageGrader() as grader:
        return [await grader.agrade(TASKS[0], answer) for answer in answers]


async def test_the_page_itself_is_alike_and_others_are_less_so():
    blank = "<html><body></body></html>"
    own, dialect, other, empty = await grades(
        TASKS[0].hidden, FRONTEND.for_critic(TASKS[0]).hidden, TASKS[1].hidden, blank
    )
    assert (own.tests_passed, own.success, own.outcome) == (1.0, True, "alike")
    assert dialect == own
    assert 0 < other.tests_passed < ALIKE and (other.success, other.outcome) == (False, "different")
    assert empty.tests_passed < other.tests_passed


async def test_what_holds_no_page_earns_nothing():
    for grade in await grades(None, "", "No answer", "Which colour should it be?"):
        assert (grade.tests_passed, grade.success, grade.outcome) == (0.0, False, PageOutcome.NO_PAGE)


async def test_a_page_that_cannot_be_drawn_earns_nothing_and_the_next_one_does():
    broken, own = await grades("<html><body>" + "<p>x</p>" * 200_000 + "</body></html>", TASKS[0].hidden)
    assert (broken.tests_passed, broken.outcome) == (0.0, PageOutcome.NOT_RENDERED) and broken.detail
    assert own.success


def test_many_at_once_are_graded_in_their_order():
    pairs = [(TASKS[0], task.hidden) for task in TASKS]
    done = []
    graded = FRONTEND.grade_all(pairs, Grading(), lambda: done.append(1))
    assert [grade.success for grade in graded.grades] == [True, False, False, False]
    assert len(done) == len(pairs) and "interception" in graded.data["isolation"]


def test_references_are_drawn_twice():
    findings = FRONTEND.check(TASKS, lambda: None)
    assert not findings.failing and findings.size == "4 pages" and findings.data["failing_references"] == []


@pytest.mark.parametrize("how", [Grading(mode="paper"), Grading(mode="both"), Grading(cache=Path("kept"))])
def test_ways_of_grading_that_pages_do_not_have_are_refused(how):
    with pytest.raises(InputError):
        FRONTEND.grade_all([], how, lambda: None)
