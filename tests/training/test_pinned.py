"""Five steps of each objective on a seeded tiny model, held to the numbers of the first time: nothing drifts unseen.

Where a change is meant to change them, `python -m tests.training.test_pinned` prints the new ones.
"""

import json
import tempfile
from pathlib import Path

import pytest
import torch

from dulcet.models.loading import load_tokenizer
from dulcet.training.encoding import Encoder
from dulcet.training.objectives import MAGNET, SFT, StepDPO, SweetCritic, TrajectoryDPO
from dulcet.training.trainer import train
from tests.tiny import make_tiny_llama
from tests.training.child import config
from tests.training.samples import MAX_TOKENS, demonstrations, pairs, turn_pairs

torch.set_num_threads(1)

OBJECTIVES = {
    "SFT": (SFT(), demonstrations),
    "TrajectoryDPO": (TrajectoryDPO(beta=0.5, nll=0.1), pairs),
    "IPO": (TrajectoryDPO(beta=0.5, nll=0.1, kind="ipo", normalise="trajectory"), pairs),
    "robust": (TrajectoryDPO(beta=0.5, nll=0.1, kind="robust", noise=0.1), pairs),
    "MAGNET": (MAGNET(beta=0.5), pairs),
    "SweetCritic": (SweetCritic(beta=0.5), pairs),
    "SweetCritic, whole trajectory": (SweetCritic(beta=0.5, normalise="trajectory"), pairs),
    "StepDPO": (StepDPO(beta=0.5, nll=1.0), turn_pairs),
}
PINNED = {
    "SFT": [5.769622, 5.589219, 5.445307, 5.330132, 5.287488],
    "TrajectoryDPO": [1.270184, 0.698008, 0.581383, 0.555921, 0.550906],
    "IPO": [1.577037, 1.296853, 1.136644, 0.953343, 0.961373],
    "robust": [1.270184, 0.453022, 0.115239, -0.071785, -0.152627],
    "MAGNET": [6.463517, 5.772532, 5.537223, 5.414461, 5.376147],
    "SweetCritic": [0.750851, 0.655507, 0.621131, 0.550181, 0.56501],
    "SweetCritic, whole trajectory": [0.750851, 0.713748, 0.689825, 0.659318, 0.660419],
    "StepDPO": [6.455644, 5.951066, 5.678907, 5.527802, 5.464294],
}


def losses(model, out, objective, make):
    data = make(Encoder(load_tokenizer(model), MAX_TOKENS), 8)
    settings = config(
        lora=None, held_out=0, patience=None, bf16=False, batch=4, epochs=3, max_steps=5, save_every_steps=None
    )
    train(model, data, objective, settings, out)
    return [json.loads(line)["loss"] for line in (out / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_losses_are_those_of_the_first_time(name, tiny, tmp_path):
    assert losses(tiny, tmp_path, *OBJECTIVES[name]) == pytest.approx(PINNED[name], abs=1e-5)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        model = make_tiny_llama(Path(folder) / "tiny")
        found = {name: losses(model, Path(folder) / name, *given) for name, given in OBJECTIVES.items()}
    for name, values in found.items():
        print(f'    "{name}": {[round(value, 6) for value in values]},')
