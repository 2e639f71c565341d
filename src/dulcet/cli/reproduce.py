"""`dulcet reproduce`: the whole experiment."""

from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from pydantic import Field

from dulcet.cli.command import Command, Result
from dulcet.humans.open import HumanSpec


class ReproduceCommand(Command):
    """Run the whole experiment: tasks, offline episodes, every method, evaluation on held-out tasks, table, report.

    Run the same command again to go on where it was stopped or killed; the table is the same.

    Examples:
        dulcet reproduce --preset demo --out runs/demo
        dulcet reproduce --preset full --out runs/full --seed 1
        dulcet reproduce --preset frontend --out runs/pages
        dulcet reproduce --out runs/tiny --train-tasks 40 --evaluation-tasks 40 --episodes 2
        dulcet reproduce --preset full --out runs/mine --model Qwen/Qwen3-0.6B --method-preset paper --max-tokens 8192
    """

    out: Annotated[Path, tyro.conf.arg(metavar="RUN")]
    """The run's folder."""
    preset: Literal["demo", "full", "frontend"] = "demo"
    """demo: ten minutes on two cores; full: more tasks, more data, an hour or more; frontend: pages in a browser."""
    benchmark: Literal["backend", "frontend"] | None = None
    """What the tasks are of; unset is the preset's."""
    seed: int = 0
    """Everything random follows from it."""
    model: str = "house"
    """The model to start from: `house`, a folder or a hub name."""
    human: Annotated[HumanSpec, tyro.conf.OmitArgPrefixes] = HumanSpec()
    tasks: Path | None = None
    """Training tasks in ColBench's form; unset, they are synthesised."""
    test_tasks: Path | None = None
    """Held-out tasks, to go with --tasks."""
    difficulty: int | None = Field(default=None, ge=1, le=5)
    """Of synthesised tasks."""
    train_tasks: int | None = Field(default=None, ge=1)
    """Tasks to learn from."""
    evaluation_tasks: int | None = Field(default=None, ge=1)
    """Held-out tasks on which every method is measured."""
    episodes: int | None = Field(default=None, ge=1)
    """Offline episodes of each training task."""
    methods: tuple[str, ...] | None = None
    """Methods to train, in order."""
    method_preset: Literal["house", "paper"] | None = None
    """Hyper-parameters: `house` for the house model, `paper` for real ones."""
    best_of_n: tuple[int, ...] | None = None
    """Numbers of candidates of the Best-of-N curve."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Longest sequence to train on."""
    max_new_tokens: int | None = Field(default=None, ge=1)
    """Most tokens of one message."""
    settings: Path | None = None
    """A TOML file with changed hyper-parameters: one section a method, e.g. [sweet_rl.policy] lr = 1e-5."""
    device: str = "auto"
    """Where models run and are trained: auto, cpu, cuda, mps."""

    def run(self) -> Result:
        """Run it, print the table, write the report."""
        from dulcet.evaluation.terminal import print_table
        from dulcet.recipes.experiment import make_experiment
        from dulcet.recipes.reproduce import reproduce
        from dulcet.report.page import write_report

        experiment = make_experiment(self.preset, **self._changes())
        table = reproduce(experiment, self.out)
        page = write_report(self.out)
        print_table(table)
        print(f"Table:  {self.out / 'table.json'}\nReport: {page}")
        return Result(table.model_dump(mode="json"))

    def _changes(self) -> dict[str, Any]:
        """The fields that were given; paths as text, since a config travels as JSON."""
        names = set(type(self).model_fields) - {"json_out", "config", "out", "preset", "settings"}
        given = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        changes = {name: str(value) if isinstance(value, Path) else value for name, value in given.items()}
        return changes | ({"settings": read_settings(self.settings)} if self.settings else {})


def read_settings(path: Path) -> dict[str, Any]:
    """Hyper-parameters by method from a TOML file. Raises InputError where it cannot be read."""
    import tomllib

    from dulcet.errors import InputError

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not TOML ({error})", where=str(path)) from error
