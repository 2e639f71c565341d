import pytest

from dulcet.errors import InputError
from dulcet.rollout.config import config_path, hold_to_config

CONFIG = {"seed": 1, "agent": {"kind": "direct", "sampling": {"temperature": 1.0}}, "tasks": "abc"}


def test_the_same_config_continues_and_another_is_named(tmp_path):
    out = tmp_path / "runs" / "episodes.jsonl"
    hold_to_config(out, CONFIG)
    out.write_text("{}\n")
    hold_to_config(out, CONFIG)
    cooler = {**CONFIG, "agent": {"kind": "direct", "sampling": {"temperature": 0.5}}}
    with pytest.raises(InputError, match=r"episodes.jsonl: was made with agent.sampling.temperature = 1.0, .* 0.5"):
        hold_to_config(out, cooler)
    with pytest.raises(InputError, match="made with human = null"):
        hold_to_config(out, {**CONFIG, "human": "scripted"})


def test_a_file_without_its_config_is_not_continued(tmp_path):
    out = tmp_path / "episodes.jsonl"
    out.write_text("{}\n")
    with pytest.raises(InputError, match="is missing"):
        hold_to_config(out, CONFIG)
    config_path(out).write_text("not json")
    with pytest.raises(InputError, match=r"episodes.jsonl.config.json: cannot be read"):
        hold_to_config(out, CONFIG)
