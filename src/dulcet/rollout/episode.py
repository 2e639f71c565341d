"""One episode from the opening request to the grade."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dulcet.agents.base import Agent
from dulcet.environment import Environment, Step
from dulcet.errors import DulcetError, MissingDependencyError, StorageError
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Grade, Outcome, Trajectory

GradeAnswer = Callable[[Task, str], Awaitable[Grade]]
"""Grades one answer; `Grader.agrade` is one."""


@dataclass(frozen=True)
class EpisodeRequest:
    """Which episode of which task is wanted."""

    task: Task
    episode: int = 0

    @property
    def key(self) -> tuple[str, int]:
        """What the episode is known by in its file."""
        return self.task.id, self.episode


def requests(tasks: list[Task], episodes: int = 1) -> list[EpisodeRequest]:
    """`episodes` of every task: episode 0 of all tasks first, so that a killed run covers many tasks."""
    return [EpisodeRequest(task, episode) for episode in range(episodes) for task in tasks]


@dataclass(frozen=True)
class Finished:
    """A finished episode, with the error that ended it where the machinery failed."""

    trajectory: Trajectory
    failure: DulcetError | None = None


async def run_episode(
    request: EpisodeRequest, *, agent: Agent, environment: Environment, grade: GradeAnswer | None, seed: int
) -> Finished:
    """Play one episode and grade it.

    The agent's seed in turn k is `derive(seed, "episode", task.id, episode, k)`, so an episode is the same whatever
    runs beside it. Failures of model and person are outcomes; anything else is raised.
    """
    start = time.monotonic()
    end = await in_time(_converse(request, agent, environment, seed), environment)
    assert end.outcome is not None
    seconds = time.monotonic() - start
    graded = await grade_end(request.task, end, grade)
    trajectory = Trajectory(
        task_id=request.task.id,
        episode=request.episode,
        seed=seed,
        prompt=request.task.prompt,
        turns=tuple(environment.turns),
        answer=end.answer,
        outcome=end.outcome,
        grade=graded,
        error=str(end.failure) if end.failure else None,
        seconds=round(seconds, 3),
        agent=agent.identity,
        human=environment.human.identity,
    )
    return Finished(trajectory, end.failure)


async def in_time(playing: Awaitable[Step], environment: Environment) -> Step:
    """The last step of what is played, or one made up where the rules' time limit ended it."""
    limit = environment.rules.time_limit
    clock = asyncio.timeout(limit)
    try:
        async with clock:
            return await playing
    except TimeoutError:
        if not clock.expired():  # somebody else's
            raise
        failure = DulcetError(f"the episode took longer than {limit:g} s", do="Raise it or play fewer at once.")
        return Step(None, Outcome.TIME_LIMIT, environment.no_answer, failure)


async def grade_end(task: Task, end: Step, grade: GradeAnswer | None) -> Grade | None:
    """The grade of the answer that an episode ended with, if there is one to grade."""
    if grade is None or end.answer is None or end.outcome is None or not end.outcome.gradable:
        return None
    return await grade(task, end.answer)


async def _converse(request: EpisodeRequest, agent: Agent, environment: Environment, seed: int) -> Step:
    names = ("episode", request.task.id, request.episode)
    await environment.reset(request.task, seed=derive(seed, *names))
    return await play_to_end(request.task, agent, environment, lambda turn: derive(seed, *names, turn))


async def play_to_end(task: Task, agent: Agent, environment: Environment, turn_seed: Callable[[int], int]) -> Step:
    """Play on from where the environment stands; returns the last step.

    `turn_seed` gives the agent's seed by the number of the turn. A failure of the model or the person is a step's
    outcome.
    """
    while True:
        try:
            completion = await agent.act(task.brief, environment.messages, seed=turn_seed(len(environment.turns)))
        except (StorageError, MissingDependencyError):
            raise
        except DulcetError as error:
            return Step(None, Outcome.AGENT_FAILED, environment.no_answer, error)
        step = await environment.step(completion)
        if step.done:
            return step
