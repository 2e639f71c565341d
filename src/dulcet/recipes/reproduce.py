"""`dulcet reproduce`: the whole chain, from tasks to report, in one folder.

Every step leaves a file or a folder and, called again, continues it or finds it finished; so a run that was killed
anywhere is simply started again, and ends with the same table as one that was not.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from dulcet.agents.open import AgentSpec, system_prompt
from dulcet.benchmarks.open import benchmark_of, open_benchmark
from dulcet.benchmarks.task_file import load_tasks, write_tasks
from dulcet.errors import InputError
from dulcet.evaluation.build import build_table
from dulcet.evaluation.table import Table, write_table
from dulcet.evaluation.win_rate import rewards
from dulcet.jsonl import read_json, write_json
from dulcet.models.house_model import base_path
from dulcet.models.loading import weights_hash
from dulcet.models.open import ModelSpec
from dulcet.progress import progress
from dulcet.protocol import Rules
from dulcet.recipes.base import Ingredients
from dulcet.recipes.critic_report import measure_critic
from dulcet.recipes.experiment import Experiment
from dulcet.recipes.methods import row_method
from dulcet.recipes.rollouts import Rollouts
from dulcet.rollout.play import Play, play
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Trajectory

log = logging.getLogger(__name__)


def reproduce(experiment: Experiment, run: Path) -> Table:
    """Run the experiment in the folder `run`, or go on where it stopped; returns the table, kept in `run/table.json`.

    Raises InputError where the folder holds another experiment, and for settings that cannot work.
    """
    check(experiment)
    hold_to(experiment, run)
    print(f"Steps: {', '.join(steps(experiment))}", file=sys.stderr)
    train, test = make_tasks(experiment, run)
    results = {"zero_shot": evaluate(experiment, run, "zero_shot", base_model(experiment), test)}
    if experiment.single_turn:
        results["single_turn"] = evaluate(experiment, run, "single_turn", base_model(experiment), test)
    episodes = collect_offline(experiment, run, train)
    for name in experiment.methods:
        policy = train_method(experiment, run, name, train, episodes)
        results[name] = evaluate(experiment, run, name, str(policy), test)
    table = make_table(experiment, results)
    write_table(run / "table.json", table)
    if "sweet_rl" in experiment.methods:
        measure_critic(experiment, run, test, results)
    return table


def steps(experiment: Experiment) -> list[str]:
    """What will happen, in order, for those who wait."""
    measured = ["zero_shot", *(["single_turn"] if experiment.single_turn else [])]
    learnt = [f"{verb} {name}" for name in experiment.methods for verb in ("train", "evaluate")]
    critic = ["what the critic is worth"] if "sweet_rl" in experiment.methods else []
    return ["tasks", *(f"evaluate {name}" for name in measured), "collect", *learnt, "table", *critic, "report"]


def check(experiment: Experiment) -> None:
    """What can be wrong with the settings is said at once, and before anything is written.

    Raises InputError, and what the benchmark's `require` raises where something is missing on this machine.
    """
    base_model(experiment)
    open_benchmark(experiment.benchmark).require()
    for name in experiment.methods:
        row_method(name, experiment.method_preset, experiment.settings.get(name, {}))
    idle = [name for name in experiment.settings if name not in experiment.methods]
    if idle:
        do = f"The methods are: {', '.join(experiment.methods)}."
        raise InputError(f"there are settings for '{idle[0]}', which is not among the methods", do=do)
    if (experiment.tasks is None) != (experiment.test_tasks is None):
        raise InputError("give both a file of training tasks and one of test tasks", do="Use --tasks and --test-tasks.")
    for path in (experiment.tasks, experiment.test_tasks):
        if path is not None and (found := benchmark_of(load_tasks(Path(path))).name) != experiment.benchmark:
            do = f"Give tasks of '{experiment.benchmark}', or another --benchmark."
            raise InputError(f"holds tasks of '{found}', not of '{experiment.benchmark}'", where=str(path), do=do)


def hold_to(experiment: Experiment, run: Path) -> None:
    """Write the config, or check that the folder's is the same. Raises InputError naming a field that differs."""
    path, wanted = run / "config.json", json.loads(experiment.model_dump_json())
    if not path.exists():
        write_json(path, wanted)
        return
    found = _defaults() | read_json(path)
    free = ("device", "parallel")  # they change when things happen, not what
    names = [name for name in {**found, **wanted} if name not in free]
    differing = [name for name in names if found.get(name) != wanted.get(name)]
    if differing:
        key = differing[0]
        what = f"this folder holds a run with {key} = {found.get(key)!r}, not {wanted.get(key)!r}"
        raise InputError(what, where=str(path), do="Give another --out, or the same settings to continue.")


def _defaults() -> dict[str, Any]:
    """What the settings are that a folder of an earlier version does not name."""
    return json.loads(Experiment(preset="").model_dump_json())  # type: ignore[no-any-return]


