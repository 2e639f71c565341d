"""costs.json: what each row of a run spent, from the ledger and from the files that its training has left."""

from collections.abc import Iterable
from pathlib import Path

from dulcet.credit.preferences import Candidates
from dulcet.evaluation.costs import Cost, Costs
from dulcet.jsonl import lines, read, read_if_exists
from dulcet.recipes.base import NothingToLearnError
from dulcet.recipes.learning import shared_by, uses
from dulcet.recipes.ledger import Ledger, Spent
from dulcet.recipes.offline_data import OfflineData
from dulcet.recipes.rows import Row
from dulcet.recipes.run import Run
from dulcet.rollout.branch import Continuation
from dulcet.trajectory import Trajectory


def costs(run: Run, data: OfflineData) -> Costs:
    """Row -> what it spent; rows that learn nothing spent nothing."""
    taken, found = uses(run), {}
    for row in run.rows:
        try:
            found[row.name] = row_cost(run, data, row, taken) if row.learns else Cost()
        except NothingToLearnError:  # who was to play its episodes was stopped before
            found[row.name] = Cost()
    return found


def row_cost(run: Run, data: OfflineData, row: Row, taken: dict[str, dict[str, int]]) -> Cost:
    """Its part of the offline episodes and of the drawn candidates, its training, and the row that it goes on from."""
    name, shared = data.name(row.data.collected_by), Cost()
    if row.offline:
        mine, every = data.of(row), data.kept(row)
        shared = seconds(run.ledger, f"collect {name} ") * (len(mine) / every) + played(mine)
    for file, turns in taken.get(row.name, {}).items():
        drawn = read_if_exists(run.path / file, Candidates)
        if not drawn:
            continue
        shared += seconds(run.ledger, f"draw {file} ") * (turns / len(drawn)) + Cost(candidates=_messages(drawn, turns))
    if row.sweet is not None and row.sweet.credit == "monte_carlo":
        shared += continued(run.path / "train" / shared_by(data, row) / "continuations.jsonl")
    if row.start is not None:
        before = next(one for one in run.rows if one.name == row.start)
        shared += row_cost(run, data, before, taken)
    return shared + seconds(run.ledger, f"train {row.name}", whole=True) + trained(run.path / "train" / row.name)


def seconds(ledger: Ledger, step: str, *, whole: bool = False) -> Cost:
    """What the steps took whose names begin so (`whole`: of that step alone)."""
    return _sum(_time(one) for one in ledger.totals() if (one.step == step if whole else one.step.startswith(step)))


def trained(folder: Path) -> Cost:
    """What a training's own folder holds: fresh episodes, candidates of later rounds, tokens of each step."""
    found = Cost()
    for path in sorted(folder.glob("**/*.jsonl")):
        if path.name in ("metrics.jsonl", "steps.jsonl") and not (path.parent / "iteration_0001").exists():
            found += Cost(tokens_trained=sum(row.get("tokens", 0) for _, row in lines(path)))
        elif path.name.startswith("candidates"):
            rows = read(path, Candidates)
            found += Cost(candidates=_messages(rows, len(rows)))
        elif next((row.get("format") for _, row in lines(path)), None) == "dulcet.trajectory/1":
            found += played(read(path, Trajectory))
    return found


def continued(path: Path) -> Cost:
    """Episodes that were played on to find what messages are worth."""
    rows = [one for one in read_if_exists(path, Continuation) if not one.ended]
    return Cost(episodes=len(rows), tokens_written=sum(one.tokens for one in rows))


def played(episodes: list[Trajectory]) -> Cost:
    """Episodes, and the tokens that the agent wrote in them."""
    return Cost(episodes=len(episodes), tokens_written=sum(turn.tokens for one in episodes for turn in one.turns))


def _messages(drawn: list[Candidates], turns: int) -> float:
    """Messages drawn for so many of the turns."""
    return sum(len(row.candidates) for row in drawn) * turns / len(drawn) if drawn else 0.0


def _time(spent: Spent) -> Cost:
    return Cost(wall_seconds=spent.wall_seconds, cpu_seconds=spent.cpu_seconds, gpu_seconds=spent.gpu_seconds)


def _sum(parts: Iterable[Cost]) -> Cost:
    return sum(parts, Cost())
