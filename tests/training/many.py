"""Trainings by several processes, each of which calls `train`: `torchrun -m tests.training.many MODEL OUT NAME...`.

With STOP_AFTER=N in the environment, they end with an error once the checkpoint of step N is written. Each says at its
end which of gloo's threads are left.
"""

import atexit
import os
import sys
from pathlib import Path

from dulcet.models.loading import load_tokenizer
from dulcet.training.config import LoraConfig
from dulcet.training.encoding import Encoder
from dulcet.training.objectives import SFT, SweetCritic, TrajectoryDPO
from dulcet.training.trainer import train
from tests.training.child import config
from tests.training.samples import MAX_TOKENS, demonstrations, pairs

PLAIN = {"lora": None, "bf16": False, "lr": 1e-3, "held_out": 0, "patience": None, "epochs": 2, "batch": 5}
RUNS = {
    "dpo": (TrajectoryDPO(beta=0.5, nll=0.1), pairs, PLAIN | {"token_budget": 200}),
    "critic": (SweetCritic(beta=0.5), pairs, PLAIN | {"lora": LoraConfig(rank=4), "held_out": 0.2, "patience": 1}),
    "sft": (SFT(), demonstrations, PLAIN | {"gradient_checkpointing": True, "share_prefixes": False, "batch": 1}),
    "muon": (SFT(), demonstrations, PLAIN | {"optimiser": "muon"}),
}
"""Name -> objective, data, settings. 5 items a step leave processes with unequal shares; 1 leaves one with nothing."""


def run(name, model, out, **changes):
    objective, make, settings = RUNS[name]
    data = make(Encoder(load_tokenizer(model), MAX_TOKENS), 12)
    return train(model, data, objective, config(**settings | changes), Path(out) / name)


def stop_after(step):
    from dulcet.training import checkpoint

    real = checkpoint.save

    def save(folder, at, *rest):
        real(folder, at, *rest)
        if at == step:
            raise KeyboardInterrupt

    checkpoint.save = save


def count_threads():
    names = [task.read_text() for task in Path("/proc/self/task").glob("*/comm")]
    said = f"threads of gloo's left: {sum('gloo' in name for name in names)}\n"
    os.write(1, said.encode())  # in one piece, as all processes write to one pipe


if __name__ == "__main__":
    import torch

    atexit.register(count_threads)  # before the processes join, and so called after they have left

    torch.set_num_threads(1)
    model, out, *names = sys.argv[1:]
    changes = {"save_every_steps": 100}
    if "STOP_AFTER" in os.environ:
        changes["save_every_steps"] = int(os.environ["STOP_AFTER"])
        stop_after(int(os.environ["STOP_AFTER"]))
    for name in names:
        run(name, model, out, **changes)
