"""A process in which Reflexion tries 20 tasks: something for the tests to kill. Usage: reflexion_child.py OUT"""

import asyncio
import sys
from pathlib import Path

from dulcet.agents.reflexion import LESSONS, ReflexionAgent
from dulcet.benchmarks.open import open_benchmark
from dulcet.environment import Environment
from dulcet.models.base import Completion
from dulcet.rollout.collect import collect_with
from dulcet.rollout.episode import requests, run_episode
from dulcet.rollout.trials import in_trials
from tests.scripted import CODE, Person, Script, grade, make_task

LESSON = "The answer is x + x."
WRONG = CODE.replace("x + x", "x + 1")


class Learner(Script):
    """Knows by luck every fourth answer, and after a lesson every one; what it learns is what it was told."""

    def __init__(self, delay=0.0):
        super().__init__("", delay=delay)

    async def sample(self, messages, sampling, *, seed, n=1):
        await super().sample(messages, sampling, seed=seed)
        return [Completion(self.write(messages, seed), 10, 100, "stop")]

    def write(self, messages, seed):
        if "The conversation is over" in messages[-1]["content"]:
            return f"{LESSON} ({seed % 97})"
        learnt = any(LESSONS in message["content"] and LESSON in message["content"] for message in messages)
        return f"I WANT TO ANSWER:\n{CODE if learnt or seed % 4 == 0 else WRONG}"


async def try_out(out, model, *, tasks=20, trials=3, reflects=True, person=None, **options):
    """Trials with a scripted model, put together as `play` does it."""
    agent, person, benchmark = (
        ReflexionAgent(model, trials=trials, reflects=reflects),
        person or Person(),
        open_benchmark("backend"),
    )

    async def play_one(request, player):
        environment = Environment(person)
        return await run_episode(request, agent=player, environment=environment, grade=grade, seed=5)

    wanted = requests([make_task(number) for number in range(tasks)])
    with in_trials(agent, play_one, benchmark, out, {"agent": agent.identity}) as run:
        return await collect_with(run, wanted, out=out, seed=5, concurrency=4, **options)


if __name__ == "__main__":
    print(len(asyncio.run(try_out(Path(sys.argv[1]), Learner(delay=0.05)))))
