"""Hyper-parameters that are not the paper's: for the house model, found by experiment on validation tasks."""

from typing import Any

_HOUSE = {"bf16": True, "held_out": 0.05, "token_budget": 16384, "save_every_seconds": 20.0}
_POLICY = {**_HOUSE, "watch": {"replies": 64}}
_ONLINE = {**_HOUSE, "held_out": 0.0}

PRESETS: dict[str, dict[str, dict[str, Any]]] = {
    "paper": {},
    "house": {
        "rejection_fine_tuning": {"train": {**_POLICY, "lr": 5e-4, "batch": 32, "epochs": 2}},
        "multi_turn_dpo": {
            "train": {**_POLICY, "lr": 5e-4, "batch": 16, "epochs": 2},
            "dpo": {"beta": 0.5, "nll": 1.0},
        },
        "magnet": {
            "train": {**_POLICY, "lr": 5e-4, "batch": 16, "epochs": 1},
            "magnet": {"beta": 0.1},
        },
        "sweet_rl": {
            "critic": {**_HOUSE, "lr": 3e-4, "batch": 16, "epochs": 2},
            "critic_loss": {"beta": 1.0, "nll": 0.0},
            "policy": {**_POLICY, "lr": 5e-4, "batch": 32, "epochs": 1},
            "policy_loss": {"beta": 0.5, "nll": 3.0},
            "reference_hidden": False,
            "reference_weight": 0.25,
            "warm_up": {**_HOUSE, "lr": 5e-4, "batch": 32, "epochs": 2},
            "head": {**_HOUSE, "lr": 1e-3, "batch": 16, "epochs": 2, "beta": 1.0},
            "turns": 2000,
            "even": True,
            "rule": "best_worst",
        },
        "grpo": {
            "train": {**_ONLINE, "lr": 3e-4, "batch": 64},
            "loss": {"kl": 0.01},
            "iterations": 40,
            "tasks": 32,
            "episodes": 8,
        },
        "archer": {
            "critic": {**_ONLINE, "lr": 5e-4, "batch": 32, "max_steps": 30},
            "critic_loss": {"discount": 1.0},
            "policy": {**_ONLINE, "lr": 3e-4, "batch": 64, "epochs": 1},
            "loss": {"kl": 0.01},
            "iterations": 40,
            "tasks": 128,
            "episodes": 2,
            "critic_first": 5,
            "replay": 10,
        },
    },
}
"""preset -> method -> changed settings. `paper` changes nothing: the defaults are the paper's."""
PRESETS["house"]["sweet_rounds"] = PRESETS["house"]["sweet_rl"]
