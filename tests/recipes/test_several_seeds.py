"""A small experiment with two seeds on the house model: rows that share data, or take other data."""

import json
import math
from statistics import fmean

import pytest

from dulcet.benchmarks.task_file import load_tasks
from dulcet.cli import main
from dulcet.credit.judge import UnreadableJudgeError
from dulcet.credit.preferences import Candidates
from dulcet.errors import InputError
from dulcet.evaluation.costs import read_costs
from dulcet.evaluation.seeds_table import SeedsTable
from dulcet.evaluation.table import Table
from dulcet.jsonl import read
from dulcet.models.loading import weights_hash
from dulcet.recipes import critic_report
from dulcet.recipes.experiment import make_experiment
from dulcet.recipes.learning import stopped
from dulcet.recipes.offline_data import OfflineData
from dulcet.recipes.reproduce import reproduce
from dulcet.recipes.row_costs import costs
from dulcet.recipes.run import Run
from dulcet.recipes.run_config import hold_to
from dulcet.recipes.several_seeds import finished, of_seed, reproduce_seeds
from dulcet.report.markdown import section
from dulcet.report.results import read_results
from dulcet.report.seeds_page import write_seeds_report
from dulcet.rollout.collect import load
from dulcet.rollout.play_on import Answered

SILENT = {"epochs": 1, "watch": {"replies": 0}}
SWEET = {"method": "sweet_rl", "candidates": 4, "turns": 12, "critic": {"epochs": 1}, "policy": SILENT}
pytestmark = pytest.mark.slow
ROWS = {
    "rejection_fine_tuning": {"data": {"tasks": 6}, "train": SILENT},
    "more": {"method": "rejection_fine_tuning", "data": {"budget_of": "sweet_rl"}, "train": SILENT},
    "sweet_rl": SWEET,
    "off": SWEET | {"turns": 6, "data": {"collected_by": "rejection_fine_tuning"}},
    "on": SWEET | {"turns": 6, "start": "rejection_fine_tuning", "graded_answers": True},
    "hopeless": SWEET | {"turn_margin": 1e9},
    "forlorn": {"method": "multi_turn_dpo", "data": {"collected_by": "hopeless"}},
    "untrained": SWEET | {"credit": "untrained", "critic_only": True, "warm_up": False},
}


SIZES = {"train_tasks": 8, "evaluation_tasks": 4, "episodes": 2}


def experiment():
    return make_experiment("demo", methods=tuple(ROWS), settings=ROWS, best_of_n=(), **SIZES)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    out = tmp_path_factory.mktemp("seeds") / "two"
    reproduce_seeds(experiment(), 2, out)
    return out


@pytest.fixture(scope="module")
def run(two):
    return Run(of_seed(experiment(), 0), two / "seed_0")


def test_held_out_tasks_are_the_same_and_training_tasks_are_not(two):
    train, test = (
        [{task.hidden for task in load_tasks(two / f"seed_{seed}/tasks/{split}.jsonl")} for seed in (0, 1)]
        for split in ("train", "test")
    )
    assert test[0] == test[1] and len(test[0]) == 4
    assert train[0] != train[1] and not (train[0] | train[1]) & test[0]


def test_the_table_is_over_both_seeds_and_read_by_the_page(two):
    table = SeedsTable.read(two / "table.json")
    assert list(table.methods) == ["zero_shot", "single_turn", *(name for name in ROWS if name != "untrained")]
    assert all(row.seeds == (0, 1) and row.episodes == 8 for row in table.methods.values() if not row.stopped)
    text = write_seeds_report(two).read_text()
    assert "seed_1/report.html" in text and "What each method spent" in text
    assert read_results(two).command.endswith("--seeds 2 --out runs/two")


def test_each_row_learns_from_its_own_part_of_what_was_played_once(run):
    data, by_name = OfflineData(run), {row.name: row for row in run.rows}
    assert len(data.of(by_name["rejection_fine_tuning"])) == 6 * 2
    assert len(data.of(by_name["sweet_rl"])) == 8 * 2
    lengths = [len(one.turns) for one in data.of(by_name["sweet_rl"])]
    wanted = 2 + math.ceil(12 * 4 / fmean(lengths) / 8)  # as many messages as 12 turns with 4 candidates
    assert len(data.of(by_name["more"])) == 8 * wanted == len(load(run.path / "episodes.jsonl"))
    policy = run.path / "train/rejection_fine_tuning/model"
    players = {one.agent["model"]["weights"] for one in load(run.path / "episodes_rejection_fine_tuning.jsonl")}
    assert len(players) == 1 and policy.is_dir()
    assert players != {one.agent["model"]["weights"] for one in load(run.path / "episodes.jsonl")}


