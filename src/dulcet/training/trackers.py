"""Where the numbers of each step are shown: TensorBoard, Weights & Biases, trackio. metrics.jsonl is what they show.

A tracker gets every line of that file once, however often the training was killed and continued: TensorBoard's files
are written anew from it at each start; for the others a small file beside it remembers the last step that was sent.
"""

import importlib.util
import logging
import os
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from dulcet.errors import InputError, MissingDependencyError
from dulcet.jsonl import read_json, write_json
from dulcet.training.distributed import world
from dulcet.training.metrics import MetricsFile

log = logging.getLogger(__name__)

PROJECT = "dulcet"
"""Name of the project at Weights & Biases and in trackio, unless WANDB_PROJECT or TRACKIO_PROJECT says another."""
HELD_OUT = "held_out_"


class Tracker(Protocol):
    """Shows numbers to a person."""

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Show the values of one step; their names are like `train/loss` and `held_out/loss`."""
        ...

    def close(self) -> None:
        """Nothing more comes."""
        ...


class Trackers:
    """Several trackers as one."""

    def __init__(self, trackers: Sequence[Tracker] = ()) -> None:
        self._trackers = trackers

    def log(self, step: int, row: Mapping[str, float]) -> None:
        """Show a line of metrics.jsonl."""
        values = {tag(name): value for name, value in row.items() if name != "step"}
        for tracker in self._trackers:
            tracker.log(step, values)

    def close(self) -> None:
        """Close them all."""
        for tracker in self._trackers:
            tracker.close()


@contextmanager
def tracking(
    names: Sequence[str] | None, metrics: MetricsFile, label: str, config: Mapping[str, Any]
) -> Iterator[Trackers]:
    """The trackers of these names, up to date with `metrics`; None is TensorBoard where it is installed.

    `label` names the run, and `config` is shown beside it. Raises MissingDependencyError for what is not installed.
    """
    opened: list[Tracker] = []
    trackers = Trackers(opened)
    try:
        if world().leads:
            for name in chosen(names):
                opened.append(OPEN[name](metrics.path.parent, label, config))
            for row in metrics.rows():
                trackers.log(row["step"], row)
        yield trackers
    finally:
        trackers.close()


def tag(name: str) -> str:
    """`loss` is `train/loss`, and `held_out_loss` is `held_out/loss`."""
    return f"held_out/{name.removeprefix(HELD_OUT)}" if name.startswith(HELD_OUT) else f"train/{name}"


def chosen(names: Sequence[str] | None) -> list[str]:
    """The trackers meant, each once. Raises MissingDependencyError where one that was asked for is not installed."""
    if names is None:
        return ["tensorboard"] if installed("tensorboard") else said_to_be_missing()
    for name in names:
        if not installed(name):
            raise MissingDependencyError(name, name)
    return list(dict.fromkeys(names))


def installed(package: str) -> bool:
    """Whether a package can be imported."""
    return importlib.util.find_spec(package) is not None


@cache
def said_to_be_missing() -> list[str]:
    """No trackers; says so, once a process."""
    log.warning("TensorBoard is not installed: curves are in metrics.jsonl alone (pip install 'dulcet[tensorboard]')")
    return []


class TensorBoard:
    """Event files in `folder/tensorboard`."""

    def __init__(self, folder: Path, label: str, config: Mapping[str, Any]) -> None:
        from torch.utils.tensorboard import SummaryWriter

        shutil.rmtree(folder / "tensorboard", ignore_errors=True)
        self._writer: Any = SummaryWriter(folder / "tensorboard", flush_secs=10)

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Write one point for each value."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()


class Sent(ABC):
    """Base of the trackers that keep what they were sent: the run's id, and how far it got, in `folder/NAME.json`."""

    name: str

    def __init__(self, folder: Path, label: str, config: Mapping[str, Any]) -> None:
        self._path = folder / f"{self.name}.json"
        known = read_json(self._path) if self._path.exists() else {}
        self.id, self._step = str(known.get("id", secrets.token_hex(4))), int(known.get("step", 0))
        self._start(folder, label, dict(config))

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Send the values, unless an earlier run has sent this step."""
        if step > self._step:
            self._step = step
            write_json(self._path, {"id": self.id, "step": step})
            self._send(step, dict(values))

    @abstractmethod
    def _start(self, folder: Path, label: str, config: dict[str, Any]) -> None: ...

    @abstractmethod
    def _send(self, step: int, values: dict[str, float]) -> None: ...


class WeightsAndBiases(Sent):
    """A run of Weights & Biases; with WANDB_MODE=offline in `folder/wandb`."""

    name = "wandb"

    def _start(self, folder: Path, label: str, config: dict[str, Any]) -> None:
        import wandb

        project = os.environ.get("WANDB_PROJECT", PROJECT)
        try:
            self._run = wandb.init(
                project=project, name=label, id=self.id, resume="allow", dir=folder, config=config, reinit="create_new"
            )
        except wandb.Error as error:
            do = "Run `wandb login`, or set WANDB_MODE=offline."
            raise InputError(f"Weights & Biases does not start ({error})", where="log_to", do=do) from error

    def _send(self, step: int, values: dict[str, float]) -> None:
        self._run.log(values, step=step)

    def close(self) -> None:
        """Wait until all is sent."""
        self._run.finish()


class Trackio(Sent):
    """A run of trackio: `trackio show` opens it."""

    name = "trackio"

    def _start(self, folder: Path, label: str, config: dict[str, Any]) -> None:
        import trackio

        project = os.environ.get("TRACKIO_PROJECT", PROJECT)
        self._run = trackio.init(project, name=f"{label} {self.id}", config=config, resume="allow", embed=False)

    def _send(self, step: int, values: dict[str, float]) -> None:
        self._run.log(values, step=step)

    def close(self) -> None:
        """Wait until all is written."""
        self._run.finish()


OPEN: dict[str, Any] = {"tensorboard": TensorBoard, "wandb": WeightsAndBiases, "trackio": Trackio}
