import json

import pytest

from dulcet.benchmarks.backend.synthesis.make import hand_written
from dulcet.benchmarks.task_file import write_tasks
from dulcet.errors import InputError
from dulcet.evaluation.build import build_table
from dulcet.evaluation.costs import Cost, write_costs
from dulcet.recipes.command_line import command_line
from dulcet.recipes.experiment import make_experiment
from dulcet.recipes.methods import METHODS, make_method, merged, trainings
from dulcet.recipes.presets import PRESETS
from dulcet.recipes.rejection_fine_tuning import RejectionFineTuning
from dulcet.recipes.reproduce import check, hold_to
from dulcet.recipes.several_seeds import finished
from dulcet.trajectory import Grade, Outcome, Trajectory


def test_the_paper_s_numbers_are_the_defaults() -> None:
    sweet = make_method("sweet-rl")
    assert (sweet.critic.lr, sweet.critic.batch, sweet.critic.epochs) == (2e-7, 8, 4)
    assert (sweet.policy.lr, sweet.policy.batch, sweet.policy.epochs) == (2e-7, 8, 1)
    assert (sweet.policy_loss.beta, sweet.policy_loss.nll, sweet.critic_loss.beta) == (0.1, 0.01, 0.1)
    assert sweet.critic_loss.normalise == "turn"
    assert (sweet.candidates, sweet.pairs_per_turn, sweet.rule, sweet.hidden) == (16, 4, "halves", True)
    dpo, rft = make_method("multi_turn_dpo"), make_method("rejection-fine-tuning")
    assert (dpo.train.lr, dpo.train.batch, dpo.train.epochs, dpo.dpo.beta, dpo.dpo.nll) == (2e-7, 8, 4, 0.1, 0.01)
    assert (rft.train.lr, rft.train.batch, rft.train.epochs) == (2e-7, 32, 4)


def test_presets_change_only_what_they_name() -> None:
    for preset, methods in PRESETS.items():
        for name in methods:
            assert make_method(name, preset) != make_method(name)
    house = make_method("sweet_rl", "house", policy={"lr": 1e-6})
    assert house.policy.lr == 1e-6
    assert house.policy.batch == make_method("sweet_rl", "house").policy.batch
    assert house.critic == make_method("sweet_rl", "house").critic


def test_dictionaries_are_merged_not_replaced() -> None:
    assert merged({"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"y": 5}, "c": 6}) == {"a": {"x": 1, "y": 5}, "b": 3, "c": 6}


def test_trainings_of_a_method() -> None:
    assert trainings("sweet-rl") == ["critic", "policy"]
    assert {tuple(trainings(name)) for name in METHODS} == {("train",), ("critic", "policy")}


@pytest.mark.parametrize(
    ("name", "preset", "changes", "said"),
    [
        ("nope", "paper", {}, "no method 'nope'"),
        ("sweet_rl", "nope", {}, "no preset 'nope'"),
        ("sweet_rl", "paper", {"policy": {"lrr": 1}}, "policy.lrr"),
        ("sweet_rl", "paper", {"candidates": "many"}, "candidates"),
    ],
)
def test_unknown_words_are_named(name, preset, changes, said) -> None:
    with pytest.raises(InputError, match=said):
        make_method(name, preset, **changes)


def test_an_unknown_preset_of_experiments() -> None:
    with pytest.raises(InputError, match="no preset"):
        make_experiment("nope")
    assert make_experiment("full").evaluation_tasks == 1000


def test_seed_and_device_are_the_run_s() -> None:
    with pytest.raises(InputError, match="Use --seed"):
        make_method("sweet_rl", policy={"seed": 3})


@pytest.mark.parametrize(("typed", "meant"), [("dpo", "multi_turn_dpo"), ("sweet", "sweet_rl"), ("magent", "magnet")])
def test_an_unknown_method_names_the_nearest(typed: str, meant: str) -> None:
    with pytest.raises(InputError, match=f"nearest is {meant};"):
        make_method(typed)


def test_pages_have_a_preset_of_their_own_and_no_other_benchmark_s_tasks(tmp_path) -> None:
    experiment = make_experiment("frontend")
    assert (experiment.benchmark, make_experiment("demo").benchmark) == ("frontend", "backend")
    write_tasks(tmp_path / "functions.jsonl", hand_written()[:1])
    path = str(tmp_path / "functions.jsonl")
    with pytest.raises(InputError, match="holds tasks of 'backend', not of 'frontend'"):
        check(make_experiment("frontend", model="some", tasks=path, test_tasks=path))


def test_a_folder_that_does_not_name_the_benchmark_goes_on(tmp_path) -> None:
    """Folders of earlier versions do not."""
    experiment = make_experiment("demo")
    hold_to(experiment, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    del config["benchmark"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    hold_to(experiment, tmp_path)
    with pytest.raises(InputError, match="benchmark = 'backend', not 'frontend'"):
        hold_to(make_experiment("demo", benchmark="frontend"), tmp_path)


def test_rows_can_be_added_to_a_run_and_none_changed(tmp_path) -> None:
    few = {"methods": ("rejection_fine_tuning",), "settings": {"rejection_fine_tuning": {"rounds": 2}}}
    more = {"methods": (*few["methods"], "sweet_rl"), "settings": few["settings"] | {"sweet_rl": {"turns": 9}}}
    hold_to(make_experiment("demo", **few), tmp_path)
    write_costs(tmp_path / "costs.json", {row: Cost() for row in ("zero_shot", "single_turn", *few["methods"])})
    (tmp_path / "table.json").write_text(build_table({}, seed=0).model_dump_json())
    assert finished(make_experiment("demo", **few), tmp_path)
    assert not finished(make_experiment("demo", **more), tmp_path)
    assert json.loads((tmp_path / "config.json").read_text())["methods"] == list(more["methods"])
    for other in (few, more | {"settings": {}}, more | {"episodes": 9}):
        with pytest.raises(InputError, match="this folder holds a run with"):
            hold_to(make_experiment("demo", **other), tmp_path)


def test_a_preset_s_settings_are_those_of_the_rows_that_are_chosen() -> None:
    chosen = make_experiment("ablations", methods=("sweet-no-hidden",))
    assert set(chosen.settings) == {"sweet_no_hidden"}
    assert command_line(chosen, "a", seeds=2) == (
        "dulcet reproduce --preset ablations --methods sweet_no_hidden --seeds 2 --out runs/a"
    )
    for idle in ("mine", "sweet_no_hidden"):  # also where the preset has settings of its own for the row
        with pytest.raises(InputError, match=f"'{idle}', which is not among the methods"):
            check(make_experiment("ablations", methods=("sweet_rl",), settings={idle: {"turns": 9}}))


def test_what_is_imitated_is_a_success_or_has_a_least_reward() -> None:
    grade = Grade(tests_passed=0.8, success=False, outcome="different")
    run = Trajectory(task_id="p", prompt="p", outcome=Outcome.ANSWERED, grade=grade)
    assert not RejectionFineTuning()._good(run)
    assert RejectionFineTuning(least=0.8)._good(run) and not RejectionFineTuning(least=0.9)._good(run)
