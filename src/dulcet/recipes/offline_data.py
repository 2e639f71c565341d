"""The offline episodes of a run: who played them, and how many of them each row learns from.

Rows share what was played once. Each player has a file of its own, `episodes.jsonl` for the model that all start from;
a row takes the first so many episodes of the first so many tasks.
"""

import asyncio
import hashlib
import math
from pathlib import Path
from statistics import fmean

from dulcet.progress import progress
from dulcet.recipes.rows import Row
from dulcet.recipes.run import Run
from dulcet.recipes.sweet_rl import SweetRL
from dulcet.rollout.collect import load
from dulcet.rollout.play import play
from dulcet.seeds import derive
from dulcet.trajectory import Trajectory


class OfflineData:
    """Plays what is wanted, once, and hands each row its part."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._played: dict[tuple[str | None, int], list[Trajectory]] = {}

    def of(self, row: Row) -> list[Trajectory]:
        """What a row learns from; played first where it is not there yet.

        Raises NothingToLearnError where the row that was to play it was stopped.
        """
        tasks, wanted = {task.id for task in self.run.train[: row.data.tasks]}, self._wanted(row)
        played = self.all(row)
        return [one for one in played if one.task_id in tasks and one.episode < wanted]

    def all(self, row: Row) -> list[Trajectory]:
        """All episodes of the source that a row learns from: as many as the row that wants most."""
        return self._play(row.data.collected_by, max(map(self._wanted, self._alike(row.data.collected_by))))

    def kept(self, row: Row) -> int:
        """How many episodes the file of its source holds: those, too, that rows wanted which are not there any more."""
        self.all(row)
        return len(load(self.run.path / f"{self.name(row.data.collected_by)}.jsonl"))

    def name(self, collector: str | None) -> str:
        """The name of a source's file, without its ending; the ledger's steps begin with `collect NAME`."""
        if collector is None:
            return "episodes"
        known = collector in [one.name for one in self.run.rows]
        return f"episodes_{collector if known else hashlib.sha256(collector.encode()).hexdigest()[:8]}"

    def equal_budget(self, method: SweetRL) -> int:
        """Episodes of each task that hold as many messages as SWEET-RL's offline episodes and candidates together.

        It draws `candidates` messages for each of its turns; an episode has as many messages as it has turns.
        """
        played = self._play(None, self.run.experiment.episodes)
        lengths = [len(one.turns) for one in played if one.outcome.agents_own]
        if not lengths:
            return self.run.experiment.episodes
        drawn = method.candidates * min(method.turns or math.inf, sum(lengths))
        return self.run.experiment.episodes + math.ceil(drawn / fmean(lengths) / len(self.run.train))

    def _wanted(self, row: Row) -> int:
        """Episodes of each task."""
        rival = next((one.sweet for one in self.run.rows if one.name == row.data.budget_of), None)
        if rival is not None:
            return self.equal_budget(rival)
        return row.data.episodes or self.run.experiment.episodes

    def _alike(self, collector: str | None) -> list[Row]:
        return [one for one in self.run.rows if one.learns and one.data.collected_by == collector]

    def _play(self, collector: str | None, episodes: int) -> list[Trajectory]:
        """So many of every training task."""
        key = collector, episodes
        if key not in self._played:
            run, name = self.run, self.name(collector)
            # What was learnt from stays as it is, failures of the machinery included.
            retry = not any((run.path / "train" / row.name).exists() for row in self._alike(collector))
            setup = run.setup(self._player(collector), derive(run.experiment.seed, "collect"), episodes=episodes)
            total = len(run.train) * episodes
            with run.ledger.step(f"collect {name} {episodes}"), progress("collect", total) as bar:
                out, parallel = run.path / f"{name}.jsonl", run.experiment.parallel
                playing = play(run.train, setup, out, parallel=parallel, progress=bar, retry_failed=retry)
                self._played[key] = asyncio.run(playing)
        return self._played[key]

    def _player(self, collector: str | None) -> str | Path:
        """The model that plays: a row's policy, a folder or a hub name."""
        if collector is None:
            return self.run.experiment.collect_model or self.run.base
        known = collector in [row.name for row in self.run.rows]
        return self.run.policy(collector) if known else collector
