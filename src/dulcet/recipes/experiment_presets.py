"""The experiments by name: what `dulcet reproduce --preset NAME` changes of the defaults in experiment.py. Data alone.

`demo` takes ten minutes on two cores; `frontend` has a browser draw pages at every turn. The others reproduce
SWEET-RL's tables in small, one table or figure each, and are made for several seeds (`--seeds`).
"""

from typing import Any

_NO_POLICY = {"critic_only": True}
_SIZES = (75, 150, 300, 600, 1200)
_SHORT = {"max_turns": 5}
"""ColBench gives ten turns. Of five, four are enough to ask on 98 % of the easy tasks, if no question is wasted: with
ten the house model may stray as it likes, and credit for single turns has nothing to tell."""
_LARGE: dict[str, Any] = _SHORT | {"train_tasks": 400, "evaluation_tasks": 1000, "episodes": 4, "best_of_n": ()}
"""What the experiments on a thousand held-out tasks have in common."""


def _sweet(**changes: Any) -> dict[str, Any]:
    """A variant of SWEET-RL."""
    return {"method": "sweet_rl", **changes}


def _by_size(*methods: str) -> dict[str, dict[str, Any]]:
    """A row for each method and number of training tasks."""
    return {f"{method}_{size}": {"method": method, "data": {"tasks": size}} for size in _SIZES for method in methods}


_WHOLE = {"sweet_whole_reference": _sweet(reference_weight=1.0)}
_NO_HIDDEN = {"sweet_no_hidden": _sweet(hidden=False)}
_REGRESSION = {"sweet_regression_head": _sweet(credit="regression")}
_ABLATIONS: dict[str, dict[str, Any]] = {
    **_WHOLE,
    **_NO_HIDDEN,
    "sweet_no_normalisation": _sweet(critic_loss={"normalise": "none"}),
    **_REGRESSION,
}
_EQUAL_BUDGET: dict[str, dict[str, Any]] = {
    f"{method}_equal_budget": {"method": method, "data": {"budget_of": "sweet_rl"}}
    for method in ("rejection_fine_tuning", "multi_turn_dpo")
}
_CREDITS: dict[str, dict[str, Any]] = {
    **_WHOLE,
    "sweet_trajectory_mean": _sweet(critic_loss={"normalise": "trajectory"}),
    **_NO_HIDDEN,
    "sweet_untrained": _sweet(credit="untrained", warm_up=False),
    "sweet_warmed_up": _sweet(credit="untrained"),
    **_REGRESSION,
    "sweet_classification_head": _sweet(credit="classification"),
    "sweet_judge": _sweet(credit="judge"),
    "sweet_information_gain": _sweet(credit="information_gain"),
    "sweet_monte_carlo": _sweet(credit="monte_carlo", turns=200),
}
_MINING: dict[str, dict[str, Any]] = {
    "sweet_halves": _sweet(rule="halves"),
    "sweet_margin": _sweet(turn_margin=0.05),
    "sweet_halves_margin": _sweet(rule="halves", turn_margin=0.05),
}
_OFF_POLICY: dict[str, dict[str, Any]] = {
    f"{method}_off_policy": {"method": method, "data": {"collected_by": "rejection_fine_tuning"}}
    for method in ("multi_turn_dpo", "sweet_rl")
}
_ROUNDS: dict[str, dict[str, Any]] = {
    "rejection_fine_tuning_rounds": {"method": "rejection_fine_tuning", "rounds": 3},
    "sweet_rl_rounds": {"method": "sweet_rounds", "rounds": 2},
}
_AFTER_IMITATION: dict[str, dict[str, Any]] = {
    "sweet_rl_after_imitation": _sweet(start="rejection_fine_tuning", graded_answers=True, turn_margin=0.1),
}
"""Ours: imitation first, which teaches to copy, and no credit for answers but what they earn."""
_FEWER_EPISODES: dict[str, dict[str, Any]] = {
    f"grpo_{64 * iterations}_episodes": {
        "method": "grpo",
        "train": {"lr": 6e-4, "batch": 16},
        "iterations": iterations,
        "tasks": 8,
        "episodes": 8,
    }
    for iterations in (25, 50)
}
"""GRPO with as many episodes as `sweet_rl` and `sweet_rl_after_imitation`: smaller batches, larger steps."""
_HEADLINE: dict[str, Any] = {"methods": ("rejection_fine_tuning", "multi_turn_dpo", "sweet_rl")}
_CRITICS = ("sweet_whole_reference", "sweet_no_hidden", "sweet_classification_head", "sweet_judge", "sweet_untrained")

