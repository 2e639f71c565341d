"""Open model, person and grader as the specs say, play the episodes, and close everything again."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from dulcet.agents.base import Agent
from dulcet.agents.open import AgentSpec, open_agent, rules_for
from dulcet.benchmarks.open import benchmark_of
from dulcet.environment import Environment
from dulcet.humans.base import Human
from dulcet.humans.open import HumanSpec, open_human
from dulcet.models.open import ModelSpec, open_model
from dulcet.progress import Progress
from dulcet.protocol import Rules
from dulcet.rollout.collect import collect_with
from dulcet.rollout.config import hold_to_config
from dulcet.rollout.episode import EpisodeRequest, Finished, requests, run_episode
from dulcet.rollout.trials import in_trials
from dulcet.task import Task
from dulcet.trajectory import Trajectory

Opened = TypeVar("Opened")


class Play(BaseModel):
    """Who plays, by which rules, how often: everything that decides what the episodes of a task file are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelSpec = ModelSpec()
    agent: AgentSpec = AgentSpec()
    human: HumanSpec = HumanSpec()
    rules: Rules = Rules()
    grading: Literal["strict", "paper"] = "strict"
    episodes: int = Field(default=1, ge=1)
    """Episodes of each task."""
    seed: int = 0


async def play(
    tasks: Sequence[Task],
    setup: Play,
    out: Path,
    *,
    task_file: str = "",
    parallel: int = 256,
    progress: Progress | None = None,
    retry_failed: bool = True,
) -> list[Trajectory]:
    """Play and grade `setup.episodes` of every task into `out`, or go on where an earlier run with this setup stopped.

    `task_file` names the file's content (`file_hash`), so that `out` is not continued with another one.
    Raises InputError where `out` was made with another setup, what the benchmark's `require` raises where something is
    missing, and what `collect` raises.
    """
    rules, benchmark = rules_for(setup.agent, setup.rules), benchmark_of(tasks)
    benchmark.require()
    human = open_human(setup.human, benchmark.name)
    async with closing(open_model(setup.model, house=benchmark.name)) as model, closing(human):
        agent = open_agent(setup.agent, model, prompts=benchmark.prompts, turns=rules.max_turns)
        measure = benchmark.measure(setup.grading)
        made = {**made_of(agent, human, rules, setup), **({"measure": measure} if measure else {})}
        hold_to_config(out, made := {**made, "task_file": task_file})
        async with benchmark.open_grader(setup.grading) as grader:

            async def play_one(request: EpisodeRequest, player: Agent) -> Finished:
                environment = Environment(human, rules)
                return await run_episode(
                    request, agent=player, environment=environment, grade=grader.agrade, seed=setup.seed
                )

            with in_trials(agent, play_one, benchmark, out, made) as run:
                return await collect_with(
                    run,
                    requests(list(tasks), setup.episodes),
                    out=out,
                    seed=setup.seed,
                    concurrency=parallel,
                    progress=progress,
                    retry_failed=retry_failed,
                )


@asynccontextmanager
async def closing(thing: Opened) -> AsyncIterator[Opened]:
    """Close a model or a person at the end; a person may have nothing to close."""
    try:
        yield thing
    finally:
        close = getattr(thing, "close", None)
        if close is not None:
            await close()


def made_of(agent: Agent, human: Human, rules: Rules, setup: Play) -> dict[str, Any]:
    """What must be the same for a file of episodes to be continued; a server may move to another address."""
    made = {
        "agent": agent.identity,
        "human": human.identity,
        "rules": rules.model_dump(exclude={"time_limit"}),
        "grading": setup.grading,
        "seed": setup.seed,
    }
    return {name: without_address(value) for name, value in made.items()}


def without_address(value: Any) -> Any:
    """An identity without the addresses of servers, however deep they stand."""
    if not isinstance(value, dict):
        return value
    return {name: without_address(inner) for name, inner in value.items() if name != "base_url"}


def file_hash(path: Path) -> str:
    """Sixteen hex digits that name a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
