"""Best-of-N by each critic of a run: success of the base model where the critic picks each message (Fig. 3a)."""

import asyncio
from collections.abc import Sequence

from dulcet.agents.best_of_n import BestOfN
from dulcet.credit.base import Critic
from dulcet.credit.scorer import PrivilegedScorer
from dulcet.environment import Environment
from dulcet.evaluation.build import build_table
from dulcet.evaluation.curves import Curve, Point
from dulcet.humans.open import open_human
from dulcet.jsonl import write_json
from dulcet.models.open import open_model
from dulcet.progress import progress
from dulcet.recipes.rows import Row
from dulcet.recipes.run import Run
from dulcet.rollout.collect import collect
from dulcet.rollout.episode import requests
from dulcet.rollout.play import closing
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Trajectory


def measure_best_of_n(run: Run, row: Row, critic: Critic) -> None:
    """Write `best_of_n/ROW.json`, unless it is there; the episodes are in `best_of_n/ROW/N.jsonl`."""
    path, experiment = run.path / "best_of_n" / f"{row.name}.json", run.experiment
    if not experiment.best_of_n or path.exists():
        return
    results = {}
    for n in experiment.best_of_n:
        with run.ledger.step(f"best of {n} {row.name}"):
            results[str(n)] = asyncio.run(_play(run, row, critic, run.test[: experiment.best_of_n_tasks], n))
    table = build_table(results, seed=experiment.seed, benchmark=experiment.benchmark)
    points = [
        Point(n=int(n), success=one.success, success_interval=one.success_interval, tests_passed=one.tests_passed)
        for n, one in table.methods.items()
        if one.success is not None
    ]
    curve = Curve(points=tuple(points), critic=critic.identity, tasks=experiment.best_of_n_tasks)
    write_json(path, curve.model_dump(mode="json"))


async def _play(run: Run, row: Row, critic: Critic, tasks: Sequence[Task], n: int) -> list[Trajectory]:
    setup = run.setup(run.base, derive(run.experiment.seed, "evaluate"))
    async with (
        closing(open_human(setup.human, run.benchmark.name)) as human,
        closing(open_model(setup.model)) as model,
        run.benchmark.open_grader() as grader,
        PrivilegedScorer(critic, {task.id: as_read(run, row, task) for task in tasks}) as scorer,
    ):
        prompt = run.benchmark.prompts["default"]
        agent = BestOfN(model, setup.agent.sampling, n, scorer, prompt, turns=setup.rules.max_turns)
        scorer.system = agent.system
        with progress(f"best of {n} {row.name}", len(tasks)) as bar:
            return await collect(
                requests(list(tasks)),
                agent=agent,
                environment_factory=lambda: Environment(human, setup.rules),
                grade=grader.agrade,
                out=run.path / "best_of_n" / row.name / f"{n}.jsonl",
                seed=setup.seed,
                concurrency=run.experiment.parallel,
                progress=bar,
            )


def as_read(run: Run, row: Row, task: Task) -> Task:
    """The task as the row's critic reads it; what it never saw in training would only confuse it."""
    if row.sweet is not None and not row.sweet.hidden:
        return task.model_copy(update={"hidden": ""})
    return run.benchmark.for_critic(task)
