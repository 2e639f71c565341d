"""What the commands that play episodes have in common: their options, and the playing itself."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro
from pydantic import Field
from tyro.conf import OmitArgPrefixes, Positional

from dulcet.agents.open import AgentSpec
from dulcet.cli.command import Command
from dulcet.humans.open import HumanSpec
from dulcet.models.open import ModelSpec
from dulcet.protocol import Rules

if TYPE_CHECKING:
    from dulcet.benchmarks.base import Benchmark
    from dulcet.trajectory import Trajectory


def why_failed(played: Iterable["Trajectory"]) -> str:
    """One line about the episodes that the machinery broke: the commonest reason; empty where there are none."""
    reasons = Counter(run.error or run.outcome.value for run in played if not run.outcome.agents_own)
    return "".join(f"Why ({count} of {reasons.total()} failed): {why}" for why, count in reasons.most_common(1))


class EpisodesCommand(Command):
    """A command that plays episodes on a file of tasks."""

    tasks: Annotated[Positional[Path], tyro.conf.arg(metavar="TASKS.jsonl")]
    """The tasks, in ColBench's form."""
    episodes: int = Field(default=1, ge=1)
    """Episodes of each task."""
    limit: int | None = Field(default=None, ge=1)
    """Take only the first so many tasks."""
    seed: int = 0
    """Everything random follows from it."""
    rules: Literal["default", "paper"] = "default"
    """paper: the released protocol to the letter; default mends its defects (docs/protocol.md)."""
    max_turns: int = Field(default=10, ge=1)
    """Messages of the agent in one episode."""
    time_limit: float = Field(default=3600.0, gt=0)
    """Seconds of one episode."""
    grading: Literal["strict", "paper"] = "strict"
    """paper: grade as the released grader does."""
    parallel: int = Field(default=256, ge=1)
    """Episodes under way at once."""
    retry_failed: bool = True
    """Try episodes again that failed because the model or the person could not be reached."""
    agent: Annotated[AgentSpec, OmitArgPrefixes] = AgentSpec()
    model: Annotated[ModelSpec, OmitArgPrefixes] = ModelSpec()
    human: Annotated[HumanSpec, OmitArgPrefixes] = HumanSpec()

    def benchmark(self) -> "Benchmark":
        """What the tasks are of."""
        from dulcet.benchmarks.open import benchmark_of
        from dulcet.benchmarks.task_file import load_tasks

        return benchmark_of(load_tasks(self.tasks))

    def trials(self, out: Path) -> dict[str, Any]:
        """What each trial of Reflexion brought, shown and as data; nothing for other agents."""
        if self.agent.agent != "reflexion":
            return {}
        from dulcet.evaluation.terminal import print_table
        from dulcet.evaluation.trials import by_trial

        found = by_trial(out, seed=self.seed, benchmark=self.benchmark().name)
        print_table(found.table)
        spent = ", ".join(f"{tokens:.0f}" for tokens in found.tokens)
        print(f"Tokens of an episode by then, all trials and reflections together: {spent}")
        return {"by_trial": found.model_dump(mode="json")}

    def play(self, out: Path, name: str) -> "list[Trajectory]":
        """Play into `out`, going on where an earlier run stopped; a progress bar called `name` shows how far it is."""
        from dulcet.benchmarks.task_file import load_tasks
        from dulcet.progress import progress
        from dulcet.rollout.play import Play, file_hash, play

        tasks = load_tasks(self.tasks)[: self.limit]
        setup = Play(
            model=self.model,
            agent=self.agent,
            human=self.human,
            rules=Rules(mode=self.rules, max_turns=self.max_turns, time_limit=self.time_limit),
            grading=self.grading,
            episodes=self.episodes,
            seed=self.seed,
        )
        with progress(name, total=len(tasks) * self.episodes) as bar:
            playing = play(
                tasks,
                setup,
                out,
                task_file=file_hash(self.tasks),
                parallel=self.parallel,
                progress=bar,
                retry_failed=self.retry_failed,
            )
            return asyncio.run(playing)
