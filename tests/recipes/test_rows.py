from typing import get_args

import pytest

from dulcet.cli.reproduce import ReproduceCommand, read_settings
from dulcet.errors import InputError
from dulcet.recipes.command_line import command_line, keep_command
from dulcet.recipes.credits import MAKERS
from dulcet.recipes.experiment import make_experiment
from dulcet.recipes.experiment_presets import EXPERIMENTS
from dulcet.recipes.rows import AGENTS, rows
from dulcet.recipes.run import Run


def made(*methods, **settings):
    return rows(make_experiment("demo", methods=methods, settings=settings))


def test_methods_variants_and_agents_are_rows():
    variant = {"method": "sweet_rl", "hidden": False, "data": {"tasks": 75}}
    found = {row.name: row for row in made("multi_turn_dpo", "no_hidden", "react", no_hidden=variant)}
    assert list(found) == ["zero_shot", "single_turn", "multi_turn_dpo", "no_hidden", "react"]
    assert [row.learns for row in found.values()] == [False, False, True, True, False]
    assert found["no_hidden"].sweet and not found["no_hidden"].sweet.hidden and found["no_hidden"].data.tasks == 75
    assert found["multi_turn_dpo"].sweet is None


def test_an_agent_s_settings_are_its_own(tmp_path):
    settings = {"patient": {"method": "reflexion", "trials": 5}}
    run = Run(make_experiment("demo", methods=("patient",), settings=settings), tmp_path)
    agent = run.setup("some/model", 3, row=run.rows[-1]).agent
    assert (agent.agent, agent.trials, agent.max_tokens) == ("reflexion", 5, 160)
    assert run.setup("some/model", 3).agent.agent == "direct"


def test_every_agent_row_is_played_by_an_agent_that_there_is(tmp_path):
    for name in AGENTS:
        run = Run(make_experiment("demo", methods=(name,)), tmp_path)
        run.setup("some/model", 0, row=next(row for row in run.rows if row.name == name))


@pytest.mark.parametrize(
    ("methods", "settings", "said"),
    [
        (("sweet",), {}, "no method 'sweet'"),
        (("sweet_rl",), {"x": {}}, "settings for 'x'"),
        (("sweet_rl",), {"sweet_rl": {"data": {"task": 3}}}, "data: field 'task'"),
        (("react",), {"react": {"data": {"tasks": 3}}}, "learns nothing"),
        (("magnet",), {"magnet": {"critic_only": True}}, "'magnet' has no critic"),
        (("sweet_rl",), {"sweet_rl": {"candidates": "many"}}, "candidates"),
        (("magnet", "sweet_rl"), {"magnet": {"data": {"collected_by": "sweet_rl"}}}, "not trained before it"),
        (("magnet", "sweet_rl"), {"magnet": {"start": "sweet_rl"}}, "not trained before it"),
        (("magnet",), {"magnet": {"start": "some/model"}}, "no row 'some/model' with a policy"),
        (("magnet", "grpo"), {"grpo": {"start": "magnet"}}, "'grpo' plays its own episodes"),
        (("react",), {"react": {"start": "zero_shot"}}, "learns nothing"),
        (("magnet",), {"magnet": {"data": {"budget_of": "sweet_rl"}}}, "no row 'sweet_rl' that draws"),
    ],
)
def test_what_cannot_be_is_said_at_once(methods, settings, said):
    with pytest.raises(InputError, match=said):
        made(*methods, **settings)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_preset_names_rows_that_there_are(name):
    found = rows(make_experiment(name))
    assert len({row.name for row in found}) == len(found) >= 4
    assert all(row.sweet.credit in MAKERS for row in found if row.sweet is not None)


def test_the_command_that_makes_a_run_again():
    plain = make_experiment("full", seed=2)
    assert command_line(plain, "x") == "dulcet reproduce --preset full --seed 2 --out runs/x"
    assert command_line(make_experiment("full"), "full", seeds=5) == (
        "dulcet reproduce --preset full --seeds 5 --out runs/full"
    )
    human = {"human": "model", "human_model": "some/model", "human_guard": False}
    other = make_experiment(
        "demo", model="/home/me/secret/model", human=human, best_of_n=(1, 2), settings={"react": {}}
    )
    assert command_line(other, "demo") == (
        "dulcet reproduce --preset demo --model model --settings settings.toml --best-of-n 1 2 --human model "
        "--no-human-guard --human-model some/model --seed 0 --out runs/demo"
    )


def test_settings_are_kept_as_they_can_be_read_again(tmp_path):
    settings = {
        "x": {"method": "sweet_rl", "data": {"tasks": 3}, "turns": 7, "hidden": False, "critic": {"lr": 1e-5}},
        'odd "name"': {"method": "magnet", "train": {"log_to": ["tensorboard"]}},
    }
    keep_command(make_experiment("demo", settings=settings), tmp_path / "run")
    assert read_settings(tmp_path / "run/settings.toml") == settings
    keep_command(make_experiment("demo"), tmp_path / "plain")
    assert not (tmp_path / "plain/settings.toml").exists()


def test_the_command_lays_what_was_given_over_the_preset(tmp_path):
    (tmp_path / "changes.toml").write_text("[sweet_no_hidden]\nturns = 7\n")
    words = {"preset": "ablations", "out": tmp_path, "settings": tmp_path / "changes.toml", "seeds": 3}
    command = ReproduceCommand(**words)
    settings = make_experiment("ablations", **command._changes()).settings
    assert settings["sweet_no_hidden"] == {"method": "sweet_rl", "hidden": False, "turns": 7}
    assert settings["sweet_regression_head"] == {"method": "sweet_rl", "credit": "regression"}
    guarded = ReproduceCommand(preset="no_leak_guard", out=tmp_path)
    human = make_experiment("no_leak_guard", **guarded._changes()).human
    assert human.human == "careless" and not human.human_guard


def test_the_command_knows_every_preset():
    assert set(get_args(ReproduceCommand.model_fields["preset"].annotation)) == set(EXPERIMENTS)
