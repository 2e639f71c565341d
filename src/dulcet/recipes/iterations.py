"""The folder of an online training: each iteration has a folder of its own, and a line in `metrics.jsonl` at its end.

A run that was killed goes on in the iteration that has no line yet: its episodes are kept as they end, its training has
checkpoints, and both follow from the iteration's number. Of the iterations before only episodes and numbers stay.
"""

import json
import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from dulcet.models.loading import weights_hash
from dulcet.progress import Plain, Tally
from dulcet.recipes.base import Ingredients, NothingToLearnError, placed
from dulcet.recipes.playing import drawn_tasks, means
from dulcet.rollout.collect import load
from dulcet.rollout.config import hold_to_config
from dulcet.seeds import derive
from dulcet.training.config import TrainConfig
from dulcet.training.job import Reference
from dulcet.training.metrics import MetricsFile
from dulcet.training.policy_gradient import Experience, PolicyGradient
from dulcet.training.stage import Stage
from dulcet.training.trackers import Trackers
from dulcet.training.trainer import carry_out
from dulcet.training.watch import Limits, Watch
from dulcet.trajectory import Trajectory

_WEIGHTS = ("model", "optimiser")


class Iterations:
    """How far an online training is, and what one iteration does."""

    def __init__(
        self, given: Ingredients, name: str, iterations: int, watch: Limits, settings: Mapping[str, Any]
    ) -> None:
        """Find what there is. Raises InputError where the folder holds another training."""
        self.given, self.name, self.iterations = given, name, iterations
        self.metrics = MetricsFile(given.out / "metrics.jsonl")
        self._hold_to(settings)
        self.metrics.forget_after(sys.maxsize)  # none but a line that was cut off
        self.finished = list(self.metrics.rows())
        self.watch = Watch(watch, given.out, self.finished)
        self.notes: dict[str, float] = {}
        """What the method has to say of the present iteration."""
        self.trackers = Trackers()
        """Where the lines are shown."""
        self._tally = Tally(iterations, window=10)
        self._tally.add(self.number, {}, before=True)
        self._shown = Plain(name, self._tally)
        self._tidy()

    @property
    def number(self) -> int:
        """Of the present iteration, from 0."""
        return len(self.finished)

    @property
    def folder(self) -> Path:
        """Of the present iteration."""
        return self._folder(self.number)

    @property
    def last(self) -> Path | None:
        """Folder of the last iteration that trained."""
        trained = [number for number, row in enumerate(self.finished) if row["learnt_from"]]
        return self._folder(trained[-1]) if trained else None

    @property
    def policy(self) -> str:
        """Folder (or hub name) of the newest policy."""
        return self.given.base if self.last is None else str(self.last / "model")

    @property
    def seed(self) -> int:
        """Of the present iteration."""
        return derive(self.given.seed, "iteration", self.number)

    @property
    def label(self) -> str:
        """For progress bars, e.g. `grpo 3/100`."""
        return f"{self.name} {self.number + 1}/{self.iterations}"

    def play(self, tasks: int, episodes: int) -> list[Trajectory]:
        """`episodes` of each of this iteration's `tasks`, but for those that the machinery broke."""
        played = self.given.fresh.collect(
            self.policy,
            self.folder / "episodes.jsonl",
            seed=self.seed,
            episodes=episodes,
            tasks=drawn_tasks(sorted(self.given.tasks), self.number, tasks, self.given.seed),
            label=f"{self.label} episodes",
        )
        return [episode for episode in played if episode.outcome.agents_own and episode.turns]

    def learn(
        self, data: Sequence[Experience], episodes: Sequence[Trajectory], loss: PolicyGradient, config: TrainConfig
    ) -> None:
        """Train on the data, write the iteration's line, and clear away what nobody needs any more.

        Raises TrainingError where the policy has collapsed: the line is not written then, and the policy before stays.
        """
        trained = self._train(data, loss, config) if data else {}
        row = {**means(episodes), **self.notes, "learnt_from": float(len(data)), **trained}
        self.watch.see(row)
        self.metrics.append({"step": self.number + 1, **row})
        self.trackers.log(self.number + 1, row)
        self.finished.append(row)
        self.notes = {}
        self._tidy()
        self._tally.add(1, {name: row.get(name) for name in ("reward", "success", "turns")})
        self._shown.write()

    def played(self, number: int) -> list[Trajectory]:
        """What was played in this or an earlier iteration."""
        return load(self._folder(number) / "episodes.jsonl")

    def before(self, part: str) -> Path | None:
        """Folder of what else the last iteration trained, such as its critic; None in the first."""
        return self._folder(self.number - 1) / part if self.number else None

    def note_steps(self, folder: Path, names: Collection[str]) -> None:
        """Note what a training in `folder` of another part said in its last step."""
        last = list(MetricsFile(folder / "metrics.jsonl").rows())[-1]
        self.notes |= {f"{folder.name}_{name}": last[name] for name in names}

    def result(self) -> Path:
        """The last policy's folder. Raises NothingToLearnError where nothing was learnt."""
        if self.last is None:
            what = f"in none of the {self.number} iterations did one episode do better than another"
            raise NothingToLearnError(
                what, where=str(self.given.out), do="Take easier tasks, or more episodes of each."
            )
        return self.last / "model"

    def _train(self, data: Sequence[Experience], loss: PolicyGradient, config: TrainConfig) -> dict[str, float]:
        out = self.folder
        stage = Stage(
            model=self.policy,
            data=data,
            objective=loss,
            config=placed(config, self.given).model_copy(update={"seed": self.seed, "log_to": ()}),
            out=out,
            label=self.label,
            number=self.number,
            stages=self.iterations,
            before=self.last,
            anchor=Reference(path=out / "anchor.safetensors", model=self.given.base) if loss.kl else None,
        )
        carry_out(stage)
        steps = list(MetricsFile(out / "metrics.jsonl").rows())
        names = set(steps[0]) & {"loss", "entropy", "clipped", "kl", "kl_first", "grad_norm"}
        return {name: fmean(step[name] for step in steps) for name in sorted(names)} | {"steps": float(len(steps))}

    def _tidy(self) -> None:
        """Of what is finished leave episodes and numbers, and the weights with which the next iteration goes on.

        The numbers of steps get another name, because `metrics.jsonl` is what stands for a whole training.
        """
        last = self.last
        for number in range(self.number):
            folder = self._folder(number)
            for path in list(folder.rglob("metrics.jsonl")):
                path.rename(path.with_name("steps.jsonl"))
            if folder != last:
                _clear(folder)
            for part in folder.glob("*/") if number < self.number - 1 else ():
                if part.name not in _WEIGHTS:
                    _clear(part)

    def _folder(self, number: int) -> Path:
        return self.given.out / f"iteration_{number + 1:04d}"

    def _hold_to(self, settings: Mapping[str, Any]) -> None:
        base = self.given.base
        model = weights_hash(base) if Path(base).is_dir() else base
        self.given.out.mkdir(parents=True, exist_ok=True)
        free = {"watch", "log_to", "save_every_seconds", "save_every_steps"}
        kept = json.loads(json.dumps(_without(settings, free)))
        hold_to_config(self.metrics.path, {"method": self.name, **kept, "model": model, "seed": self.given.seed})


def _without(settings: Any, names: set[str]) -> Any:
    """The settings but for those of these names, at any depth: what shows and watches changes no result."""
    if not isinstance(settings, Mapping):
        return settings
    return {name: _without(value, names) for name, value in settings.items() if name not in names}


def _clear(folder: Path) -> None:
    """Leave what was played and its numbers: the weights are those of a later iteration now."""
    for name in _WEIGHTS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("reference.safetensors", "anchor.safetensors"):
        (folder / name).unlink(missing_ok=True)
