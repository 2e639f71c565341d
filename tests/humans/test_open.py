import pytest
from pydantic import ValidationError

from dulcet.errors import InputError
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


def test_frozen_and_strict():
    with pytest.raises(ValidationError):
        HumanSpec(humen="scripted")
    with pytest.raises(ValidationError):
        HumanSpec(human="robot")
    with pytest.raises(ValidationError):
        HumanSpec().human = "model"