def make_tasks(experiment: Experiment, run: Path) -> tuple[list[Task], list[Task]]:
    """The training tasks and the held-out tasks, as files in `run/tasks`."""
    wanted = {"train": experiment.train_tasks, "test": experiment.evaluation_tasks}
    given = {"train": experiment.tasks, "test": experiment.test_tasks}
    made = {}
    for split, count in wanted.items():
        path = run / "tasks" / f"{split}.jsonl"
        if not path.exists():
            source = given[split]
            tasks = (
                load_tasks(Path(source))[:count]
                if source
                else open_benchmark(experiment.benchmark).synthesise(
                    count,
                    seed=experiment.seed,
                    split=split,  # type: ignore[arg-type]
                    difficulty=experiment.difficulty,
                )
            )
            write_tasks(path, tasks)
        made[split] = load_tasks(path)
    return made["train"], made["test"]


def base_model(experiment: Experiment) -> str:
    """Folder or hub name of the model to start from."""
    return base_path(experiment.model, experiment.benchmark)


def agents_prompt(experiment: Experiment) -> str:
    """The system message of this experiment's agents."""
    prompts = open_benchmark(experiment.benchmark).prompts
    return system_prompt(AgentSpec(), prompts=prompts, turns=experiment.max_turns)


def setup(
    experiment: Experiment,
    model: str,
    seed: int,
    *,
    agent: Literal["direct", "single-turn"] = "direct",
    episodes: int = 1,
) -> Play:
    """How episodes are played in this experiment."""
    return Play(
        model=ModelSpec(model=model, device=experiment.device),
        agent=AgentSpec(
            agent=agent,
            temperature=experiment.temperature,
            max_tokens=experiment.max_new_tokens,
        ),
        human=experiment.human,
        rules=Rules(max_turns=experiment.max_turns),
        episodes=episodes,
        seed=seed,
    )


def evaluate(experiment: Experiment, run: Path, name: str, model: str, tasks: Sequence[Task]) -> list[Trajectory]:
    """One episode of every held-out task; every method draws with the same seeds."""
    agent: Literal["direct", "single-turn"] = "single-turn" if name == "single_turn" else "direct"
    plan = setup(experiment, model, derive(experiment.seed, "evaluate"), agent=agent)
    with progress(f"evaluate {name}", len(tasks)) as bar:
        out = run / "evaluate" / f"{name}.jsonl"
        return asyncio.run(play(tasks, plan, out, parallel=experiment.parallel, progress=bar))


def collect_offline(experiment: Experiment, run: Path, tasks: Sequence[Task]) -> list[Trajectory]:
    """The offline data: several episodes of every training task by the base model."""
    plan = setup(experiment, base_model(experiment), derive(experiment.seed, "collect"), episodes=experiment.episodes)
    with progress("collect", len(tasks) * experiment.episodes) as bar:
        out, untouched = run / "episodes.jsonl", not (run / "train").exists()  # what was learnt from stays as it is
        playing = play(tasks, plan, out, parallel=experiment.parallel, progress=bar, retry_failed=untouched)
        return asyncio.run(playing)


def train_method(
    experiment: Experiment, run: Path, name: str, tasks: Sequence[Task], episodes: Sequence[Trajectory]
) -> Path:
    """One method; returns its policy's folder. Methods' random choices follow from the experiment's seed."""
    method = row_method(name, experiment.method_preset, experiment.settings.get(name, {}))
    return method.run(
        Ingredients(
            base=base_model(experiment),
            tasks={task.id: open_benchmark(experiment.benchmark).for_critic(task) for task in tasks},
            episodes=episodes,
            system=agents_prompt(experiment),
            out=run / "train" / name,
            max_tokens=experiment.max_tokens,
            temperature=experiment.temperature,
            max_new_tokens=experiment.max_new_tokens,
            device=experiment.device,
            seed=derive(experiment.seed, "train"),
            shared=run / "train" / "shared",
            rollouts=fresh_rollouts(experiment, tasks),
        )
    )


def fresh_rollouts(experiment: Experiment, tasks: Sequence[Task]) -> Rollouts:
    """What plays fresh episodes of the training tasks, as the offline ones were played."""
    return Rollouts(tasks, setup(experiment, base_model(experiment), experiment.seed), experiment.parallel)


def make_table(experiment: Experiment, results: dict[str, list[Trajectory]]) -> Table:
    """Measure and compare; the table names the seeds, the person and the model's weights."""
    base = Path(base_model(experiment))
    identity = {"model": experiment.model} | ({"weights": weights_hash(base)} if base.is_dir() else {})
    config = json.loads(experiment.model_dump_json())
    first = next(iter(results))
    return build_table(
        results,
        seed=experiment.seed,
        config=config,
        agent=identity,
        benchmark=experiment.benchmark,
        rival=(first, rewards(results[first])) if open_benchmark(experiment.benchmark).wins else None,
    )
