"""A training that is killed twenty times, whatever it is doing, ends with the bits of one that was left alone."""

import random
import sys
from pathlib import Path

import pytest

from tests.killing import ends_well, forked, kill_when, run_apart, taken

KILLS = 20


@pytest.mark.slow
def test_killed_twenty_times_at_random_steps_it_ends_with_the_same_bits(tiny, tmp_path):
    killed_after = list(map(int, run_apart("tests.training.test_killed", tiny, tmp_path)))
    assert len(killed_after) == KILLS
    assert len(set(killed_after)) >= KILLS // 2, "the kills are to fall on different steps"
    assert weights(tmp_path / "broken") == weights(tmp_path / "whole")
    assert timeless(tmp_path / "broken") == timeless(tmp_path / "whole")


def weights(out):
    return b"".join(path.read_bytes() for path in sorted((out / "model").glob("*.safetensors")))


def timeless(out):
    import json

    rows = map(json.loads, (out / "metrics.jsonl").read_text().splitlines())
    return [row | {"tokens_per_second": 0, "peak_memory_gib": 0} for row in rows]


def main(model, out):
    """One training left alone, and one whose process is killed `KILLS` times; prints the steps at which it was."""
    import torch

    from dulcet.models.loading import load_tokenizer
    from dulcet.training.encoding import Encoder
    from dulcet.training.objectives import SweetCritic
    from dulcet.training.trainer import train
    from tests.training.child import config
    from tests.training.samples import MAX_TOKENS, pairs

    torch.set_num_threads(1)
    data = pairs(Encoder(load_tokenizer(model), MAX_TOKENS))
    settings = config(epochs=14, patience=14, save_every_steps=2, log_to=())

    def learn(folder):
        train(model, data, SweetCritic(), settings, out / folder)

    assert ends_well(forked(learn, "whole"))
    draw = random.Random(0)
    lines, total = out / "broken" / "metrics.jsonl", 14 * 4
    for kill in range(KILLS):
        child = forked(learn, "broken")
        wanted = taken(lines) // 2 * 2 + draw.randrange(1, 4)  # some die before the next checkpoint, some after
        wanted = min(wanted, (total - 4) * (kill + 1) // KILLS + 3)
        # anywhere within a step, or within a checkpoint that is being written
        kill_when(child, lambda wanted=wanted: taken(lines) >= wanted, wait=draw.random() * 0.05)
        print(taken(lines), flush=True)
    assert ends_well(forked(learn, "broken"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
