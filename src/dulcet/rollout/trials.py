"""Reflexion's loop: try a task, and where that failed reflect and try again (Shinn et al. 2023, Algorithm 1).

Each task goes through its trials at its own pace. A killed run goes on with the trial or the reflection where it stood.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dulcet.agents.base import Agent
from dulcet.agents.reflexion import ReflexionAgent, TrialAgent
from dulcet.benchmarks.base import Benchmark
from dulcet.errors import DulcetError, InputError, MissingDependencyError, StorageError
from dulcet.rollout.collect import RunEpisode
from dulcet.rollout.diary import Diary, trials_folder
from dulcet.rollout.episode import EpisodeRequest, Finished
from dulcet.trajectory import Outcome, Trajectory

PlayOne = Callable[[EpisodeRequest, Agent], Awaitable[Finished]]
"""Plays and grades one episode of an agent."""


@contextmanager
def in_trials(
    agent: Agent, play_one: PlayOne, benchmark: Benchmark, out: Path, config: dict[str, Any]
) -> Iterator[RunEpisode]:
    """How an episode of this agent is played: by itself, and for Reflexion in trials that are kept beside `out`.

    Raises InputError where the trials there were made with another config.
    """
    if not isinstance(agent, ReflexionAgent):
        yield lambda request: play_one(request, agent)
        return
    with Diary.continued(trials_folder(out), config) as diary:
        yield Trials(agent, play_one, benchmark, diary).run


@dataclass(frozen=True)
class Trials:
    """Plays a task until a trial succeeds or none is left."""

    agent: ReflexionAgent
    play_one: PlayOne
    benchmark: Benchmark
    diary: Diary

    async def run(self, request: EpisodeRequest) -> Finished:
        """The last trial. What the machinery breaks ends the loop, as the outcome of a trial or `agent_failed`."""
        for number in range(1, self.agent.trials + 1):
            agent = self.agent.trial(number, self.diary.lessons(request.key, number))
            finished = await self._trial(request, agent)
            run = finished.trajectory
            if run.success or number == self.agent.trials or not run.outcome.agents_own:
                break
            try:
                if self.agent.reflects:
                    await self._reflect(request, agent, run)
            except (StorageError, MissingDependencyError):
                raise
            except DulcetError as error:
                return Finished(_unreached(run, error), error)
        return finished

    async def _trial(self, request: EpisodeRequest, agent: TrialAgent) -> Finished:
        """The trial as it was kept, else played and kept."""
        kept = self.diary.trials.get((request.key, agent.number))
        if kept is not None:
            if kept.prompt != request.task.prompt:
                what = f"task '{request.task.id}' had another request there"
                raise InputError(what, where=str(self.diary.folder), do="Write to another file.")
            return Finished(kept)
        finished = await self.play_one(request, agent)
        if finished.trajectory.outcome.agents_own:
            self.diary.keep_trial(agent.number, finished.trajectory)
        return finished

    async def _reflect(self, request: EpisodeRequest, agent: TrialAgent, run: Trajectory) -> None:
        if (request.key, agent.number) in self.diary.reflections:
            return
        verdict = self._verdict(request, run)
        self.diary.keep_reflection(agent.number, run, verdict, await agent.reflect(run, verdict))

    def _verdict(self, request: EpisodeRequest, run: Trajectory) -> str:
        """What the agent is told. A grade's detail stays out, as it may quote the checks."""
        if run.grade is None:
            return f"it ended without an answer ({run.outcome.value})"
        return f"{self.benchmark.verdict(run.grade, len(request.task.checks))} ({run.grade.outcome})"


def _unreached(run: Trajectory, error: DulcetError) -> Trajectory:
    """The episode of an agent that could not be reached between two trials: the next start goes on there."""
    return run.model_copy(update={"outcome": Outcome.AGENT_FAILED, "grade": None, "answer": None, "error": str(error)})
