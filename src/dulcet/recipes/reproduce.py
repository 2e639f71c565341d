"""`dulcet reproduce`: the whole chain, from tasks to report, in one folder.

Every step leaves a file or a folder and, called again, continues it or finds it finished; so a run that was killed
anywhere is simply started again, and ends with the same table as one that was not.
"""

import asyncio
import json
import sys
from pathlib import Path

from dulcet.evaluation.build import build_table
from dulcet.evaluation.costs import write_costs
from dulcet.evaluation.machine import keep_machine
from dulcet.evaluation.table import Table, write_table
from dulcet.evaluation.trials import by_trial
from dulcet.evaluation.win_rate import rewards
from dulcet.models.loading import weights_hash
from dulcet.progress import progress
from dulcet.recipes.command_line import keep_command
from dulcet.recipes.critic_report import measure_critics
from dulcet.recipes.experiment import Experiment
from dulcet.recipes.learning import learn, stopped
from dulcet.recipes.offline_data import OfflineData
from dulcet.recipes.row_costs import costs
from dulcet.recipes.rows import Row
from dulcet.recipes.run import Run
from dulcet.recipes.run_config import check, hold_to, keep_row
from dulcet.rollout.play import play
from dulcet.seeds import derive
from dulcet.trajectory import Trajectory


def reproduce(experiment: Experiment, path: Path) -> Table:
    """Run the experiment in the folder `path`, or go on where it stopped; returns the table, kept in table.json there.

    Raises InputError where the folder holds another experiment, and for settings that cannot work.
    """
    check(experiment)
    hold_to(experiment, path)
    keep_machine(path / "machine.json")
    keep_command(experiment, path)
    run = Run(experiment, path)
    print(f"Steps: {', '.join(steps(run))}", file=sys.stderr)
    data, results = OfflineData(run), {}
    for row in run.rows:
        keep_row(row, path)
        policy: str | Path | None = learn(run, data, row) if row.learns else run.base
        if policy is not None:
            results[row.name] = evaluate(run, row, policy)
    table = make_table(run, results)
    write_table(path / "table.json", table)
    measure_critics(run, data, results)
    write_costs(path / "costs.json", costs(run, data))
    return table


def steps(run: Run) -> list[str]:
    """What will happen, in order, for those who wait."""
    made = [
        f"{verb} {row.name}"
        for row in run.rows
        for verb, happens in (("train", row.learns), ("evaluate", row.measured))
        if happens
    ]
    critics = ["what the critics are worth"] if any(row.sweet for row in run.rows) else []
    first = next((place for place, row in enumerate(run.rows) if row.learns), len(run.rows))
    return ["tasks", *made[:first], "collect", *made[first:], "table", *critics, "report"]


def evaluate(run: Run, row: Row, model: str | Path) -> list[Trajectory]:
    """One episode of every held-out task; every row draws with the same seeds."""
    plan = run.setup(model, derive(run.experiment.seed, "evaluate"), row=row)
    out = run.path / "evaluate" / f"{row.name}.jsonl"
    name = f"evaluate {row.name}"
    with run.ledger.step(name), progress(name, len(run.test)) as bar:
        played = asyncio.run(play(run.test, plan, out, parallel=run.experiment.parallel, progress=bar))
    if row.kind == "reflexion":
        by_trial(out, seed=run.experiment.seed, benchmark=run.experiment.benchmark)
    return played


def make_table(run: Run, results: dict[str, list[Trajectory]]) -> Table:
    """Measure and compare; the table names the seeds, the person and the model's weights."""
    experiment, base = run.experiment, Path(run.base)
    identity = {"model": experiment.model} | ({"weights": weights_hash(base)} if base.is_dir() else {})
    first = next(iter(results))
    return build_table(
        results,
        seed=experiment.seed,
        seeds={} if experiment.test_seed is None else {"test tasks": experiment.test_seed},
        config=json.loads(experiment.model_dump_json()),
        agent=identity,
        benchmark=experiment.benchmark,
        rival=(first, rewards(results[first])) if run.benchmark.wins else None,
        stopped=stopped(run),
    )
