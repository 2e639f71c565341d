"""The README's tour, as it is printed there, line by line: only the number of tasks and the device are smaller."""

import json
import shlex
from pathlib import Path

from dulcet.rollout.collect import load
from tests.e2e.conftest import ROOT
from tests.e2e.test_documents import typed

README = (ROOT / "README.md").read_text(encoding="utf-8")
TOUR = README.partition("## A tour")[2].partition("\n## ")[0]
FEWER = {"dulcet tasks make": ["--count", "6"], "dulcet collect": ["--device", "cpu", "--limit", "3"]}


def test_the_tour(dulcet, tmp_path: Path):
    lines = [line for line in typed(TOUR) if line != "dulcet talk"]  # that one is a conversation with you
    assert len(lines) >= 4
    for line in lines:
        words = shlex.split(line)[1:]
        done = dulcet(*words, *next((more for start, more in FEWER.items() if line.startswith(start)), []))
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    graded = json.loads((tmp_path / "runs/tour/graded.json").read_text())
    assert (graded["tasks"], graded["passed"], graded["tests_passed"]) == (6, 6, 1.0)
    episodes = load(tmp_path / "runs/tour/episodes.jsonl")
    assert len(episodes) == 6
    assert all(run.human["kind"] == "scripted" for run in episodes)
