"""A training that is killed twenty times, whatever it is doing, ends with the bits of one that was left alone."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KILLS = 20


@pytest.mark.slow
def test_killed_twenty_times_at_random_steps_it_ends_with_the_same_bits(tiny, tmp_path):
    """In a process of its own, which imports torch once and forks: the children die, and no thread is lost."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.test_killed", str(tiny), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    killed_after = list(map(int, done.stdout.split()))
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

    def start(folder):
        if (child := os.fork()) == 0:
            code = 1
            try:
                train(model, data, SweetCritic(), settings, out / folder)
                code = 0
            finally:
                os._exit(code)
        return child

    assert os.waitpid(start("whole"), 0)[1] == 0
    draw = random.Random(0)
    lines, total = out / "broken" / "metrics.jsonl", 14 * 4
    for kill in range(KILLS):
        child = start("broken")
        wanted = taken(lines) // 2 * 2 + draw.randrange(1, 4)  # some die before the next checkpoint, some after
        wanted = min(wanted, (total - 4) * (kill + 1) // KILLS + 3)
        while taken(lines) < wanted and os.waitpid(child, os.WNOHANG)[0] == 0:
            time.sleep(0.001)
        time.sleep(draw.random() * 0.05)  # anywhere within a step, or within a checkpoint that is being written
        os.kill(child, signal.SIGKILL)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL, "it ended before it was killed"
        print(taken(lines), flush=True)
    assert os.waitpid(start("broken"), 0)[1] == 0


def taken(path):
    """Whole lines so far."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
