"""What the critics of a run are worth: accuracy on pairs, Best-of-N, and advantages on the held-out episodes."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from dulcet.credit.base import Critic
from dulcet.credit.turns import turn_advantages
from dulcet.jsonl import write_all, write_json
from dulcet.progress import progress
from dulcet.recipes.base import Ingredients
from dulcet.recipes.best_of_n import as_read, measure_best_of_n
from dulcet.recipes.critic_truth import CriticTruth, find_truth, measure_credit
from dulcet.recipes.learning import STOPS, critic_of, ingredients, stop, stopped
from dulcet.recipes.offline_data import OfflineData
from dulcet.recipes.rollouts import Rollouts
from dulcet.recipes.rows import Row
from dulcet.recipes.run import Run
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Trajectory

LAST_STEPS = 20
"""Optimiser steps whose mean is the accuracy in training; one step's pairs are too few to say anything."""
COLOURED_BY = "sweet_rl"
"""The row whose critic's advantages colour the transcripts."""
COLOURED = ("zero_shot", "multi_turn_dpo", "sweet_rl")
_AT_ONCE = 100


class Advantages(BaseModel):
    """The critic's advantage of each turn of one episode."""

    model_config = ConfigDict(frozen=True)

    task_id: str
    episode: int
    advantages: tuple[float, ...]


def measure_critics(run: Run, data: OfflineData, results: Mapping[str, Sequence[Trajectory]]) -> None:
    """Write critic/, best_of_n/ and advantages/ for every row that has a critic, each file unless it is there."""
    todo = [row for row in run.rows if row.sweet is not None and row.name not in stopped(run)]
    todo = [row for row in todo if not _measured(run, row, results)]
    settings, held = run.experiment.critic_truth, held_out(run)
    truth = None
    if todo and settings is not None:
        with run.ledger.step("what the critics are measured by"):
            truth = find_truth(held, settings)
    for row in todo:
        try:
            _measure(run, data, row, results, held, truth)
        except STOPS as error:  # of a row that trains no policy
            stop(run, row, error)


def _measure(
    run: Run,
    data: OfflineData,
    row: Row,
    results: Mapping[str, Sequence[Trajectory]],
    held: Ingredients,
    truth: CriticTruth | None,
) -> None:
    # A critic that plays on does so on the held-out tasks here.
    given = replace(ingredients(run, data, row), rollouts=held.rollouts, shared=held.common)
    critic = critic_of(run, given, row)
    if row.name == COLOURED_BY:
        _advantages(run, row, critic, results)
    measure_best_of_n(run, row, critic)
    quality = critic_quality(run.path / "train" / row.name, critic)
    if truth is not None and row.sweet is not None:
        found = measure_credit(row.sweet, given, held, truth)
        quality["quality"] = found.model_dump(mode="json", exclude={"critic"})
    write_json(_quality(run, row), quality)


def held_out(run: Run) -> Ingredients:
    """The held-out tasks as a method is given tasks, for critics to be measured on."""
    experiment, out = run.experiment, run.path / "critic_truth"
    return Ingredients(
        base=run.base,
        tasks={task.id: run.benchmark.for_critic(task) for task in run.test},
        episodes=[],
        system=run.system,
        out=out,
        max_tokens=experiment.max_tokens,
        temperature=experiment.temperature,
        max_new_tokens=experiment.max_new_tokens,
        device=experiment.device,
        seed=derive(experiment.seed, "critic truth"),
        rollouts=Rollouts(run.test, run.setup(run.base, experiment.seed), experiment.parallel),
    )


def _measured(run: Run, row: Row, results: Mapping[str, Sequence[Trajectory]]) -> bool:
    """Whether everything is there; opening a critic only to find that out would take its time."""
    shown = [_shown(run, name) for name in COLOURED if name in results] if row.name == COLOURED_BY else []
    return _quality(run, row).exists() and all(path.exists() for path in shown)


def _quality(run: Run, row: Row) -> Path:
    return run.path / "critic" / f"{row.name}.json"


def _shown(run: Run, name: str) -> Path:
    return run.path / "advantages" / f"{name}.jsonl"


def _advantages(run: Run, row: Row, critic: Critic, results: Mapping[str, Sequence[Trajectory]]) -> None:
    tasks = {task.id: as_read(run, row, task) for task in run.test}
    for name in COLOURED:
        if name in results and not _shown(run, name).exists():
            write_advantages(critic, run.system, results[name], tasks, _shown(run, name))


def write_advantages(
    critic: Critic, system: str, episodes: Sequence[Trajectory], tasks: dict[str, Task], path: Path
) -> None:
    """The advantage of every turn of the episodes."""
    played = [episode for episode in episodes if episode.turns]
    found: list[list[float]] = []
    with progress(f"advantages {path.stem}", len(played)) as bar:
        for start in range(0, len(played), _AT_ONCE):
            found += turn_advantages(critic, system, played[start : start + _AT_ONCE], tasks)
            bar.advance(len(found) - start)
    rows = [
        Advantages(task_id=episode.task_id, episode=episode.episode, advantages=tuple(round(a, 6) for a in row))
        for episode, row in zip(played, found, strict=True)
        if all(map(math.isfinite, row))
    ]
    write_all(path, rows)


def critic_quality(folder: Path, critic: Critic) -> dict[str, object]:
    """The critic's identity, its last accuracy on held-out pairs and in its last training steps, where it has any."""
    path = folder / "critic" / "metrics.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()[-LAST_STEPS:]] if path.exists() else []
    accuracies = [row["accuracy"] for row in rows if "accuracy" in row]
    return {
        **critic.identity,
        "held_out_accuracy": rows[-1].get("held_out_accuracy") if rows else None,
        "held_out_loss": rows[-1].get("held_out_preference_loss") if rows else None,
        "training_accuracy": sum(accuracies) / len(accuracies) if accuracies else None,
    }
