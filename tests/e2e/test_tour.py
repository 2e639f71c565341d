"""The README's tour, as it is printed there, line by line: only the tasks are fewer."""

import json
import shlex
from pathlib import Path

import pytest

from dulcet.rollout.collect import load
from tests.e2e.conftest import ROOT
from tests.e2e.test_documents import typed

README = (ROOT / "README.md").read_text(encoding="utf-8")
TOUR = README.partition("## A tour")[2].partition("\n## ")[0]
FEWER = {
    "dulcet tasks make": ["--count", "12"],
    "dulcet collect": ["--device", "cpu"],
    "dulcet train": ["--device", "cpu"],
    "dulcet evaluate": ["--device", "cpu"],
}


@pytest.mark.slow
def test_the_tour(dulcet, tmp_path: Path):
    lines = [line for line in typed(TOUR) if line != "dulcet talk"]  # that one is a conversation with you
    assert len(lines) >= 4
    for line in lines:
        words = shlex.split(line)[1:]
        done = dulcet(*words, *next((more for start, more in FEWER.items() if line.startswith(start)), []))
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    graded = json.loads((tmp_path / "runs/tour/graded.json").read_text())
    assert (graded["tasks"], graded["passed"], graded["tests_passed"]) == (12, 12, 1.0)
    episodes = load(tmp_path / "runs/tour/episodes.jsonl")
    assert len(episodes) == 48
    assert all(run.human["kind"] == "scripted" for run in episodes)
    table = json.loads((tmp_path / "runs/tour/run/table.json").read_text())
    assert list(table["methods"]) == ["zero_shot", "multi_turn_dpo"]
    assert (tmp_path / "runs/tour/run/report.html").exists()
