"""What the critic of a run is worth: its accuracy, the Best-of-N curve, and its advantages on the held-out episodes."""

import asyncio
import json
import math
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from dulcet.agents.best_of_n import BestOfN
from dulcet.agents.open import AgentSpec, system_prompt
from dulcet.benchmarks.open import open_benchmark
from dulcet.credit.base import Critic
from dulcet.credit.open import open_critic
from dulcet.credit.scorer import PrivilegedScorer
from dulcet.credit.turns import turn_advantages
from dulcet.environment import Environment
from dulcet.evaluation.build import build_table
from dulcet.humans.open import open_human
from dulcet.jsonl import write_all, write_json
from dulcet.models.base import Sampling
from dulcet.models.house_model import base_path
from dulcet.models.open import ModelSpec, open_model
from dulcet.progress import progress
from dulcet.protocol import Rules
from dulcet.recipes.experiment import Experiment
from dulcet.recipes.methods import row_method
from dulcet.rollout.collect import collect
from dulcet.rollout.episode import requests
from dulcet.rollout.play import closing
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Trajectory

LAST_STEPS = 20
"""Optimiser steps whose mean is the accuracy in training; one step's pairs are too few to say anything."""
_AT_ONCE = 100


class Advantages(BaseModel):
    """The critic's advantage of each turn of one episode."""

    model_config = ConfigDict(frozen=True)

    task_id: str
    episode: int
    advantages: tuple[float, ...]


def measure_critic(
    experiment: Experiment, run: Path, tasks: Sequence[Task], results: dict[str, list[Trajectory]]
) -> None:
    """Write critic.json, advantages/ and best_of_n.json, each unless it is there."""
    base = base_path(experiment.model, experiment.benchmark)
    folder = run / "train" / "sweet_rl" / "critic" / "model"
    prompts = open_benchmark(experiment.benchmark).prompts
    system = system_prompt(AgentSpec(), prompts=prompts, turns=experiment.max_turns)
    by_id = {task.id: _as_read(experiment, task) for task in tasks}
    look = open_benchmark(experiment.benchmark).pictures
    critic = open_critic(folder, base, look=look, device=experiment.device, max_tokens=experiment.max_tokens)
    for name in ("zero_shot", "multi_turn_dpo", "sweet_rl"):
        path = run / "advantages" / f"{name}.jsonl"
        if name in results and not path.exists():
            write_advantages(critic, system, results[name], by_id, path)
    if not (run / "critic.json").exists():
        write_json(run / "critic.json", critic_quality(run, critic))
    if experiment.best_of_n and not (run / "best_of_n.json").exists():
        asyncio.run(best_of_n(experiment, run, base, critic, tasks[: experiment.best_of_n_tasks]))


def trained_with_hidden(experiment: Experiment) -> bool:
    """Whether this run's critic was shown the hidden information."""
    method = row_method("sweet_rl", experiment.method_preset, experiment.settings.get("sweet_rl", {}))
    return bool(method.model_dump()["hidden"])  # type: ignore[attr-defined]


def _as_read(experiment: Experiment, task: Task) -> Task:
    """The task as the critic reads it; what it never saw in training would only confuse it."""
    if not trained_with_hidden(experiment):
        return task.model_copy(update={"hidden": ""})
    return open_benchmark(experiment.benchmark).for_critic(task)


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


def critic_quality(run: Path, critic: Critic) -> dict[str, object]:
    """The critic's identity, its last accuracy on held-out pairs and that of its last training steps."""
    lines = (run / "train" / "sweet_rl" / "critic" / "metrics.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines[-LAST_STEPS:]]
    last, accuracies = rows[-1], [row["accuracy"] for row in rows if "accuracy" in row]
    return {
        **critic.identity,
        "held_out_accuracy": last.get("held_out_accuracy"),
        "held_out_loss": last.get("held_out_preference_loss"),
        "training_accuracy": sum(accuracies) / len(accuracies) if accuracies else None,
    }


async def best_of_n(experiment: Experiment, run: Path, base: str, critic: Critic, tasks: Sequence[Task]) -> None:
    """Success of the base model when the critic picks each message from N candidates (SWEET-RL, Fig. 3a)."""
    results = {}
    for n in experiment.best_of_n:
        results[str(n)] = await _one_n(experiment, run / "best_of_n" / f"{n}.jsonl", base, critic, tasks, n)
    table = build_table(results, seed=experiment.seed, benchmark=experiment.benchmark)
    points = [
        {
            "n": int(name),
            "success": row.success,
            "success_interval": row.success_interval,
            "tests_passed": row.tests_passed,
        }
        for name, row in table.methods.items()
    ]
    write_json(run / "best_of_n.json", {"points": points, "critic": critic.identity, "tasks": len(tasks)})


async def _one_n(
    experiment: Experiment, out: Path, base: str, critic: Critic, tasks: Sequence[Task], n: int
) -> list[Trajectory]:
    rules, benchmark = Rules(max_turns=experiment.max_turns), open_benchmark(experiment.benchmark)
    sampling = Sampling(temperature=experiment.temperature, max_tokens=experiment.max_new_tokens)
    async with (
        closing(open_human(experiment.human, benchmark.name)) as human,
        closing(open_model(ModelSpec(model=base, device=experiment.device))) as model,
        benchmark.open_grader() as grader,
        PrivilegedScorer(critic, {task.id: _as_read(experiment, task) for task in tasks}) as scorer,
    ):
        agent = BestOfN(model, sampling, n, scorer, benchmark.prompts["default"], turns=rules.max_turns)
        scorer.system = agent.system
        with progress(f"best of {n}", len(tasks)) as bar:
            return await collect(
                requests(list(tasks)),
                agent=agent,
                environment_factory=lambda: Environment(human, rules),
                grade=grader.agrade,
                out=out,
                seed=derive(experiment.seed, "evaluate"),
                concurrency=experiment.parallel,
                progress=bar,
            )
