"""A tiny problem whose best policy is known: say yes, both times. The first policy says yes or no, each as often.

The model is real and the rollouts are; what is scripted is the person.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from dulcet.agents.direct import DirectAgent
from dulcet.environment import Environment
from dulcet.jsonl import write_all
from dulcet.models.base import Sampling
from dulcet.models.loading import load_tokenizer
from dulcet.models.local import LocalModel
from dulcet.protocol import Rules
from dulcet.recipes.base import Ingredients
from dulcet.rollout.collect import collect
from dulcet.rollout.episode import requests
from dulcet.task import Task
from dulcet.training.config import TrainConfig
from dulcet.training.data import Demonstration
from dulcet.training.encoding import Encoder
from dulcet.training.objectives import SFT
from dulcet.training.trainer import train
from dulcet.trajectory import Grade, Outcome, Trajectory, Turn
from tests.scripted import Person
from tests.tiny import make_tiny_llama

BEST = ("yes", "yes")
TASKS = {f"t{n}": Task(id=f"t{n}", prompt=f"Well? {n}", hidden="yes, twice", checks=()) for n in range(8)}
REPLY = "Really?"
SMALL = {"held_out": 0.0, "bf16": False, "lr": 3e-3, "warmup": 0.0, "final_lr": 1.0, "log_to": ()}


def make_policy(folder: Path) -> Path:
    """A model that says yes or no, each as often, in both turns."""
    make_tiny_llama(folder / "random", hidden=24, layers=1)
    encoder = Encoder(load_tokenizer(folder / "random"), 512)
    runs = [said(task, first, then) for task in list(TASKS)[:4] for first in ("yes", "no") for then in ("yes", "no")]
    data = [Demonstration(encoder.encode_trajectory("", run)) for run in runs]
    config = TrainConfig(**SMALL | {"lr": 1e-2}, epochs=40, batch=16, device="cpu")
    return train(folder / "random", data, SFT(), config, folder / "first")


def said(task: str, first: str, then: str, episode: int = 0) -> Trajectory:
    """The episode in which this was said."""
    turns = (Turn(raw=first, content=first, reply=REPLY, tokens=2), Turn(raw=then, content=then, tokens=2))
    return graded(
        Trajectory(task_id=task, episode=episode, prompt=TASKS[task].prompt, turns=turns, outcome=Outcome.TURN_LIMIT)
    )


def graded(run: Trajectory) -> Trajectory:
    """A success where the best was said, word for word."""
    right = tuple(turn.content for turn in run.turns) == BEST
    grade = Grade(tests_passed=float(right), success=right, outcome="passed" if right else "wrong")
    return run.model_copy(update={"grade": grade})


@dataclass
class Fresh:
    """Plays the tasks as `Rollouts` does, with a person who always says the same."""

    calls: int = 0

    def collect(self, model, out, *, seed, episodes=1, tasks=None, label=""):
        self.calls += 1
        chosen = [task for name, task in TASKS.items() if tasks is None or name in tasks]
        runs = [graded(run) for run in asyncio.run(_play(model, chosen, episodes, out, seed))]
        write_all(out, runs)
        return runs


async def _play(model, tasks, episodes, out, seed):
    local = LocalModel(model, device="cpu", slots=64)
    try:
        return await collect(
            requests(tasks, episodes),
            agent=DirectAgent(local, Sampling(max_tokens=4)),
            environment_factory=lambda: Environment(Person(REPLY), Rules(max_turns=2)),
            grade=None,
            out=out,
            seed=seed,
        )
    finally:
        await local.close()


def ingredients(base: Path, out: Path, **changes) -> Ingredients:
    """What a method is given: episodes of each task in which each of the four things was said once."""
    words = [(first, then) for first in ("yes", "no") for then in ("yes", "no")]
    episodes = [said(task, *both, number) for task in TASKS for number, both in enumerate(words)]
    settings = {"episodes": episodes, "max_tokens": 512, "max_new_tokens": 4, "device": "cpu", "rollouts": Fresh()}
    return Ingredients(base=str(base), tasks=TASKS, system="", out=out, **settings | changes)


def success(policy: Path, out: Path) -> float:
    """Share of 128 fresh episodes that were a success."""
    runs = Fresh().collect(policy, out, seed=99, episodes=16)
    return sum(run.success for run in runs) / len(runs)
