"""One experiment with several seeds: `seed_0/`, `seed_1/` … are runs like any other, and the table is over all of them.

Training tasks, episodes and every training differ from seed to seed; the held-out tasks are the same, made from a seed
of their own. More seeds can be added later: give a larger number.
"""

import sys
from pathlib import Path

from dulcet.errors import InputError
from dulcet.evaluation.across import build_seeds_table
from dulcet.evaluation.costs import Costs, mean_cost, read_costs, write_costs
from dulcet.evaluation.seeds_table import SeedsTable, write_seeds_table
from dulcet.evaluation.table import Table
from dulcet.recipes.command_line import keep_command
from dulcet.recipes.experiment import Experiment
from dulcet.recipes.reproduce import reproduce
from dulcet.recipes.reuse import reuse
from dulcet.recipes.rows import rows
from dulcet.recipes.run_config import hold_to

TEST_SEED = 0
"""Of the held-out tasks, where the experiment names none."""


def reproduce_seeds(experiment: Experiment, count: int, out: Path, source: Path | None = None) -> SeedsTable:
    """Run `count` seeds, from the experiment's own on, or go on where they stopped; the table is `out/table.json`.

    `source`: a folder of several seeds, too, whose rows are taken where they are the same (reuse.py); seeds that it
    does not have are made whole.

    Raises what `reproduce` raises, and InputError where `out` holds a run of one seed.
    """
    if (out / "config.json").exists():
        raise InputError("this folder holds a run of one seed", where=str(out), do="Give another --out.")
    seeds = range(experiment.seed, experiment.seed + count)
    runs = {seed: seed_folder(out, seed) for seed in seeds}
    begun = any((run / "config.json").exists() for run in runs.values())
    if source is not None and not begun and not any(seed_folder(source, seed).exists() for seed in seeds):
        raise InputError("holds none of these seeds", where=str(source), do="Name a folder that --seeds has made.")
    for place, (seed, run) in enumerate(runs.items(), start=1):
        one = of_seed(experiment, seed)
        if finished(one, run):
            print(f"Seed {seed} ({place} of {count}) is finished in {run}", file=sys.stderr)
            continue
        print(f"Seed {seed} ({place} of {count}) in {run}", file=sys.stderr)
        if source is not None and seed_folder(source, seed).exists():
            reuse(one, run, seed_folder(source, seed), source.name)
        reproduce(one, run)
    keep_command(experiment, out, seeds=count)
    table = build_seeds_table(runs)
    write_seeds_table(out / "table.json", table)
    write_costs(out / "costs.json", _mean_costs(list(runs.values())))
    return table


def finished(experiment: Experiment, run: Path) -> bool:
    """Whether this very run has gone through to its end, and no episode is left that the machinery broke.

    Raises InputError where the folder holds another experiment.
    """
    table, last = run / "table.json", run / "costs.json"
    if not (table.exists() and last.exists()):
        return False
    hold_to(experiment, run)
    made, wanted = read_costs(last).keys(), {row.name for row in rows(experiment)}
    return wanted <= made and not any(row.failed for row in Table.read(table).methods.values())


def seed_folder(out: Path, seed: int) -> Path:
    """Where a seed's run lies."""
    return out / f"seed_{seed}"


def of_seed(experiment: Experiment, seed: int) -> Experiment:
    """The experiment with another seed, and the same held-out tasks."""
    test_seed = TEST_SEED if experiment.test_seed is None else experiment.test_seed
    return experiment.model_copy(update={"seed": seed, "test_seed": test_seed})


def _mean_costs(runs: list[Path]) -> Costs:
    """What a method spends on one seed, on average; a training that was stopped spent what it spent."""
    every = [read_costs(run / "costs.json") for run in runs]
    return {row: mean_cost([costs[row] for costs in every if row in costs]) for row in every[0]}
