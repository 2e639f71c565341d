"""An online training that is killed while it plays, while it learns, and between, ends as one that was left alone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOMENTS = (
    "iteration_0001/critic/checkpoints/step-000000001",
    "iteration_0002/checkpoints/step-000000001",
)
"""Each time the process is killed as soon as this is there."""


@pytest.mark.slow
def test_killed_anywhere_it_ends_with_the_same_bits(either, tmp_path):
    """In a process of its own, which imports torch once and forks: the children die, and no thread is lost."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.recipes.test_online_killed", str(either), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == list(MOMENTS)
    for name in ("model", "critic/model"):
        assert bits(tmp_path / "broken" / "iteration_0002" / name) == bits(tmp_path / "whole" / "iteration_0002" / name)
    assert (tmp_path / "broken" / "metrics.jsonl").read_text() == (tmp_path / "whole" / "metrics.jsonl").read_text()


def bits(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.safetensors")))


def main(base, out):
    """One training left alone, and one that is killed at each of the moments; prints those at which it was."""
    import torch

    from dulcet.training.config import TrainConfig
    from dulcet.training.policy_gradient import PolicyGradient
    from tests.recipes.test_archer import small
    from tests.recipes.yes_no import SMALL, ingredients

    torch.set_num_threads(1)
    often = SMALL | {"save_every_steps": 1}
    method = small(
        iterations=2,
        tasks=2,
        episodes=4,
        critic=TrainConfig(**often, batch=16, epochs=3, max_steps=3),
        policy=TrainConfig(**often, batch=4, epochs=1),
        loss=PolicyGradient(kl=0.04, mean="token"),
    )

    def start(folder):
        if (child := os.fork()) == 0:
            code = 1
            try:
                method.run(ingredients(base, out / folder))
                code = 0
            finally:
                os._exit(code)
        return child

    assert os.waitpid(start("whole"), 0)[1] == 0
    for moment in MOMENTS:
        child = start("broken")
        while not (out / "broken" / moment).exists() and os.waitpid(child, os.WNOHANG)[0] == 0:
            time.sleep(0.001)
        os.kill(child, signal.SIGKILL)
        if os.WIFSIGNALED(os.waitpid(child, 0)[1]):
            print(moment)
    assert os.waitpid(start("broken"), 0)[1] == 0


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
