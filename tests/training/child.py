"""A training in a process of its own, to be killed: `python -m tests.training.child MODEL OUT`."""

import sys
from pathlib import Path

from dulcet.models.loading import load_tokenizer
from dulcet.training.config import LoraConfig, TrainConfig
from dulcet.training.encoding import Encoder
from dulcet.training.objectives import SweetCritic
from dulcet.training.trainer import train
from tests.training.samples import MAX_TOKENS, pairs


def config(**changes):
    lora = LoraConfig(rank=4, dropout=0.2)
    settings = {
        "lr": 3e-3,
        "epochs": 6,
        "batch": 3,
        "held_out": 0.2,
        "patience": 5,
        "device": "cpu",
        "token_budget": 600,
    }
    return TrainConfig(**settings | {"lora": lora, "save_every_steps": 2, "save_every_seconds": None} | changes)


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    model, out = map(Path, sys.argv[1:])
    train(model, pairs(Encoder(load_tokenizer(model), MAX_TOKENS)), SweetCritic(), config(), out)
