"""A whole memory task: fill the store, let every way answer, judge, and write the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dulcet.benchmarks.memory.judge import Judge, Verdict
from dulcet.benchmarks.memory.similarity import Similarity
from dulcet.benchmarks.memory.suite import Suite
from dulcet.errors import InputError
from dulcet.evaluation.memory.answers import Answer
from dulcet.evaluation.memory.judging import judge_answers, judgeable
from dulcet.evaluation.memory.run import Runner
from dulcet.evaluation.memory.setup import Setup
from dulcet.evaluation.memory.table import MemoryTable, build_table
from dulcet.jsonl import write_json
from dulcet.memory.base import Embedder, Store
from dulcet.memory.opening import open_store
from dulcet.progress import Silent, progress
from dulcet.rollout.config import hold_to_config

STORE, TABLE, SEGMENTS = "memory.sqlite", "memory_table.json", "segments.jsonl"


@dataclass(frozen=True)
class Measurement:
    """What is measured, with what, and where it goes."""

    setup: Setup
    names: tuple[str, ...]
    """The ways."""
    folder: Path
    seed: int
    parallel: int
    judge: Judge | None = None
    similarity: Similarity | None = None

    @property
    def suite(self) -> Suite:
        """The questions."""
        return self.setup.suite

    async def run(self) -> MemoryTable:
        """All of it; goes on where a killed run stood. Raises InputError, EndpointError, StorageError."""
        if self.suite.task == "opener" and self.similarity is None:
            do = "Give --embedder minilm, or the --embedder-url of a server."
            raise InputError("SIM-1, SIM-3 and SIM-H are similarities of embeddings", where="--embedder none", do=do)
        self._fill()
        answers, verdicts, identities = {}, {}, {}
        for name in self.names:
            answers[name], identities[name] = await self._answers(name)
            if self.judge is not None:
                verdicts[name] = await self._verdicts(self.judge, name, answers[name])
        return self._table(answers, verdicts, identities)

    def _fill(self) -> None:
        library = self.setup.library
        if library.store.identity.get("embedder") is None:
            return library.fill(self.suite, Silent())
        items = sum(len(history.ids) for history in self.suite.histories.values())
        with progress("vectors", total=items) as bar:
            return library.fill(self.suite, bar)

    async def _answers(self, name: str) -> tuple[list[Answer], dict[str, Any]]:
        way = self.setup.way(name)
        runner = Runner(self.suite, self.folder, self.seed, self.parallel, self.similarity)
        with progress(name, total=len(self.suite.questions)) as bar:
            return await runner.run(way, bar), dict(way.identity)

    async def _verdicts(self, judge: Judge, name: str, answers: Sequence[Answer]) -> dict[str, Verdict]:
        todo = sum(judgeable(answer) for answer in answers)
        if not todo:
            return {}
        path = self.folder / "verdicts" / f"{name}.jsonl"
        with progress(f"judge of {name}", total=todo) as bar:
            return await judge_answers(
                judge, self.suite, answers, path, seed=self.seed, parallel=self.parallel, progress=bar
            )

    def _table(
        self,
        answers: Mapping[str, Sequence[Answer]],
        verdicts: Mapping[str, Mapping[str, Verdict]],
        identities: Mapping[str, dict[str, Any]],
    ) -> MemoryTable:
        table = build_table(
            self.suite,
            answers,
            identities,
            seed=self.seed,
            verdicts=verdicts,
            judge=self.judge.identity if self.judge else None,
            similarity=self.similarity.embedder.identity if self.similarity else None,
        )
        write_json(self.folder / TABLE, table.model_dump(mode="json"))
        return table


def open_run_store(folder: Path, suite: Suite, embedder: Embedder | None) -> Store:
    """The store of a run. Raises InputError where the folder's store was filled from something else."""
    path = folder / STORE
    hold_to_config(path, {"task": suite.task, "source": suite.source})
    return open_store(path, embedder)
