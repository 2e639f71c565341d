"""A run under way: its experiment, its folder, and the conditions under which its episodes are played."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from dulcet.agents.open import AgentSpec, system_prompt
from dulcet.benchmarks.base import Benchmark
from dulcet.benchmarks.open import open_benchmark
from dulcet.benchmarks.task_file import load_tasks, write_tasks
from dulcet.models.house_model import base_path
from dulcet.models.loading import resolve_device
from dulcet.models.open import ModelSpec
from dulcet.protocol import Rules
from dulcet.recipes.base import NothingToLearnError
from dulcet.recipes.experiment import Experiment
from dulcet.recipes.ledger import Ledger
from dulcet.recipes.rows import AGENTS, Row, rows
from dulcet.rollout.play import Play
from dulcet.task import Task


@dataclass(frozen=True)
class Run:
    """An experiment in its folder."""

    experiment: Experiment
    path: Path
    policies: dict[str, Path] = field(default_factory=dict)
    """Row -> its policy's folder, once it is trained."""

    @cached_property
    def rows(self) -> list[Row]:
        """All rows, the baseline first."""
        return rows(self.experiment)

    @cached_property
    def ledger(self) -> Ledger:
        """Where the costs go."""
        return Ledger(self.path / "costs.jsonl", gpu=resolve_device(self.experiment.device) == "cuda")

    @property
    def benchmark(self) -> Benchmark:
        """What the tasks are of."""
        return open_benchmark(self.experiment.benchmark)

    @property
    def base(self) -> str:
        """Folder or hub name of the model to start from."""
        return base_path(self.experiment.model, self.experiment.benchmark)

    @property
    def system(self) -> str:
        """The system message of the agents that are trained."""
        return system_prompt(AgentSpec(), prompts=self.benchmark.prompts, turns=self.experiment.max_turns)

    @cached_property
    def train(self) -> list[Task]:
        """The training tasks, made where they are not there yet."""
        return self._tasks("train", self.experiment.tasks, self.experiment.train_tasks, self.experiment.seed)

    @cached_property
    def test(self) -> list[Task]:
        """The held-out tasks, made where they are not there yet."""
        seed = self.experiment.seed if self.experiment.test_seed is None else self.experiment.test_seed
        return self._tasks("test", self.experiment.test_tasks, self.experiment.evaluation_tasks, seed)

    def _tasks(self, split: Any, source: str | None, count: int, seed: int) -> list[Task]:
        path = self.path / "tasks" / f"{split}.jsonl"
        if not path.exists():
            difficulty = self.experiment.difficulty
            write_tasks(
                path,
                load_tasks(Path(source))[:count]
                if source
                else self.benchmark.synthesise(count, seed=seed, split=split, difficulty=difficulty),
            )
        return load_tasks(path)

    def policy(self, row: str) -> Path:
        """The policy of an earlier row. Raises NothingToLearnError where that was stopped."""
        if row not in self.policies:
            raise NothingToLearnError(f"it needs the policy of '{row}', which was stopped")
        return self.policies[row]

    def setup(self, model: str | Path, seed: int, *, row: Row | None = None, episodes: int = 1) -> Play:
        """How episodes are played with `model`, by the agent of `row` where that is one."""
        own = {} if row is None or row.learns else {"agent": AGENTS[row.kind], **row.changes}
        sampling = {"temperature": self.experiment.temperature, "max_tokens": self.experiment.max_new_tokens}
        return Play(
            model=ModelSpec(model=str(model), device=self.experiment.device),
            agent=AgentSpec.model_validate(sampling | own),
            human=self.experiment.human,
            rules=Rules(max_turns=self.experiment.max_turns),
            episodes=episodes,
            seed=seed,
        )
