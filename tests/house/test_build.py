"""Raising a very small house model: the whole way, and that the same settings give the same weights."""

import json
from random import Random

import pytest

from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.errors import InputError
from dulcet.house.build import HouseConfig, build, encode_dialogue, house_config, make_dialogues
from dulcet.house.corpus import HABITS, SCHOOL, held_out
from dulcet.house.demonstrators import MARKER, SKILLS, USELESS, Skill, arguments, demonstrate, open_facts
from dulcet.humans.scripted import ScriptedHuman
from dulcet.models.house_model import FOLDERS, house_path
from dulcet.models.loading import load_model, load_tokenizer, weights_hash
from dulcet.training.encoding import Encoder
from dulcet.trajectory import Outcome, Trajectory, Turn

SMALL = {"dialogues": 80, "habits": 40, "vocabulary": 400, "hidden": 32, "layers": 1, "heads": 2, "kv_heads": 1}


def small(**changes) -> HouseConfig:
    config = HouseConfig(**SMALL, **changes)
    return config.model_copy(update={"train": config.train.model_copy(update={"device": "cpu"})})


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build(small(), tmp_path_factory.mktemp("house"))


def test_it_is_a_hugging_face_folder(built) -> None:
    assert load_model(built, "cpu").config.model_type == "llama"
    tokenizer = load_tokenizer(built)
    text = tokenizer.apply_chat_template(
        [{"role": "system", "content": "rules"}, {"role": "user", "content": "hi"}], tokenize=False
    )
    assert text == "<|user|>hi<|end|>"
    assert (
        tokenizer.decode(tokenizer("naïve ✓ f(x) >= 54", add_special_tokens=False)["input_ids"]) == "naïve ✓ f(x) >= 54"
    )


def test_every_number_below_a_hundred_is_one_token(built) -> None:
    tokenizer = load_tokenizer(built)
    assert all(len(tokenizer(f" {n}", add_special_tokens=False)["input_ids"]) == 1 for n in range(100))


def test_the_same_settings_give_the_same_weights(built, tmp_path) -> None:
    assert weights_hash(build(small(), tmp_path)) == weights_hash(built)
    assert weights_hash(build(small(seed=1), tmp_path / "other")) != weights_hash(built)


def test_a_finished_build_is_found_and_another_one_refused(built) -> None:
    folder = built.parent.parent
    assert build(small(), folder) == built
    with pytest.raises(InputError, match="other settings"):
        build(small(seed=1), folder)


def test_a_dialogue_is_encoded_like_the_episode_that_it_is(built) -> None:
    encoder = Encoder(load_tokenizer(built), 1024)
    for dialogue in make_dialogues(small(), "school", 20, 3):
        first, *rest = [message["content"] for message in dialogue.messages]
        turns = [
            Turn(raw=raw, content=raw, reply=reply) for raw, reply in zip(rest[::2], [*rest[1::2], None], strict=True)
        ]
        episode = Trajectory(task_id="t", prompt=first, turns=tuple(turns), outcome=Outcome.ANSWERED)
        assert encoder.encode_trajectory(None, episode) == [encode_dialogue(encoder, dialogue)]


def test_a_careful_demonstrator_is_told_everything_and_answers_with_the_reference() -> None:
    person = ScriptedHuman()
    for dialogue in held_out(150, 1, person.answer):
        assert dialogue.messages[-1]["content"] == f"{MARKER}\n{dialogue.reference}"
    told = [not open_facts(one.reference, one.messages[:-1]) for one in held_out(150, 1, person.answer)]
    assert sum(told) >= 0.9 * len(told)


def test_five_turns_are_enough_for_who_wastes_none() -> None:
    """What the presets of experiments give (recipes/experiment_presets.py)."""
    person, tasks = ScriptedHuman(), synthesise(300, seed=3, split="validation")
    straight = Skill("straight", asks=1.0, strays=0.0, slips=0.0)
    made = [demonstrate(task, person.answer, straight, Random(n)) for n, task in enumerate(tasks)]
    in_time = [
        len(one) <= 2 * 5 and not open_facts(task.hidden, one[:-1]) for one, task in zip(made, tasks, strict=True)
    ]
    assert sum(in_time) >= 0.97 * len(tasks)


def test_demonstrators_differ_in_what_they_are_bad_at() -> None:
    person, tasks = ScriptedHuman(), synthesise(60, seed=9)
    made = {
        skill.name: [demonstrate(task, person.answer, skill, Random(n)) for n, task in enumerate(tasks)]
        for skill in SKILLS
    }
    turns = {name: sum(len(messages) // 2 for messages in dialogues) / 60 for name, dialogues in made.items()}
    strays = {name: sum(m["content"] in USELESS for d in dialogues for m in d) for name, dialogues in made.items()}
    wrong = {
        name: sum(d[-1]["content"] != f"{MARKER}\n{task.hidden}" for d, task in zip(dialogues, tasks, strict=True))
        for name, dialogues in made.items()
    }
    assert turns["hasty"] < turns["careful"]
    assert strays["rambling"] > 3 * strays["careful"]
    assert wrong["careful"] == 0 < wrong["hasty"] < wrong["careless"]


def test_shares_are_shares() -> None:
    assert sum(SCHOOL) == pytest.approx(1) == sum(HABITS)
    assert len(SCHOOL) == len(HABITS) == len(SKILLS)


def test_arguments_are_those_of_the_signature() -> None:
    assert arguments("Do (it). The signature of the function is: def f(a, b=2, c=None)") == ["a", "b", "c"]


def test_servers_that_go_by_the_folder_draw_from_it(built) -> None:
    for folder in (built, *map(house_path, FOLDERS)):
        assert json.loads((folder / "generation_config.json").read_text())["do_sample"] is True


@pytest.mark.parametrize("benchmark", FOLDERS)
def test_the_models_that_ship_are_small_and_whole(benchmark) -> None:
    folder, config = house_path(benchmark), house_config(benchmark)
    assert sum(file.stat().st_size for file in folder.iterdir()) < 5_000_000
    assert load_model(folder, "cpu").config.num_hidden_layers == config.layers
    assert load_model(folder, "cpu").config.max_position_embeddings == config.window
    assert len(load_tokenizer(folder)) == config.vocabulary
    assert "Apache-2.0" in (folder / "README.md").read_text()
