"""An online training that is killed while it plays, while it learns, and between, ends as one that was left alone."""

import sys
from pathlib import Path

import pytest

from tests.killing import ends_well, forked, kill_when, run_apart

MOMENTS = (
    "iteration_0001/critic/checkpoints/step-000000001",
    "iteration_0002/checkpoints/step-000000001",
)
"""Each time the process is killed as soon as this is there."""


@pytest.mark.slow
def test_killed_anywhere_it_ends_with_the_same_bits(either, tmp_path):
    assert run_apart("tests.recipes.test_online_killed", either, tmp_path) == list(MOMENTS)
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

    def learn(folder):
        method.run(ingredients(base, out / folder))

    assert ends_well(forked(learn, "whole"))
    for moment in MOMENTS:
        kill_when(forked(learn, "broken"), (out / "broken" / moment).exists)
        print(moment)
    assert ends_well(forked(learn, "broken"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
