"""Many episodes at once: each goes at its own pace, and each is on disk the moment it ends.

There is no barrier between turns: a slow person holds up one episode and no other. A killed collection starts again
where it stood; an episode that failed through the machinery is recorded, and tried again at the next start.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from pathlib import Path

from dulcet.agents.base import Agent
from dulcet.environment import Environment
from dulcet.errors import DulcetError, InputError
from dulcet.jsonl import Appender, read_if_exists
from dulcet.progress import Progress, Silent
from dulcet.rollout.episode import EpisodeRequest, Finished, GradeAnswer, run_episode
from dulcet.trajectory import Outcome, Trajectory

GIVE_UP_AFTER = 8
"""The collection stops when this many episodes have failed through the machinery and none has worked; once one has
worked, only when so many more than run at once have failed in a row (a server that went away)."""

Key = tuple[str, int]
RunEpisode = Callable[[EpisodeRequest], Awaitable[Finished]]
"""Plays one episode and grades it."""


def load(path: Path) -> list[Trajectory]:
    """The episodes of a file, one a key: the last line of a key stands, in the place of its first."""
    kept: dict[Key, Trajectory] = {}
    for trajectory in read_if_exists(path, Trajectory):
        kept[trajectory.key] = trajectory
    return list(kept.values())


async def collect(
    episodes: Sequence[EpisodeRequest],
    *,
    agent: Agent,
    environment_factory: Callable[[], Environment],
    grade: GradeAnswer | None,
    out: Path,
    seed: int,
    concurrency: int = 256,
    progress: Progress | None = None,
    retry_failed: bool = True,
) -> list[Trajectory]:
    """Play the episodes that `out` does not hold yet and append each to it; returns all of them in the order asked for.

    Raises what `collect_with` raises.
    """

    async def run(request: EpisodeRequest) -> Finished:
        environment = environment_factory()
        return await run_episode(request, agent=agent, environment=environment, grade=grade, seed=seed)

    return await collect_with(
        run, episodes, out=out, seed=seed, concurrency=concurrency, progress=progress, retry_failed=retry_failed
    )


async def collect_with(
    run: RunEpisode,
    episodes: Sequence[EpisodeRequest],
    *,
    out: Path,
    seed: int,
    concurrency: int = 256,
    progress: Progress | None = None,
    retry_failed: bool = True,
) -> list[Trajectory]:
    """The same, with another way to come from a request to a finished episode.

    Raises an episode's DulcetError when the first eight all failed through the machinery (a server that is down), or
    the last eight, or many in a row in between (see GIVE_UP_AFTER), and StorageError when `out` cannot be written; what
    was collected stays in `out` either way.
    """
    progress = progress or Silent()
    found = _found(episodes, out, seed)
    done = {key: one for key, one in found.items() if one.outcome.agents_own or not retry_failed}
    todo = [request for request in episodes if request.key not in done]
    progress.skip(0)  # the clock starts here, not before the model was loaded
    for one in done.values():
        progress.skip(1, reward=one.reward)
    patience = GIVE_UP_AFTER if done else min(GIVE_UP_AFTER, len(todo))
    with Appender(out) as appender:
        shelf = _Shelf(appender, progress, patience, concurrency)

        async def work(queue: Iterator[EpisodeRequest]) -> None:
            for request in queue:
                shelf.put(await run(request))

        await _all(work, todo, concurrency)
        shelf.close()
    done |= shelf.done
    return [done[request.key] for request in episodes]


def _found(episodes: Sequence[EpisodeRequest], out: Path, seed: int) -> dict[Key, Trajectory]:
    """What `out` holds of the episodes wanted. Raises InputError where it is of another task or seed."""
    wanted = {request.key: request for request in episodes}
    if len(wanted) != len(episodes):
        raise InputError("an episode of a task is asked for twice", do="Give every task an id of its own.")
    found = {run.key: run for run in load(out) if run.key in wanted}
    for key, run in found.items():
        if run.prompt != wanted[key].task.prompt or run.seed != seed:
            what = f"task '{key[0]}' was collected there with another request or seed"
            raise InputError(what, where=str(out), do="Write to another file.")
    return found


class _Shelf:
    """Where finished episodes go: the file, the progress bar, the result; it notices when nothing works."""

    def __init__(self, appender: Appender, progress: Progress, patience: int, concurrency: int) -> None:
        self.done: dict[Key, Trajectory] = {}
        self._appender, self._progress, self._patience, self._concurrency = appender, progress, patience, concurrency
        self._last: DulcetError | None = None
        self._failures = 0
        """Failures of the machinery since the last episode that ended otherwise."""

    def put(self, finished: Finished) -> None:
        """Keep one. Raises StorageError, or the episode's failure when it is one too many in a row."""
        run = finished.trajectory
        self._appender.append(run)
        self.done[run.key] = run
        self._progress.advance(1, reward=run.reward)
        if run.outcome not in (Outcome.AGENT_FAILED, Outcome.SIMULATOR_FAILED):
            self._failures, self._patience = 0, GIVE_UP_AFTER + self._concurrency
            return
        self._failures += 1
        self._last = finished.failure
        if self._failures >= self._patience and finished.failure:
            raise finished.failure

    def close(self) -> None:
        """After the last episode. Raises the last failure where the last eight or more all failed: nobody is there."""
        if self._failures >= GIVE_UP_AFTER and self._last:
            raise self._last


async def _all(
    work: Callable[[Iterator[EpisodeRequest]], Coroutine[None, None, None]], todo: list[EpisodeRequest], workers: int
) -> None:
    """Run the workers on one queue until it is empty; the first error cancels the rest and is raised as it is."""
    queue = iter(todo)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(workers, len(todo))):
                group.create_task(work(queue))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
