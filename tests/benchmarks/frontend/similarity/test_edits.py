"""Edits of known size to real pages, put in order; benchmarks/page_similarity.py has the figures over 250 pages."""

import json
from pathlib import Path

import pytest

from dulcet.benchmarks.frontend.similarity import similarity
from tests.benchmarks.frontend.edits import ANOTHER, LADDER, edited, ladder

pytestmark = pytest.mark.asyncio(loop_scope="package")
DATA = Path(__file__).parents[5] / "shared/data/colbench/frontend_dev.jsonl"
PAGE = "<html><body><h1>One</h1><main><p>Two</p><p>Three</p></main><footer>Four</footer></body></html>"


@pytest.mark.parametrize("name", LADDER)
async def test_every_edit_changes_the_page_and_the_same_seed_changes_it_the_same(name):
    assert edited(PAGE, LADDER[name], 3) not in (None, PAGE)
    assert edited(PAGE, LADDER[name], 3) == edited(PAGE, LADDER[name], 3)


async def test_what_cannot_be_edited_is_left_out():
    assert edited("<html><body></body></html>", LADDER["section moved"], 3) is None


@pytest.mark.slow
async def test_kendalls_tau_on_real_pages(browser):
    from scipy.stats import kendalltau

    if not DATA.exists():
        pytest.skip("ColBench's pages, whose licence keeps them out of the project, are not in ../shared/data")
    pages = [json.loads(line)["ground_truth"] for line in DATA.read_text(encoding="utf-8").splitlines()]
    sizes = {name: size for size, name in enumerate(("none", *LADDER, ANOTHER))}
    taus = []
    for at in (1, 4, 6, 13):
        steps = await ladder(browser, pages[at], pages[at + 37])
        scores = {name: similarity(page, steps["none"]) for name, page in steps.items()}
        assert min(scores, key=scores.__getitem__) == ANOTHER
        assert scores["none"] == 1.0
        taus.append(kendalltau([sizes[name] for name in scores], [-score for score in scores.values()]).statistic)
    assert sum(taus) / len(taus) >= 0.8
