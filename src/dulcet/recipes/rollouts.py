"""Fresh episodes for methods that learn in rounds: a policy plays the training tasks with the run's own person."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from dulcet.progress import progress
from dulcet.rollout.play import Play, play
from dulcet.task import Task
from dulcet.trajectory import Trajectory


@dataclass(frozen=True)
class Rollouts:
    """Plays and grades episodes of any policy as the offline ones were played."""

    tasks: Sequence[Task]
    """The training tasks, with all that the person and the grader need."""
    setup: Play
    """Who plays with whom by which rules; model, seed and number of episodes are each call's."""
    parallel: int = 256
    """Episodes under way at once."""

    def collect(
        self,
        model: str | Path,
        out: Path,
        *,
        seed: int,
        episodes: int = 1,
        tasks: Collection[str] | None = None,
        label: str = "rollouts",
    ) -> list[Trajectory]:
        """`episodes` of each task (of those named in `tasks`, where given) by the policy in `model`.

        They are written to `out` as they end; a second call continues. Raises what `play` raises.
        """
        chosen = [task for task in self.tasks if tasks is None or task.id in tasks]
        spec = self.setup.model.model_copy(update={"model": str(model)})
        setup = self.setup.model_copy(update={"model": spec, "seed": seed, "episodes": episodes})
        with progress(label, len(chosen) * episodes) as bar:
            return asyncio.run(play(chosen, setup, out, parallel=self.parallel, progress=bar))
