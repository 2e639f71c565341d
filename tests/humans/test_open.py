import pytest
from pydantic import ValidationError

from dulcet.benchmarks.backend.synthesis.make import hand_written
from dulcet.errors import InputError
from dulcet.humans.guard import guarded_reply
from dulcet.humans.language_model import LanguageModelHuman
from dulcet.humans.open import HumanSpec, open_human
from dulcet.humans.scripted import ScriptedHuman
from dulcet.humans.terminal import TerminalHuman


def test_the_scripted_person_is_the_default():
    assert isinstance(open_human(HumanSpec()), ScriptedHuman)


def test_terminal():
    assert isinstance(open_human(HumanSpec(human="terminal")), TerminalHuman)


async def test_a_model_at_a_server():
    spec = HumanSpec(
        human="model",
        human_model="sim",
        human_base_url="http://127.0.0.1:9/v1",
        human_temperature=0.3,
        human_max_tokens=50,
    )
    human = open_human(spec)
    assert isinstance(human, LanguageModelHuman)
    assert human.identity["temperature"] == 0.3
    assert human.identity["max_tokens"] == 50
    await human.close()


def test_a_model_needs_a_name():
    with pytest.raises(InputError, match="no model is named"):
        open_human(HumanSpec(human="model"))


def test_a_model_named_in_vain():
    with pytest.raises(InputError, match="scripted"):
        open_human(HumanSpec(human_model="sim"))


async def test_a_careless_person_pastes_the_solution_and_the_guard_keeps_it_back():
    task = next(task for task in hand_written() if task.hidden.count("\n") > 3)
    messages = [{"role": "user", "content": task.prompt}, {"role": "assistant", "content": "What is the rate?"}]
    watched, alone = (open_human(HumanSpec(human="careless", human_guard=guard)) for guard in (True, False))
    guarded = [await guarded_reply(watched, task, messages, seed=seed) for seed in range(60)]
    seen = [await guarded_reply(alone, task, messages, seed=seed) for seed in range(60)]
    assert not any("def " in reply.text for reply in guarded)
    pasted = ["def " in reply.text for reply in seen]
    assert 4 <= sum(pasted) <= 24 and not any(reply.redacted for reply in seen)
    assert [reply.leaks for reply in seen] == [int(one) for one in pasted]
    assert [reply.leaks > 0 for reply in guarded] == pasted
    assert alone.identity == {**watched.identity, "guard": False} and watched.identity["kind"] == "careless"
    await alone.close()


def test_not_everybody_works_on_everything():
    with pytest.raises(InputError, match="nobody called 'careless' works on 'frontend' tasks"):
        open_human(HumanSpec(human="careless"), "frontend")


def test_frozen_and_strict():
    with pytest.raises(ValidationError):
        HumanSpec(humen="scripted")
    with pytest.raises(ValidationError):
        HumanSpec(human="robot")
    with pytest.raises(ValidationError):
        HumanSpec().human = "model"
