"""A run that begins with rows of another one: which are taken, and that nothing is different then."""

import json

import pytest

from dulcet.cli import main
from dulcet.errors import InputError
from dulcet.evaluation.costs import read_costs
from dulcet.evaluation.table import Table
from dulcet.jsonl import write_json
from dulcet.recipes.experiment import make_experiment
from dulcet.recipes.reproduce import reproduce
from dulcet.recipes.reuse import read_reused, reuse
from dulcet.report.results import read_results

pytestmark = pytest.mark.slow
SILENT = {"epochs": 1, "watch": {"replies": 0}}
SWEET = {"method": "sweet_rl", "candidates": 4, "turns": 6, "critic": {"epochs": 1}, "policy": SILENT, "warm_up": False}
ROWS = {
    "rejection_fine_tuning": {"train": SILENT},
    "sweet_rl": SWEET,
    "on": SWEET | {"start": "rejection_fine_tuning"},
    "more": {"method": "rejection_fine_tuning", "data": {"budget_of": "sweet_rl"}, "train": SILENT},
}
SIZES = {"train_tasks": 6, "evaluation_tasks": 3, "episodes": 2}


def experiment(rows, **changes):
    return make_experiment("demo", methods=tuple(rows), settings=rows, best_of_n=(), **{**SIZES, **changes})


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    path = tmp_path_factory.mktemp("reuse") / "first"
    reproduce(experiment(ROWS), path)
    return path


def test_rows_that_are_the_same_are_taken_and_all_else_is_made(first, tmp_path):
    others = {
        "rejection_fine_tuning": ROWS["rejection_fine_tuning"],
        "sweet_rl": SWEET,
        "on": SWEET | {"start": "rejection_fine_tuning", "reference_weight": 0.5},
    }
    reproduce(experiment(others), tmp_path / "alone")
    reused = reuse(experiment(others), tmp_path / "with", first)
    assert reused.rows == ("zero_shot", "single_turn", "rejection_fine_tuning", "sweet_rl")
    assert not (tmp_path / "with/train/on").exists()
    assert (tmp_path / "with/episodes_rejection_fine_tuning.jsonl").exists()
    reproduce(experiment(others), tmp_path / "with")
    alone, reusing = (Table.read(tmp_path / name / "table.json") for name in ("alone", "with"))
    assert reusing == alone
    before, after = (read_costs(path / "costs.json") for path in (first, tmp_path / "with"))
    same = ("rejection_fine_tuning", "sweet_rl")
    assert all(after[row] == before[row] and after[row].wall_seconds > 0 for row in same)
    assert after["on"].tokens_trained == read_costs(tmp_path / "alone/costs.json")["on"].tokens_trained
    assert read_results(tmp_path / "with").reused == ("first", ("zero_shot", "single_turn", *same))


def test_a_row_is_made_anew_where_one_that_it_builds_on_is_another(first, tmp_path):
    changed = ROWS | {"rejection_fine_tuning": {"train": SILENT | {"epochs": 2}}, "sweet_rl": SWEET | {"candidates": 5}}
    assert reuse(experiment(changed), tmp_path / "run", first).rows == ("zero_shot", "single_turn")
    assert (tmp_path / "run/train/shared/candidates_4.jsonl").exists()  # the first model's, for whoever wants them
    assert not (tmp_path / "run/train/shared/from_rejection_fine_tuning").exists()
    assert not (tmp_path / "run/episodes_rejection_fine_tuning.jsonl").exists()


def test_a_row_that_is_not_finished_is_not_taken(first, tmp_path, monkeypatch):
    steps = (first / "costs.jsonl").read_text().splitlines()
    part = tmp_path / "part"
    part.mkdir()
    for file in first.iterdir():
        (part / file.name).symlink_to(file)
    (part / "costs.jsonl").unlink()
    (part / "costs.jsonl").write_text("\n".join(line for line in steps if '"evaluate sweet_rl"' not in line) + "\n")
    taken = reuse(experiment(ROWS), tmp_path / "run", part).rows
    assert taken == ("zero_shot", "single_turn", "rejection_fine_tuning", "on")  # `more` asks sweet_rl how much


def test_what_has_begun_is_left_as_it_is(first, tmp_path):
    run = tmp_path / "run"
    found = reuse(experiment(ROWS), run, first)
    (run / "costs.jsonl").write_text("")
    assert reuse(experiment(ROWS), run, first) == found == read_reused(run)
    assert (run / "costs.jsonl").read_text() == ""


def test_what_cannot_be_reused_is_said(first, tmp_path, capsys):
    with pytest.raises(InputError, match="made with episodes = 2, not 3"):
        reuse(experiment(ROWS, episodes=3), tmp_path / "run", first)
    with pytest.raises(InputError, match="holds no run of one seed"):
        reuse(experiment(ROWS), tmp_path / "run", tmp_path)
    (tmp_path / "full").mkdir()
    write_json(tmp_path / "full/notes.json", {})
    with pytest.raises(InputError, match="neither empty nor a run's"):
        reuse(experiment(ROWS), tmp_path / "full", first)
    words = ["reproduce", "--out", str(tmp_path / "run"), "--reuse", str(first)]
    assert main([*words, "--seeds", "2"]) == 2
    assert "holds none of these seeds" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_an_older_config_is_read_with_what_its_version_meant(first, tmp_path):
    config = json.loads((first / "config.json").read_text())
    assert "critic_truth" in config
    del config["critic_truth"]
    (tmp_path / "old").mkdir()
    for file in first.iterdir():
        (tmp_path / "old" / file.name).symlink_to(file)
    (tmp_path / "old/config.json").unlink()
    write_json(tmp_path / "old/config.json", config)
    assert "on" in reuse(experiment(ROWS), tmp_path / "run", tmp_path / "old").rows
