"""`dulcet tasks check`: what is wrong with a task file."""

from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from dulcet.cli.command import Command, Result


class TasksCheckCommand(Command):
    """Read a task file and say what is wrong with it.

    Lists lines that cannot be read, references that fail their own tests, and tasks in which one constant answer
    passes at least half of the tests; of pages, references that do not render, or do not look the same twice. Exit
    code 1 where a line is bad or a reference fails.

    Examples:
        dulcet tasks check tasks.jsonl
        dulcet tasks check tasks.jsonl --json -
    """

    file: Annotated[Positional[Path], tyro.conf.arg(metavar="TASKS.jsonl")]
    """Tasks in ColBench's form."""

    def run(self) -> Result:
        """Check every line and every reference."""
        from dulcet.benchmarks.open import benchmark_of
        from dulcet.benchmarks.task_file import read_tasks
        from dulcet.progress import progress

        read = read_tasks(self.file)
        with progress("check", len(read.tasks)) as bar:
            findings = benchmark_of(read.tasks).check(read.tasks, bar.advance)
        faults = [str(fault) for fault in read.faults]
        print(f"{len(read.tasks)} tasks, {findings.size}, {len(faults)} bad lines")
        for line in [*(f"  {fault}" for fault in faults), *findings.lines]:
            print(line)
        data = {"tasks": len(read.tasks), "faults": faults, **findings.data}
        return Result(data, exit_code=1 if faults or findings.failing else 0)
