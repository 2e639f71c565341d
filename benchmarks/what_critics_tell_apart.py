"""Which kinds of message the critics of a run tell apart: the share of pairs within a turn that are in the right order.

Over the candidates that a run's variants of SWEET-RL have scored (`dulcet reproduce`, of one seed or several). A
question is useful where the person's reply tells something new, else idle; an answer is right or wrong by its grade,
and `open` where something had not been told yet. A tie is half a pair. Means over the seeds, with the smallest and
the largest seed's in brackets, and the number of pairs.

Only for synthesised tasks of functions with the scripted person: its sentences are the facts that are looked for.

Usage: python benchmarks/what_critics_tell_apart.py RUN [--turns 400]
"""

import argparse
import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import fmean

from dulcet.benchmarks.task_file import load_tasks
from dulcet.credit.preferences import Candidates
from dulcet.house.demonstrators import open_facts
from dulcet.jsonl import read, read_json
from dulcet.models.open import ModelSpec
from dulcet.protocol import Rules
from dulcet.rollout.branch import Branch
from dulcet.rollout.collect import load
from dulcet.rollout.play import Play
from dulcet.rollout.play_on import Answered, ask
from dulcet.trajectory import Message

PAIRS = {
    "useful over idle": ("useful", "idle"),
    "useful over wrong, open": ("useful", "wrong, open"),
    "right over wrong, told": ("right, told", "wrong, told"),
    "right over idle, told": ("right, told", "idle"),
}
Order = dict[str, tuple[float, int]]
"""Kind of pair -> share in the right order, number of pairs."""


def episodes_of(seed: Path, row: str) -> Path:
    """The file of the episodes that a row learnt from."""
    settings = read_json(seed / "config.json")["settings"].get(row, {})
    player = settings.get("start") or settings.get("data", {}).get("collected_by")
    return seed / (f"episodes_{player}.jsonl" if player else "episodes.jsonl")


def kind(source: str, history: list[Message], answered: Answered) -> str:
    """What a message after the history is, from what came of it."""
    before = open_facts(source, history)
    if answered.reply is None:
        return f"{'right' if answered.success else 'wrong'}, {'open' if before else 'told'}"
    said: list[Message] = [
        {"role": "assistant", "content": answered.content},
        {"role": "user", "content": answered.reply},
    ]
    return "useful" if len(open_facts(source, [*history, *said])) < len(before) else "idle"


def kinds(seed: Path, row: str, scored: Sequence[Candidates]) -> list[list[str]]:
    """The kind of each candidate of each turn. Raises ValueError where a message could not be answered or graded."""
    tasks = {task.id: task for task in load_tasks(seed / "tasks/train.jsonl")}
    episodes = {episode.key: episode for episode in load(episodes_of(seed, row))}
    asked = [(tasks[one.task_id], episodes[one.task_id, one.episode], one) for one in scored]
    branches = [
        Branch(task, episode.turns[: one.turn], said) for task, episode, one in asked for said in one.candidates
    ]
    rules = Rules(max_turns=read_json(seed / "config.json")["max_turns"])
    with tempfile.TemporaryDirectory() as folder:
        setup = Play(model=ModelSpec(model="nobody/plays"), rules=rules)
        answers = iter(asyncio.run(ask(branches, setup, Path(folder) / "answers.jsonl")))
    return [
        [kind(task.hidden, episode.history(one.turn), known(next(answers))) for _ in one.candidates]
        for task, episode, one in asked
    ]


def known(answered: Answered | None) -> Answered:
    """What came of a message."""
    if answered is None:
        raise ValueError("a message could not be answered or graded: see the log above")
    return answered


def order(seed: Path, row: str, turns: int) -> Order:
    """The shares of one row of one seed."""
    scored = read(seed / "train" / row / "advantages.jsonl", Candidates)
    scored = Random(0).sample(scored, min(turns, len(scored)))
    points: dict[str, list[float]] = defaultdict(list)
    for one, said in zip(scored, kinds(seed, row, scored), strict=True):
        for name, (better, worse) in PAIRS.items():
            above = [a for a, which in zip(one.advantages, said, strict=True) if which == better]
            below = [a for a, which in zip(one.advantages, said, strict=True) if which == worse]
            points[name] += [(a > b) + 0.5 * (a == b) for a in above for b in below]
    return {name: (fmean(found), len(found)) for name, found in points.items() if found}


def main(run: Path, turns: int) -> None:
    """Print a line for each row."""
    seeds = [costs.parent for costs in sorted(run.glob("seed_*/costs.json"))] or [run]
    rows = sorted({path.parent.name for seed in seeds for path in seed.glob("train/*/advantages.jsonl")})
    print(f"{'row':26}", *(f"{name:>34}" for name in PAIRS))
    for row in rows:
        found = [order(seed, row, turns) for seed in seeds if (seed / "train" / row / "advantages.jsonl").exists()]
        print(f"{row:26}", *(f"{cell([one[name] for one in found if name in one]):>34}" for name in PAIRS))


def cell(found: Sequence[tuple[float, int]]) -> str:
    """Mean, smallest and largest share, and how many pairs."""
    shares = [share for share, _ in found]
    return f"{fmean(shares):.3f} [{min(shares):.3f}, {max(shares):.3f}] of {sum(n for _, n in found)}" if found else "–"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--turns", type=int, default=400, help="scored turns to look at, of each row and seed")
    given = parser.parse_args()
    main(given.run, given.turns)
