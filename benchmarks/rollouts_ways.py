"""The ways of `rollouts.py` to play the same episodes: dulcet's collector, and a loop in lock-step."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dulcet.agents.direct import DirectAgent
from dulcet.benchmarks.backend.prompts import DEFAULT_PROMPT
from dulcet.environment import Environment
from dulcet.humans.language_model import LanguageModelHuman
from dulcet.models.endpoint import EndpointModel
from dulcet.protocol import Rules
from dulcet.rollout.collect import collect
from dulcet.rollout.episode import EpisodeRequest
from dulcet.seeds import derive

SEED = 7


class Party:
    """Agent and person, both language models at one server."""

    def __init__(self, url: str, concurrency: int, turns: int) -> None:
        """`concurrency` is the number of requests under way, for each of the two."""
        self.agent = DirectAgent(
            EndpointModel("agent", url, concurrency=concurrency), prompt=DEFAULT_PROMPT, turns=turns
        )
        self.human = LanguageModelHuman(EndpointModel("person", url, concurrency=concurrency))
        self.rules = Rules(max_turns=turns)

    def environment(self) -> Environment:
        """For one episode."""
        return Environment(self.human, self.rules)

    async def close(self) -> None:
        """Close the connections."""
        await self.agent.model.close()
        await self.human.close()


async def collected(party: Party, episodes: Sequence[EpisodeRequest]) -> list[int]:
    """What `dulcet collect` does, its file included; the turns of each episode."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "episodes.jsonl"
        runs = await collect(
            episodes, agent=party.agent, environment_factory=party.environment, grade=None, out=out, seed=SEED
        )
    return [len(run.turns) for run in runs]


async def lock_step(party: Party, episodes: Sequence[EpisodeRequest]) -> list[int]:
    """All agents, then all people, turn by turn until the last episode is over; the turns of each episode.

    The agent is asked in finished episodes, too, and what it says there is thrown away; the person is not, which is
    kinder than need be.
    """
    environments = [party.environment() for _ in episodes]
    names = [("episode", request.task.id, request.episode) for request in episodes]
    for request, environment, name in zip(episodes, environments, names, strict=True):
        await environment.reset(request.task, seed=derive(SEED, *name))
    over = [False] * len(episodes)
    for turn in range(party.rules.max_turns):
        asked = [
            party.agent.act(request.task.brief, environment.messages, seed=derive(SEED, *name, turn))
            for request, environment, name in zip(episodes, environments, names, strict=True)
        ]
        said = await asyncio.gather(*asked)
        going = [place for place, done in enumerate(over) if not done]
        for place, step in zip(
            going, await asyncio.gather(*(environments[place].step(said[place]) for place in going)), strict=True
        ):
            over[place] = step.done
        if all(over):
            break
    return [len(environment.turns) for environment in environments]
