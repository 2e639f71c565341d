"""`dulcet tasks make`: synthesise tasks."""

from pathlib import Path
from typing import Annotated, Literal

import tyro
from pydantic import Field

from dulcet.cli.command import Command, Result


class MakeCommand(Command):
    """Synthesise tasks in ColBench's form, the same ones for the same seed.

    Train, validation and test never share an instance of a rule, or a page, whatever their sizes and seeds.

    Examples:
        dulcet tasks make --out train.jsonl --count 1000
        dulcet tasks make --out test.jsonl --count 200 --split test --difficulty 3
        dulcet tasks make --out hand.jsonl --hand-written
        dulcet tasks make --out pages.jsonl --benchmark frontend
    """

    out: Annotated[Path, tyro.conf.arg(metavar="TASKS.jsonl")]
    """Where the tasks go."""
    benchmark: Literal["backend", "frontend"] = "backend"
    """backend: a function is wanted; frontend: a web page."""
    count: int = Field(default=1000, ge=1)
    """How many."""
    split: Literal["train", "validation", "test"] = "train"
    """Which of the three; no two share an instance of a rule, or a page."""
    difficulty: int = Field(default=1, ge=1, le=5)
    """1: two or three hidden facts in plain words, or four sections of a page and all its texts told; 5: many, and a
    vague request."""
    families: tuple[str, ...] | None = None
    """Only these families of rules (functions alone have them)."""
    hand_written: bool = False
    """Write the tasks made by hand instead (there are functions alone)."""
    overwrite: bool = False
    """Replace a file that is there: episodes that were played on its tasks do not fit it any more."""
    seed: int = 0
    """Everything random follows from it."""

    def run(self) -> Result:
        """Make them, write them, say how many of each family."""
        from collections import Counter

        from dulcet.benchmarks.open import open_benchmark
        from dulcet.benchmarks.task_file import write_tasks
        from dulcet.errors import InputError

        if self.out.exists() and not self.overwrite:
            raise InputError("exists already", where=str(self.out), do="Give another --out, or --overwrite.")
        benchmark = open_benchmark(self.benchmark)
        tasks = (
            benchmark.hand_written()
            if self.hand_written
            else benchmark.synthesise(
                self.count, seed=self.seed, split=self.split, difficulty=self.difficulty, families=self.families
            )
        )
        write_tasks(self.out, tasks)
        families = dict(sorted(Counter(str(task.meta["family"]) for task in tasks).items()))
        print(f"{len(tasks)} tasks of {len(families)} families in {self.out}")
        return Result({"out": str(self.out), "tasks": len(tasks), "families": families})
