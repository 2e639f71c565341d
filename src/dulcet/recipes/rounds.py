"""What methods that learn in rounds share: fresh episodes of the newest policy, numbered on after the others."""

from collections.abc import Sequence
from pathlib import Path

from dulcet.recipes.base import Ingredients
from dulcet.seeds import derive
from dulcet.trajectory import Trajectory


def round_folder(given: Ingredients, number: int) -> Path:
    """Where round `number` (from 2) goes; the first round is where a single one would be."""
    return given.out / f"round_{number}"


def fresh_episodes(
    given: Ingredients, policy: str | Path, number: int, per_task: int, known: Sequence[Trajectory]
) -> list[Trajectory]:
    """`per_task` episodes of every training task by the newest policy, for round `number`.

    Their numbers follow those of `known`, so that task and number name one episode among all rounds.
    """
    played = given.fresh.collect(
        policy,
        round_folder(given, number) / "episodes.jsonl",
        seed=derive(given.seed, "round", number),
        episodes=per_task,
        label=f"round {number} episodes",
    )
    first = 1 + max((episode.episode for episode in known), default=-1)
    return [one.model_copy(update={"episode": first + one.episode}) for one in played]
