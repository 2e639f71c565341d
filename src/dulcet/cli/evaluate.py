"""`dulcet evaluate`: measure an agent on tasks, beside those that were measured in the same folder before."""

from pathlib import Path
from typing import Annotated

import tyro

from dulcet.cli.command import Result
from dulcet.cli.episodes import EpisodesCommand
from dulcet.errors import InputError


class EvaluateCommand(EpisodesCommand):
    """Measure an agent on tasks: tests passed, success, turns, tokens and leaks, with intervals.

    The episodes go to RUN/evaluate/NAME.jsonl. RUN/table.json compares all that were measured in RUN, in pairs on the
    same tasks; the first is the baseline. 'dulcet report RUN' makes a page of it. The exit code is 1 where episodes
    failed; run the same command again to try those again.

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
        self.play(folder / f"{self.name}.jsonl", self.name)
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
        failed = table.methods[self.name].failed
        return Result(table.model_dump(mode="json"), exit_code=1 if failed else 0)

    def _require_same_tasks(self, folder: Path) -> None:
        """What was measured on other tasks cannot stand in one table. Raises InputError where RUN holds such."""
        from dulcet.jsonl import read_json
        from dulcet.rollout.config import config_path
        from dulcet.rollout.play import file_hash

        for file in sorted(folder.glob("*.jsonl")):
            config = config_path(file)
            made = read_json(config).get("task_file") if config.exists() else None
            if made and made != file_hash(self.tasks):
                do = "Give another --out, or the file that it was measured on."
                raise InputError(f"was measured on other tasks than those in {self.tasks}", where=str(file), do=do)
