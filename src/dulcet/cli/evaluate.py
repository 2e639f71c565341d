"""`dulcet evaluate`: measure an agent on tasks, beside those that were measured in the same folder before."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from dulcet.cli.command import Result
from dulcet.cli.episodes import EpisodesCommand, why_failed
from dulcet.errors import InputError

if TYPE_CHECKING:
    from dulcet.task import Task

KEPT = "tasks/test.jsonl"
"""Where the tasks lie in the folder of results."""


class EvaluateCommand(EpisodesCommand):
    """Measure an agent on tasks: tests passed, success, turns, tokens and leaks, with intervals.

    The episodes go to RUN/evaluate/NAME.jsonl, the tasks to RUN/tasks/test.jsonl. RUN/table.json compares all that were
    measured in RUN, in pairs on the same tasks; the first is the baseline. 'dulcet report RUN' makes a page of it. The
    exit code is 1 where episodes failed; run the same command again to try those again.

    Examples:
        dulcet evaluate test.jsonl --out runs/mine --name zero_shot
        dulcet evaluate test.jsonl --out runs/mine --name trained --model runs/sweet/policy/model
    """

    out: Annotated[Path, tyro.conf.arg(metavar="RUN")]
    """The folder of results."""
    name: str = "zero_shot"
    """What the agent is called in the table."""
    against: Path | None = None
    """Graded answers to the same tasks by somebody else, for win rates: episodes (.jsonl), or what 'dulcet grade
    --json' wrote."""

    def run(self) -> Result:
        """Play, measure, compare."""
        from dulcet.evaluation.build import build_table
        from dulcet.evaluation.table import Table, write_table
        from dulcet.evaluation.terminal import print_table
        from dulcet.evaluation.win_rate import read_rival
        from dulcet.rollout.collect import load

        if self.name != Path(self.name).name:
            raise InputError(f"'{self.name}' cannot be a file's name", where="--name", do="Give a word without '/'.")
        folder, path = self.out / "evaluate", self.out / "table.json"
        self._require_same_tasks(folder)
        rival = read_rival(self.against) if self.against else {}
        played = self.play(folder / f"{self.name}.jsonl", self.name)
        self._keep_tasks()
        before = list(Table.read(path).methods) if path.exists() else []
        names = [*before, *(file.stem for file in sorted(folder.glob("*.jsonl")) if file.stem not in before)]
        table = build_table(
            {name: load(folder / f"{name}.jsonl") for name in names},
            seed=self.seed,
            benchmark=self.benchmark().name,
            rival=(self.against.name, rival) if self.against else None,
        )
        write_table(path, table)
        print_table(table)
        print(f"Table: {path}")
        by_trial = self.trials(folder / f"{self.name}.jsonl")
        if reason := why_failed(played):
            print(reason)
        failed = table.methods[self.name].failed
        return Result({**table.model_dump(mode="json"), **by_trial}, exit_code=1 if failed else 0)

    def _kept_tasks(self) -> "list[Task]":
        """The tasks in RUN, then those of this command that are not there yet.

        Raises InputError where RUN holds another task of the same id.
        """
        from dulcet.benchmarks.task_file import load_tasks

        path = self.out / KEPT
        kept: dict[str, Task] = {task.id: task for task in load_tasks(path)} if path.exists() else {}
        for task in load_tasks(self.tasks)[: self.limit]:
            found = kept.setdefault(task.id, task)
            if (found.prompt, found.hidden) != (task.prompt, task.hidden):
                what = f"holds another task '{task.id}' than {self.tasks}"
                raise InputError(what, where=str(path), do="Give another --out, or tasks with other ids.")
        return list(kept.values())

    def _keep_tasks(self) -> None:
        """What was wanted lies beside the results, so that the report can show it."""
        from dulcet.benchmarks.task_file import load_tasks, write_tasks

        path, tasks = self.out / KEPT, self._kept_tasks()
        if not path.exists() or len(tasks) > len(load_tasks(path)):  # the file may be the one that was given
            write_tasks(path, tasks)

    def _require_same_tasks(self, folder: Path) -> None:
        """What was measured on other tasks cannot stand in one table. Raises InputError where RUN holds such."""
        from dulcet.jsonl import read_json
        from dulcet.rollout.config import config_path
        from dulcet.rollout.play import file_hash

        self._kept_tasks()
        for file in sorted(folder.glob("*.jsonl")):
            config = config_path(file)
            made = read_json(config).get("task_file") if config.exists() else None
            if made and made != file_hash(self.tasks):
                do = "Give another --out, or the file that it was measured on."
                raise InputError(f"was measured on other tasks than those in {self.tasks}", where=str(file), do=do)
