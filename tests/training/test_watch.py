"""What collapses is stopped, and what is healthy is not."""

import json
import math
from pathlib import Path

import pytest
import torch

from dulcet.training.config import LoraConfig, TrainConfig
from dulcet.training.data import Demonstration, Pair, split
from dulcet.training.objectives import SFT, StepDPO, TrajectoryDPO
from dulcet.training.opening import open_policy
from dulcet.training.own_replies import own_replies
from dulcet.training.trainer import train
from dulcet.training.watch import Limits, TrainingError, Watch
from tests.training.child import config
from tests.training.samples import episode, pairs, turn_pairs

torch.set_num_threads(1)

HEALTHY = {"kl": 0.1, "chosen_nll": 0.3, "held_out_accuracy": 0.6, "entropy": 0.25, "reply_tokens": 12.0}


def watch(**limits):
    return Watch(Limits(window=2, **limits), Path("somewhere"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"kl": 30.0}, "its KL divergence from the reference is .* nats a token, the limit is 5"),
        ({"kl_first": 30.0}, "from the first weights is 30 nats"),
        ({"chosen_nll": 9.0}, "less likely by .* nats a token, the limit is 3"),
        ({"held_out_accuracy": 0.0}, "it prefers the right side of 0.0% of the held-out pairs, the limit is 0.25"),
        ({"reply_tokens": 0.5}, r"its replies are 0\.\d+ times as long as at the start, the limit is 0.1"),
        ({"reply_tokens": 500.0}, r"its replies are .* times as long as at the start, the limit is 10"),
        ({"entropy": 0.001}, "the entropy of its replies is .* times that at the start"),
    ],
)
def test_each_collapse_is_named_with_its_limit(row, said):
    seen = watch()
    for _ in range(2):
        seen.see(HEALTHY)
    with pytest.raises(TrainingError, match=f"somewhere: the training collapsed: .*{said}"):
        seen.see(HEALTHY | row)
        seen.see(HEALTHY | row)


def test_one_odd_row_is_no_collapse_and_none_looks_away():
    seen = Watch(Limits(window=20), Path("somewhere"), [HEALTHY] * 20)
    seen.see(HEALTHY | {"kl": 60.0})
    early = Watch(Limits(window=20), Path("somewhere"))
    for kl in (60.0, 0.1, 0.1, 40.0, 0.1, 0.1):  # the first rows, and two odd ones among few
        early.see(HEALTHY | {"kl": kl})
    off = watch(kl=None)
    for _ in range(5):
        off.see({"kl": 1e9})


def test_rows_of_before_a_restart_are_the_start():
    fresh, restarted = watch(), Watch(Limits(window=2), Path("somewhere"), [HEALTHY] * 3)
    row = HEALTHY | {"reply_tokens": 0.5}
    for _ in range(3):
        fresh.see(row)  # it knows nothing else
    with pytest.raises(TrainingError, match="times as long"):
        for _ in range(2):
            restarted.see(row)


def test_a_training_that_is_pushed_too_hard_stops_and_keeps_what_was_written(tiny, encoder, tmp_path):
    settings = {"held_out": 0, "patience": None, "lora": None, "save_every_steps": 1, "lr": 0.3, "epochs": 30}
    with pytest.raises(TrainingError, match=r"the training collapsed: what it is to prefer .*watch\.nll") as caught:
        train(tiny, turn_pairs(encoder), StepDPO(nll=0.0), config(**settings, watch=Limits(window=1)), tmp_path)
    assert str(tmp_path) in str(caught.value) and caught.value.exit_code == 6
    taken = len((tmp_path / "metrics.jsonl").read_text().splitlines())
    kept = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert kept[-1] == f"step-{taken - 1:09d}" and not (tmp_path / "model").exists()
    with pytest.raises(TrainingError, match="the training collapsed"):  # again, and it stops there again
        train(tiny, turn_pairs(encoder), StepDPO(nll=0.0), config(**settings, watch=Limits(window=1)), tmp_path)


def test_held_out_pairs_that_turn_the_wrong_way_stop_it_where_there_are_enough(tiny, encoder, tmp_path):
    made = pairs(encoder, 8)
    data = [*made, *(Pair(one.rejected, one.chosen, group="held") for one in made)]
    seed = next(seed for seed in range(99) if {data[n].group for n in split(data, 0.1, seed)[1]} == {"held"})
    settings = {"patience": None, "lora": None, "held_out": 0.1, "epochs": 12, "seed": seed}
    few = config(**settings, watch=Limits(window=1, held_out=99))
    train(tiny, data, TrajectoryDPO(), few, tmp_path / "few")
    rows = [json.loads(line) for line in (tmp_path / "few" / "metrics.jsonl").read_text().splitlines()]
    assert rows[-1]["held_out_accuracy"] < 0.25
    enough = config(**settings, watch=Limits(window=1, held_out=8))
    with pytest.raises(TrainingError, match="of the held-out pairs"):
        train(tiny, data, TrajectoryDPO(), enough, tmp_path / "enough")


def test_what_is_watched_is_no_part_of_what_a_training_is():
    assert TrainConfig(watch=Limits(kl=None)).identity == TrainConfig().identity


def weights(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.safetensors")))


def test_replies_that_become_short_stop_it_and_drawing_them_changes_nothing(tiny, encoder, tmp_path):
    short = [Demonstration([encoder.encode(episode(n, True).history(1), "no")]) for n in range(6)]
    settings = {"held_out": 0, "patience": None, "lora": None, "save_every_steps": None, "lr": 1e-2, "epochs": 8}
    drawn = config(**settings, watch=Limits(replies=6, entropy=None, shortest=None))
    seen = train(tiny, short, SFT(), drawn, tmp_path / "seen")
    rows = [json.loads(line) for line in (tmp_path / "seen" / "metrics.jsonl").read_text().splitlines()]
    found = [row for row in rows if "reply_tokens" in row]
    assert len(found) == 9 and found[0]["step"] == 1  # at the start, and after each epoch
    assert found[0]["entropy"] == pytest.approx(math.log(320), rel=0.1)  # of a random model: any token
    assert found[-1]["entropy"] < 4 and found[-1]["reply_tokens"] < found[0]["reply_tokens"]
    unseen = train(tiny, short, SFT(), config(**settings), tmp_path / "unseen")
    assert weights(seen) == weights(unseen)
    strict = config(**settings, watch=Limits(replies=6, entropy=0.8))
    with pytest.raises(TrainingError, match="the entropy of its replies is"):
        train(tiny, short, SFT(), strict, tmp_path / "strict")


@pytest.mark.parametrize("lora", [None, LoraConfig(rank=2)])
def test_replies_are_the_same_whoever_asks_with_them(tiny, encoder, lora):
    settings = config(lora=lora, device="cpu")
    model, logps = open_policy(tiny, settings)
    data = pairs(encoder, 6)
    one, other = (own_replies(logps, data, 5, seed=3) for _ in range(2))
    assert one == other != own_replies(logps, data, 5, seed=4)
    assert model.training and 0 < one["reply_tokens"] <= 2 * longest(data)


def longest(data):
    return max(span.end - span.start for item in data for side in item.sides for one in side for span in one.spans)