EXPERIMENTS: dict[str, dict[str, Any]] = {
    "demo": _SHORT,
    "frontend": {
        "benchmark": "frontend",
        "train_tasks": 120,
        "evaluation_tasks": 120,
        "max_tokens": 2048,
        "settings": {
            "rejection_fine_tuning": {
                "least": 0.85,  # a sixth of the first episodes; 1 in 37 is a success
                "train": {"batch": 8, "epochs": 4},
            },
            "multi_turn_dpo": {"dpo": {"nll": 3.0}},
            # too few successes to warm up on
            "sweet_rl": {
                "turns": 400,
                "even": False,
                "rule": "halves",
                "warm_up": False,
                "reference_hidden": True,
                "reference_weight": 1.0,
            },
        },
        "best_of_n": (1, 4),
        "best_of_n_tasks": 30,
    },
    "full": _LARGE
    | {
        "methods": (
            *("react", "self_refine", "reflexion"),
            *("rejection_fine_tuning", "multi_turn_dpo", "magnet", "sweet_rl"),
            *_EQUAL_BUDGET,
            *_ROUNDS,
            *_AFTER_IMITATION,
            *("grpo", "archer"),
        ),
        "settings": _EQUAL_BUDGET | _ROUNDS | _AFTER_IMITATION,
    },
    "ablations": _LARGE | {"methods": ("multi_turn_dpo", "sweet_rl", *_ABLATIONS), "settings": _ABLATIONS},
    "best_of_n": _LARGE
    | {
        "methods": ("sweet_rl", *_CRITICS),
        "settings": {"sweet_rl": _NO_POLICY} | {name: _CREDITS[name] | _NO_POLICY for name in _CRITICS},
        "single_turn": False,
        "best_of_n": (1, 2, 4, 8, 16),
        "best_of_n_tasks": 300,
    },
    "equal_episodes": _LARGE
    | {
        "methods": ("rejection_fine_tuning", "sweet_rl", *_AFTER_IMITATION, *_FEWER_EPISODES),
        "settings": _AFTER_IMITATION | _FEWER_EPISODES,
        "single_turn": False,
    },
    "data": _LARGE
    | {
        "train_tasks": max(_SIZES),
        "methods": tuple(_by_size("rejection_fine_tuning", "multi_turn_dpo", "sweet_rl")),
        "settings": _by_size("rejection_fine_tuning", "multi_turn_dpo", "sweet_rl"),
        "single_turn": False,
    },
    "off_policy": _LARGE
    | {"methods": ("rejection_fine_tuning", "multi_turn_dpo", "sweet_rl", *_OFF_POLICY), "settings": _OFF_POLICY},
    "mining": _LARGE | {"methods": ("sweet_rl", *_MINING), "settings": _MINING, "single_turn": False},
    "leak_guard": _LARGE | _HEADLINE | {"human": {"human": "careless"}},
    "no_leak_guard": _LARGE | _HEADLINE | {"human": {"human": "careless", "human_guard": False}},
    "credits": _LARGE
    | {"methods": ("sweet_rl", *_CREDITS), "settings": _CREDITS, "single_turn": False, "critic_truth": {}},
}
"""name -> changed fields of an experiment."""
