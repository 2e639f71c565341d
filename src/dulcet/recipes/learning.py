"""One row learns: what its method is given, what it shares with others, and what came of it.

Candidates are drawn in a step of their own, before the method runs, as rows that draw alike share them: each is charged
for what it takes (`row_costs.py`).
"""

import json
import logging
from pathlib import Path

from dulcet.credit.base import Critic
from dulcet.credit.judge import UnreadableJudgeError
from dulcet.errors import DulcetError
from dulcet.jsonl import read_json, write_json
from dulcet.recipes.base import Ingredients, NothingToLearnError
from dulcet.recipes.credits import make_credit
from dulcet.recipes.offline_data import OfflineData
from dulcet.recipes.rollouts import Rollouts
from dulcet.recipes.rows import Row
from dulcet.recipes.run import Run
from dulcet.seeds import derive
from dulcet.training.trainer import TrainingError

log = logging.getLogger(__name__)

STOPS = (TrainingError, NothingToLearnError, UnreadableJudgeError)
"""What ends one row, and not the run."""


def ingredients(run: Run, data: OfflineData, row: Row) -> Ingredients:
    """What a row's method is given. Its random choices follow from the experiment's seed."""
    tasks, experiment = run.train[: row.data.tasks], run.experiment
    base = str(run.policy(row.start)) if row.start else run.base
    return Ingredients(
        base=base,
        tasks={task.id: run.benchmark.for_critic(task) for task in tasks},
        episodes=data.of(row),
        system=run.system,
        out=run.path / "train" / row.name,
        max_tokens=experiment.max_tokens,
        temperature=experiment.temperature,
        max_new_tokens=experiment.max_new_tokens,
        device=experiment.device,
        seed=derive(experiment.seed, "train"),
        shared=run.path / "train" / shared_by(data, row),
        rollouts=Rollouts(tasks, run.setup(base, experiment.seed), experiment.parallel),
    )


def shared_by(data: OfflineData, row: Row) -> Path:
    """Where it keeps what other rows may take too, in the folder of trainings.

    Histories of another player are other turns under the same keys, and another model writes other candidates there.
    """
    if row.start:
        return Path("shared") / f"from_{row.start}" / data.name(row.data.collected_by)
    return Path("shared") / data.name(row.data.collected_by) if row.data.collected_by else Path("shared")


def learn(run: Run, data: OfflineData, row: Row) -> Path | None:
    """Train a row, or go on; returns its policy's folder, None where it has none: of a critic alone, or stopped."""
    if row.name in stopped(run):
        return None
    sweet = row.sweet
    try:
        given = ingredients(run, data, row)
        if row.critic_only:
            critic_of(run, given, row)
            return None
        if sweet is not None:
            with run.ledger.step(f"draw {_kept_in(run, sweet.drawn(given))} for {row.name}"):
                drawn = sweet.draw(given)
            _keep_use(run, row, sweet.drawn(given), len(drawn))
        with run.ledger.step(f"train {row.name}"):
            run.policies[row.name] = row.method.run(given)
    except STOPS as error:
        stop(run, row, error)
        return None
    return run.policies[row.name]


def critic_of(run: Run, given: Ingredients, row: Row) -> Critic:
    """The critic of a row of SWEET-RL, trained where it is not yet. Raises ValueError for other rows."""
    if row.sweet is None:
        raise ValueError(f"{row.name} has no critic")
    with run.ledger.step(f"train {row.name}"):
        return make_credit(row.sweet, given)


def stop(run: Run, row: Row, error: DulcetError) -> None:
    """Keep why a row ends here, and say it."""
    log.warning("%s was stopped, and the run goes on without it: %s", row.name, error)
    write_json(run.path / "stopped.json", stopped(run) | {row.name: error.what})


def stopped(run: Run) -> dict[str, str]:
    """Row -> why its training was stopped: it collapsed, or had nothing to learn from."""
    path = run.path / "stopped.json"
    return {name: str(why) for name, why in read_json(path).items()} if path.exists() else {}


def uses(run: Run) -> dict[str, dict[str, int]]:
    """Row -> file of candidates -> how many turns of it the row takes."""
    path = run.path / "train" / "uses.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _keep_use(run: Run, row: Row, file: Path, turns: int) -> None:
    write_json(run.path / "train" / "uses.json", uses(run) | {row.name: {_kept_in(run, file): turns}})


def _kept_in(run: Run, file: Path) -> str:
    return file.relative_to(run.path).as_posix()
