"""A process that collects 60 slow episodes into a file: something for the tests to kill. Usage: child.py OUT"""

import asyncio
import sys
from pathlib import Path

from dulcet.agents.direct import DirectAgent
from dulcet.environment import Environment
from dulcet.models.base import Completion
from dulcet.rollout.collect import collect
from dulcet.rollout.episode import requests
from tests.scripted import CODE, Person, Script, grade, make_task


class Dice(Script):
    """Asks, then answers right or wrong as its seed says."""

    async def sample(self, messages, sampling, *, seed, n=1):
        (drawn,) = await super().sample(messages, sampling, seed=seed)
        text = f"I WANT TO ANSWER:\n{CODE if seed % 2 else CODE.replace('x + x', str(seed % 97))}"
        return [drawn if drawn.text == "How?" else Completion(text, 9, 99, "stop")]


def run(out: Path):
    wanted = requests([make_task(number) for number in range(20)], episodes=3)
    agent = DirectAgent(Dice("How?", "answer", delay=0.03))

    def environment():
        return Environment(Person(lambda task: f"Twice, {task.id}."))

    return asyncio.run(
        collect(wanted, agent=agent, environment_factory=environment, grade=grade, out=out, seed=5, concurrency=4)
    )


if __name__ == "__main__":
    print(len(run(Path(sys.argv[1]))))