def test_a_row_goes_on_from_the_policy_of_another(run):
    shared, policy = run.path / "train/shared/from_rejection_fine_tuning", run.path / "train/on/policy/model"
    first = run.path / "train/rejection_fine_tuning/model"
    assert json.loads((policy / "training.json").read_text())["model"] == weights_hash(first)
    (drawn,) = shared.glob("*/candidates_4.jsonl.config.json")
    assert json.loads(drawn.read_text())["model"] == weights_hash(first)
    graded = [row.reward for row in read(drawn.with_name("answers.jsonl"), Answered)]
    advantages = [a for row in read(run.path / "train/on/advantages.jsonl", Candidates) for a in row.advantages]
    assert (
        graded and None not in graded and min(advantages) < -1
    )  # a failure is below what any critic says of the others
    spent = read_costs(run.path / "costs.json")
    assert spent["on"].episodes == spent["rejection_fine_tuning"].episodes + 8 * 2
    assert spent["on"].tokens_trained > spent["rejection_fine_tuning"].tokens_trained


def test_what_is_shared_counts_for_each_as_if_it_were_alone(run):
    spent = read_costs(run.path / "costs.json")
    assert spent["zero_shot"].episodes == spent["zero_shot"].wall_seconds == 0
    assert spent["rejection_fine_tuning"].episodes == 12 and spent["sweet_rl"].episodes == 16
    assert spent["more"].episodes > 16 and spent["more"].candidates == 0
    assert 12 < spent["sweet_rl"].candidates <= 12 * 4 and 6 < spent["off"].candidates <= 6 * 4
    assert all(spent[name].cpu_seconds > 0 and spent[name].tokens_trained > 0 for name in ("more", "sweet_rl", "off"))
    assert spent["untrained"].tokens_trained == 0 and not (run.path / "train/untrained/policy").exists()


def test_a_row_is_not_charged_for_what_a_row_had_played_that_is_gone(run):
    fewer = tuple(name for name in run.experiment.methods if name != "more")
    settings = {name: run.experiment.settings[name] for name in fewer}
    left = Run(run.experiment.model_copy(update={"methods": fewer, "settings": settings}), run.path)
    assert "more" not in costs(left, OfflineData(left))
    before, after = (costs(one, OfflineData(one))["rejection_fine_tuning"] for one in (run, left))
    assert after == before and before.wall_seconds > 0


def test_a_judge_that_does_not_judge_ends_its_own_row(run, monkeypatch):
    asked = []

    def measure(run, data, row, *rest):
        asked.append(row.name)
        if row.name == "off":
            raise UnreadableJudgeError("none of 100 verdicts can be read")

    monkeypatch.setattr(critic_report, "_measured", lambda run, row, results: False)
    monkeypatch.setattr(critic_report, "_measure", measure)
    before = (run.path / "stopped.json").read_text()
    critic_report.measure_critics(run, OfflineData(run), {})
    after = stopped(run)
    (run.path / "stopped.json").write_text(before)
    assert after == stopped(run) | {"off": "none of 100 verdicts can be read"}
    assert asked[-1] != "off" and "hopeless" not in asked


def test_a_run_that_is_finished_goes_through_again_and_spends_nothing(two, run, capsys):
    """Typed as a user would, where the first time was a call."""
    table, spent = (two / "table.json").read_bytes(), (run.path / "costs.json").read_bytes()
    settings = two / "settings.toml"
    sizes = [f"--{name.replace('_', '-')}={size}" for name, size in SIZES.items()]
    words = ["--out", str(two), "--seeds", "2", "--settings", str(settings), *sizes, "--methods", *ROWS]
    assert main(["reproduce", *words, "--best-of-n"]) == 0
    assert (two / "table.json").read_bytes() == table and (run.path / "costs.json").read_bytes() == spent
    assert finished(of_seed(experiment(), 0), run.path)
    (run.path / "table.json").unlink()
    assert not finished(of_seed(experiment(), 0), run.path)
    reproduce(of_seed(experiment(), 0), run.path)  # every step, and not only what stands at the end
    assert (run.path / "costs.json").read_bytes() == spent
    said = capsys.readouterr().out
    assert "Seeds: 0, 1." in said and "rejection_fine_tuning │ zero_shot" in said
    assert all((folder / "report.html").exists() for folder in (two, two / "seed_0", two / "seed_1"))


def test_a_seed_s_folder_is_a_run_like_any_other(run):
    assert json.loads((run.path / "config.json").read_text())["test_seed"] == 0
    hold_to(of_seed(experiment(), 0), run.path)
    with pytest.raises(InputError, match="one seed"):
        reproduce_seeds(experiment(), 2, run.path)
    with pytest.raises(InputError, match="holds a run with max_turns = 5, not 9"):
        reproduce_seeds(experiment().model_copy(update={"max_turns": 9}), 2, run.path.parent)
    with pytest.raises(InputError, match="several seeds"):
        hold_to(experiment(), run.path.parent)


def test_a_row_with_nothing_to_learn_from_is_named_and_the_others_go_on(two, run):
    why = "no turn has two candidates that the critic tells apart"
    assert Table.read(run.path / "table.json").stopped == {
        "hopeless": why,
        "forlorn": "it needs the policy of 'hopeless', which was stopped",
    }
    assert read_costs(run.path / "costs.json")["hopeless"].cpu_seconds > 0
    assert SeedsTable.read(two / "table.json").methods["hopeless"].stopped == {"0": why, "1": why}
    assert f"SWEET-RL, seed 1: {why}" in section(read_results(two), "", {}).replace("Hopeless", "SWEET-RL")
