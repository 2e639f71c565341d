"""`dulcet reproduce`: the whole experiment."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro
from pydantic import Field

from dulcet.cli.command import Command, Result
from dulcet.humans.open import HumanSpec

if TYPE_CHECKING:
    from dulcet.recipes.experiment import Experiment


class ReproduceCommand(Command):
    """Run the whole experiment: tasks, offline episodes, every method, evaluation on held-out tasks, table, report.

    Run the same command again to go on where it was stopped or killed; the table is the same.

    Examples:
        dulcet reproduce --preset demo --out runs/demo
        dulcet reproduce --preset full --out runs/full --seeds 5
        dulcet reproduce --preset ablations --out runs/ablations --seeds 3 --reuse runs/full
        dulcet reproduce --preset frontend --out runs/pages
        dulcet reproduce --out runs/tiny --train-tasks 40 --evaluation-tasks 40 --episodes 2
        dulcet reproduce --preset full --out runs/mine --model Qwen/Qwen3-0.6B --method-preset paper --max-tokens 8192
    """

    out: Annotated[Path, tyro.conf.arg(metavar="RUN")]
    """The run's folder."""
    preset: Literal[
        "demo",
        "frontend",
        "full",
        "ablations",
        "best_of_n",
        "equal_episodes",
        "data",
        "off_policy",
        "mining",
        "leak_guard",
        "no_leak_guard",
        "credits",
    ] = "demo"
    """demo: ten minutes on two cores; frontend: pages in a browser; full: the main table, hours a seed;
    the others: one table or figure each (docs/results_format.md)."""
    benchmark: Literal["backend", "frontend"] | None = None
    """What the tasks are of; unset is the preset's."""
    seed: int = 0
    """Everything random follows from it."""
    seeds: int | None = Field(default=None, ge=1)
    """How many seeds, from --seed on: each is a run in RUN/seed_N, with the same held-out tasks, and the table is over
    all of them. A larger number later adds seeds. Unset: one run, in RUN itself."""
    reuse: Annotated[Path | None, tyro.conf.arg(metavar="RUN")] = None
    """A run with the same tasks, model and seeds: rows that it has made with the same settings are copied from there
    when this one begins, with what they cost, and not trained again."""
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
    collect_model: str | None = None
    """Who plays the offline episodes, where that is not --model: a folder or a hub name."""
    methods: tuple[str, ...] | None = None
    """The rows of the table, in order: methods, agents, or names that the settings file says more of. A run that is
    there takes more of them; what it has stays."""
    method_preset: Literal["house", "paper"] | None = None
    """Hyper-parameters: `house` for the house model, `paper` for real ones."""
    best_of_n: tuple[int, ...] | None = None
    """Numbers of candidates of the Best-of-N curve."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Longest sequence to train on."""
    max_new_tokens: int | None = Field(default=None, ge=1)
    """Most tokens of one message."""
    settings: Path | None = None
    """A TOML file with changed hyper-parameters, laid over the preset's: one section a row, e.g. [sweet_rl.policy]
    lr = 1e-5."""
    device: str = "auto"
    """Where models run and are trained: auto, cpu, cuda, mps."""

    def run(self) -> Result:
        """Run it, print the table, write the report."""
        from dulcet.recipes.experiment import make_experiment

        experiment = make_experiment(self.preset, **self._changes())
        return self._one_run(experiment) if self.seeds is None else self._several(experiment, self.seeds)

    def _one_run(self, experiment: "Experiment") -> Result:
        from dulcet.evaluation.terminal import print_table
        from dulcet.recipes.reproduce import reproduce
        from dulcet.recipes.reuse import reuse
        from dulcet.report.page import write_report

        if self.reuse is not None:
            reuse(experiment, self.out, self.reuse)
        table = reproduce(experiment, self.out)
        page = write_report(self.out)
        print_table(table)
        print(f"Table:  {self.out / 'table.json'}\nReport: {page}")
        return Result(table.model_dump(mode="json"))

    def _several(self, experiment: "Experiment", count: int) -> Result:
        from dulcet.evaluation.terminal import print_table
        from dulcet.recipes.several_seeds import reproduce_seeds
        from dulcet.report.page import write_report
        from dulcet.report.seeds_page import write_seeds_report

        table = reproduce_seeds(experiment, count, self.out, self.reuse)
        for seed in table.seeds:
            write_report(self.out / f"seed_{seed}")
        page = write_seeds_report(self.out)
        print_table(table)
        print(f"Table:  {self.out / 'table.json'}\nReport: {page}")
        return Result(table.model_dump(mode="json"))

    def _changes(self) -> dict[str, Any]:
        """The fields that were given; paths as text, since a config travels as JSON."""
        from dulcet.recipes.experiment_presets import EXPERIMENTS
        from dulcet.recipes.methods import merged

        names = set(type(self).model_fields) - {
            "json_out",
            "config",
            "out",
            "preset",
            "seeds",
            "reuse",
            "settings",
            "human",
        }
        given = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        changes = {name: str(value) if isinstance(value, Path) else value for name, value in given.items()}
        own = EXPERIMENTS[self.preset]
        changes["human"] = merged(own.get("human", {}), self.human.model_dump(exclude_defaults=True))
        if self.settings is not None:
            changes["settings"] = merged(own.get("settings", {}), read_settings(self.settings))
        return changes


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
