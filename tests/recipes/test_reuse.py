"""A run that begins with rows of another one: which are taken, and that no number is another then."""

import json
import shutil

import pytest

from dulcet.cli import main
from dulcet.errors import InputError
from dulcet.evaluation.costs import read_costs
from dulcet.evaluation.table import Table
from dulcet.jsonl import read_json, write_json
from dulcet.recipes.experiment import make_experiment
from dulcet.recipes.ledger import Ledger
from dulcet.recipes.reproduce import reproduce
from dulcet.recipes.reuse import read_reused, reuse
from dulcet.recipes.several_seeds import of_seed, reproduce_seeds
from dulcet.report.results import Taken, read_results

pytestmark = pytest.mark.slow
SILENT = {"epochs": 1, "watch": {"replies": 0}}
SWEET = {
    "method": "sweet_rl", "candidates": 4, "turns": 6, "critic": {"epochs": 1}, "policy": SILENT, "warm_up": False,
}  # fmt: skip
ROWS = {
    "more": {"method": "rejection_fine_tuning", "data": {"budget_of": "sweet_rl"}, "train": SILENT},
    "rejection_fine_tuning": {"train": SILENT},
    "my player": {"method": "rejection_fine_tuning", "train": SILENT | {"lr": 1e-4}},
    "sweet_rl": SWEET,
    "on": SWEET | {"start": "rejection_fine_tuning", "data": {"collected_by": "my player"}},
}
BASELINES = ("zero_shot", "single_turn")


def experiment(rows, **changes):
    sizes = {"train_tasks": 6, "evaluation_tasks": 3, "episodes": 2}
    return of_seed(make_experiment("demo", methods=tuple(rows), settings=rows, best_of_n=(), **sizes | changes), 0)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """The folder of a run with one seed."""
    path = tmp_path_factory.mktemp("reuse") / "full"
    reproduce_seeds(experiment(ROWS), 1, path)
    return path


@pytest.fixture(scope="module")
def first(full):
    return full / "seed_0"


@pytest.fixture
def copy(first, tmp_path):
    return shutil.copytree(first, tmp_path / "copy")


def test_rows_that_are_the_same_are_taken_and_all_else_is_made(first, tmp_path):
    others = ROWS | {"my player": ROWS["my player"] | {"train": SILENT | {"lr": 2e-4}}}
    reproduce(experiment(others), tmp_path / "alone")
    same = ("more", "rejection_fine_tuning", "sweet_rl")
    reused = reuse(experiment(others), tmp_path / "with", first)
    assert reused.rows == (*BASELINES, *same)
    assert not list(tmp_path.glob("with/train/shared/from_*")) and not list(tmp_path.glob("with/episodes_*"))
    reproduce(experiment(others), tmp_path / "with")
    alone, reusing = (Table.read(tmp_path / name / "table.json") for name in ("alone", "with"))
    assert reusing == alone
    before, after = (read_costs(path / "costs.json") for path in (first, tmp_path / "with"))
    assert all(after[row] == before[row] and after[row].wall_seconds > 0 for row in same)
    one, other = (read_costs(tmp_path / name / "costs.json")["on"] for name in ("alone", "with"))
    assert one.model_copy(update={"wall_seconds": 0, "cpu_seconds": 0}) == other.model_copy(
        update={"wall_seconds": 0, "cpu_seconds": 0}
    )


def test_all_of_a_run_can_be_taken_with_what_it_cost(full, first, tmp_path):
    reproduce_seeds(experiment(ROWS), 1, tmp_path / "again", full)
    assert Table.read(tmp_path / "again/seed_0/table.json") == Table.read(first / "table.json")
    assert read_costs(tmp_path / "again/seed_0/costs.json") == read_costs(first / "costs.json")
    assert read_results(tmp_path / "again").taken == (Taken("full", (*BASELINES, *ROWS), (0,)),)
    again = reproduce_seeds(experiment(ROWS), 1, tmp_path / "again", tmp_path / "gone")  # it has begun: nobody asks
    assert again.seeds == (0,)


def test_what_a_row_has_to_draw_anew_counts(first, tmp_path):
    more = ROWS | {"sweet_rl": SWEET | {"turns": 8}}
    other = {"other": SWEET | {"policy": SILENT | {"lr": 1e-4}}}
    assert reuse(experiment(more), tmp_path / "more", first).rows == (
        *BASELINES,
        "rejection_fine_tuning",
        "my player",
        "on",
    )
    assert not any("shared/candidates_4" in step for step in Ledger(tmp_path / "more/costs.jsonl").finished)
    reuse(experiment(ROWS | other), tmp_path / "other", first)
    drawn = "draw train/shared/candidates_4.jsonl for"
    finished = Ledger(tmp_path / "other/costs.jsonl").finished
    assert f"{drawn} sweet_rl" in finished and f"{drawn} other" not in finished


def test_a_row_is_made_anew_where_its_settings_are_others(copy, tmp_path):
    rows = read_json(copy / "rows.json")
    assert rows["sweet_rl"]["settings"]["reference_weight"] == 0.25, "those of the preset, too"
    rows["rejection_fine_tuning"]["settings"]["train"]["lr"] = 1.0  # as an earlier preset may have had it
    write_json(copy / "rows.json", rows)
    assert reuse(experiment(ROWS), tmp_path / "run", copy).rows == (*BASELINES, "more", "my player", "sweet_rl")


def test_a_row_that_is_not_finished_is_not_taken_nor_what_builds_on_it(copy, tmp_path):
    steps = (copy / "costs.jsonl").read_text().splitlines(keepends=True)
    (copy / "costs.jsonl").write_text("".join(line for line in steps if '"evaluate sweet_rl"' not in line))
    taken = reuse(experiment(ROWS), tmp_path / "run", copy).rows
    assert taken == (*BASELINES, "rejection_fine_tuning", "my player", "on")  # `more` asks sweet_rl how much


def test_what_has_begun_is_left_as_it_is(first, tmp_path, capsys):
    run = tmp_path / "run"
    found = reuse(experiment(ROWS), run, first)
    assert f"Taken from seed_0: {', '.join(found.rows)}" in capsys.readouterr().err
    (run / "costs.jsonl").write_text("")
    assert reuse(experiment(ROWS), run, first) == found == read_reused(run)
    assert "run has begun: nothing more is taken from seed_0" in capsys.readouterr().err
    assert (run / "costs.jsonl").read_text() == ""


def test_what_cannot_be_reused_is_said(full, first, copy, tmp_path, capsys):
    run = tmp_path / "run"
    with pytest.raises(InputError, match="made with episodes = 2, not 3"):
        reuse(experiment(ROWS, episodes=3), run, first)
    with pytest.raises(InputError, match=r"holds no run of one seed.*Give --seeds"):
        reuse(experiment(ROWS), run, full)
    (tmp_path / "notes").mkdir()
    write_json(tmp_path / "notes/notes.json", {})
    with pytest.raises(InputError, match="neither empty nor a run's"):
        reuse(experiment(ROWS), tmp_path / "notes", first)
    tasks = copy / "tasks/test.jsonl"
    row, *rest = tasks.read_text().splitlines(keepends=True)
    tasks.write_text("".join([json.dumps(json.loads(row) | {"problem_description": "Another."}) + "\n", *rest]))
    with pytest.raises(InputError, match="its tasks are others"):
        reuse(experiment(ROWS), run, copy)
    assert main(["reproduce", "--out", str(run), "--reuse", str(first), "--seeds", "2"]) == 2
    assert "holds none of these seeds" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "notes"]
