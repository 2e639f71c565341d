"""The whole chain on web pages, small: the house model for pages, the designer, a real browser, the page of results."""

import json

import pytest

from dulcet.cli import main
from dulcet.recipes.experiment import make_experiment
from dulcet.recipes.experiment_presets import EXPERIMENTS
from dulcet.recipes.methods import merged
from dulcet.recipes.reproduce import reproduce
from dulcet.report.page import write_report
from tests.benchmarks.frontend.eyes import needs_browser

SWEET = {
    "episode_margin": 0.001,
    "candidates": 3,
    "turns": 6,
    "critic": {"epochs": 1},
    "policy": {"watch": {"replies": 0}},
}


@needs_browser
@pytest.mark.slow
def test_pages_from_tasks_to_report(tmp_path):
    sizes = {"train_tasks": 2, "evaluation_tasks": 2, "episodes": 2, "best_of_n": (), "single_turn": False}
    own = EXPERIMENTS["frontend"]["settings"]
    changes = {"methods": ("sweet_rl",), "settings": merged(own, {"sweet_rl": SWEET}), "device": "cpu", **sizes}
    out, page = tmp_path / "run", tmp_path / "results.md"
    table = reproduce(make_experiment("frontend", **changes), out)
    assert list(table.methods) == ["zero_shot", "sweet_rl"] and not table.stopped
    for row in table.methods.values():
        assert row.episodes == 2 and row.failed == 0 and 0 < row.tests_passed <= 1
    assert json.loads((out / "table.json").read_text())["simulator"]["kind"] == "scripted"
    write_report(out)
    assert "data:image/png" in (out / "report.html").read_text()
    assert main(["report", str(out), "--markdown", str(page)]) == 0
    assert "similarity" in page.read_text() and "SWEET-RL" in page.read_text()
