import json

import pytest

from dulcet.cli import main


@pytest.fixture
def run_with_curves(tmp_path):
    steps = tmp_path / "run/train/multi_turn_dpo/metrics.jsonl"
    steps.parent.mkdir(parents=True)
    steps.write_text("".join(json.dumps({"step": i, "loss": 1 / i}) + "\n" for i in range(1, 20)))
    return tmp_path / "run"


def test_it_writes_the_page_and_says_where(run_with_curves, capsys):
    assert main(["report", str(run_with_curves)]) == 0
    assert str(run_with_curves / "report.html") in capsys.readouterr().out
    assert (run_with_curves / "report.html").read_text().startswith("<!DOCTYPE html>")


def test_out_and_json(run_with_curves, tmp_path, capsys):
    page = tmp_path / "other/page.html"
    assert main(["report", str(run_with_curves), "--out", str(page), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == {"report": str(page), "reports": [str(page)]}
    assert page.exists()


def test_a_folder_that_is_no_runs(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 2
    assert "nothing to report yet" in capsys.readouterr().err
    assert main(["report", str(tmp_path / "nowhere")]) == 2
    assert "'dulcet reproduce' or 'dulcet evaluate' wrote" in capsys.readouterr().err
