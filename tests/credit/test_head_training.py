"""Training a value head: it learns what is to be learnt, goes on when killed, and refuses what is not its own."""

import json
import logging
import sys
from pathlib import Path

import pytest

from dulcet.credit.head import HeadCritic, HeadTraining, TurnPair, train_head_critic
from dulcet.credit.open import open_critic
from dulcet.errors import InputError
from dulcet.training.distributed import World
from tests.credit.head_samples import BAD, GOOD, MAX_TOKENS, asked, graded, metrics, pairs
from tests.killing import ends_well, forked, kill_when, run_apart, taken
from tests.tiny import make_tiny_llama

QUICK = {"lr": 3e-3, "batch": 4, "epochs": 6, "beta": 1.0, "held_out": 0.2, "bf16": False, "log_to": ()}
DATA = {"regression": pairs, "classification": graded}
KILLS = 2


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_llama(tmp_path_factory.mktemp("models") / "tiny")


def learn(tiny, out, kind, data=None, max_tokens=MAX_TOKENS, **changes):
    data = DATA[kind](20) if data is None else data
    config = HeadTraining(**QUICK | changes)
    return train_head_critic(data, config, tiny, out, kind=kind, seed=3, device="cpu", max_tokens=max_tokens)


@pytest.mark.parametrize("kind", ["regression", "classification"])
def test_it_learns_what_was_better_and_is_found_again(tiny, tmp_path, kind):
    """The best message is known, and gets the highest advantage after a request that nobody has seen."""
    folder = learn(tiny, tmp_path, kind)
    rows = metrics(tmp_path)
    assert rows[0]["loss"] == pytest.approx(0.6931, abs=1e-3)  # a head of zeros finds all alike
    assert rows[-1]["loss"] < 0.7 * rows[0]["loss"] and rows[-1]["held_out_accuracy"] >= 0.95
    assert sum(row["sharing"] for row in rows) > 1.1 * len(rows)
    critic = open_critic(folder, tiny, look=None, device="cpu", max_tokens=MAX_TOKENS)
    assert isinstance(critic, HeadCritic) and critic.identity["kind"] == kind
    (row,) = critic.advantages([asked(77, BAD, GOOD, "Hm?")])
    assert max(row) == row[1] and row[1] > row[0] + 0.5
    if kind == "classification":
        assert row[0] < 0 < row[1]


def test_a_finished_training_is_returned_and_another_s_folder_is_refused(tiny, tmp_path):
    folder = learn(tiny, tmp_path, "classification", epochs=1)
    before = (folder / "head.safetensors").stat().st_mtime_ns
    assert learn(tiny, tmp_path, "classification", epochs=1) == folder
    assert (folder / "head.safetensors").stat().st_mtime_ns == before
    turned = [one._replace(success=not one.success) for one in graded(20)]
    with pytest.raises(InputError, match="different data"):
        learn(tiny, tmp_path, "classification", turned, epochs=1)
    with pytest.raises(InputError, match="different data, objective, config"):
        learn(tiny, tmp_path, "regression", epochs=2)


def test_what_cannot_be_learnt_from_is_said(tiny, tmp_path, caplog):
    with pytest.raises(InputError, match="nothing to train on"):
        learn(tiny, tmp_path, "regression", [])
    with pytest.raises(InputError, match="learns from TurnPair, not from a GradedTurns"):
        learn(tiny, tmp_path, "regression", graded(2))
    with caplog.at_level(logging.WARNING), pytest.raises(InputError, match="nothing to train on"):
        learn(tiny, tmp_path, "regression", max_tokens=20)
    assert "without 20 of 20 examples: longer than 20 tokens" in caplog.text


def test_several_processes_are_refused_until_one_has_trained(tiny, tmp_path, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(InputError, match="by one process"):
        patch.setattr("dulcet.credit.head.training.world", lambda: World(0, 2))
        learn(tiny, tmp_path, "regression", epochs=1)
    folder = learn(tiny, tmp_path, "regression", epochs=1)
    monkeypatch.setattr("dulcet.credit.head.training.world", lambda: World(0, 2))
    assert learn(tiny, tmp_path, "regression", epochs=1) == folder


def test_the_best_weights_are_kept_with_patience(tiny, tmp_path):
    """Every other pair is the wrong way round: what is learnt by heart is worse on tasks that were not seen."""
    turned = [TurnPair(pair.rejected, pair.chosen) if n % 2 else pair for n, pair in enumerate(pairs(12))]
    folder = learn(tiny, tmp_path, "regression", turned, patience=1, epochs=30)
    rows = [row for row in metrics(tmp_path) if "held_out_loss" in row]
    assert len(rows) < 30, "it is to stop before"
    best = max(rows, key=lambda row: (row["held_out_accuracy"], -row["held_out_loss"]))
    assert json.loads((folder / "training.json").read_text())["best"]["step"] == best["step"]


def test_less_memory_and_half_precision_change_little(tiny, tmp_path):
    def losses(name, **changes):
        learn(tiny, tmp_path / name, "regression", epochs=2, **changes)
        return [row["loss"] for row in metrics(tmp_path / name)]

    plain = losses("plain")
    assert losses("recomputed", gradient_checkpointing=True) == pytest.approx(plain, abs=1e-5)
    half = losses("half", bf16=True)
    assert half != plain and half == pytest.approx(plain, abs=0.02)


def test_killed_at_random_steps_it_ends_with_the_bits_of_one_that_was_not(tiny, tmp_path):
    assert len(run_apart("tests.credit.test_head_training", tiny, tmp_path)) == KILLS
    for name in ("model.safetensors", "head.safetensors"):
        assert (tmp_path / "broken/model" / name).read_bytes() == (tmp_path / "whole/model" / name).read_bytes()
    whole, broken = (metrics(tmp_path / folder) for folder in ("whole", "broken"))
    assert [(row["step"], row["loss"]) for row in broken] == [(row["step"], row["loss"]) for row in whole]


def main(tiny, out):
    """One training left alone, and one that is killed `KILLS` times; prints after how many steps it was."""
    import torch
    from transformers import LlamaForCausalLM  # noqa: F401  (so that no child has to)

    import dulcet.credit.head.model
    import dulcet.training.trainer  # noqa: F401

    torch.set_num_threads(1)

    def work(folder):
        learn(tiny, out / folder, "regression", epochs=8, save_every_steps=2)

    assert ends_well(forked(work, "whole"))
    lines = out / "broken" / "metrics.jsonl"
    for kill in range(KILLS):
        kill_when(forked(work, "broken"), lambda wanted=7 + 12 * kill: taken(lines) >= wanted)
        print(taken(lines), flush=True)
    assert ends_well(forked(work, "broken"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
