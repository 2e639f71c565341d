"""What each step of a run takes, in costs.jsonl: killed runs included, and nothing counted twice.

A thread writes what was spent since the last line every few seconds, so that a killed process loses no more than that.
Once a step has finished, going through it again costs nothing that counts. Of children (the sandbox's workers) the
processor time is known when they have ended.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from dulcet.jsonl import Appender, read_if_exists

EVERY = 5.0
"""Seconds between two lines: what a killed process can lose."""


class Spent(BaseModel):
    """A line: what a step took since its line before."""

    model_config = ConfigDict(frozen=True)

    step: str
    wall_seconds: float
    cpu_seconds: float
    gpu_seconds: float = 0.0
    finished: bool = False

    def plus(self, other: "Spent") -> "Spent":
        """Two lines of one step together."""
        return Spent(
            step=self.step,
            wall_seconds=self.wall_seconds + other.wall_seconds,
            cpu_seconds=self.cpu_seconds + other.cpu_seconds,
            gpu_seconds=self.gpu_seconds + other.gpu_seconds,
            finished=self.finished or other.finished,
        )


class Ledger:
    """The file of one run. `gpu`: whether the models are on one."""

    def __init__(self, path: Path, *, gpu: bool = False) -> None:
        self.path, self.gpu = path, gpu
        self._finished = {row.step for row in read_if_exists(path, Spent) if row.finished}

    @property
    def finished(self) -> frozenset[str]:
        """The steps that were gone through to their end."""
        return frozenset(self._finished)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Write down what the block takes, also where it ends by an exception; nothing if it had finished before."""
        if name in self._finished:
            yield
            return
        with Appender(self.path) as file:
            meter = _Meter(name, file, self.gpu)
            try:
                yield
            except BaseException:
                meter.stop(finished=False)
                raise
            meter.stop(finished=True)
        self._finished.add(name)

    def totals(self) -> list[Spent]:
        """All that each step has taken so far."""
        found: dict[str, Spent] = {}
        for row in read_if_exists(self.path, Spent):
            before = found.get(row.step)
            found[row.step] = row if before is None else before.plus(row)
        return list(found.values())


class _Meter:
    """Writes what is spent while it runs, from a thread of its own."""

    def __init__(self, name: str, file: Appender, gpu: bool) -> None:
        self._name, self._file, self._gpu = name, file, gpu
        self._wall, self._cpu = time.monotonic(), _cpu_seconds()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._thread.start()

    def stop(self, *, finished: bool) -> None:
        """Write the last line."""
        self._over.set()
        self._thread.join()
        self._write(finished=finished)

    def _tick(self) -> None:
        while not self._over.wait(EVERY):
            self._write()

    def _write(self, *, finished: bool = False) -> None:
        wall, cpu = time.monotonic(), _cpu_seconds()
        spent = wall - self._wall
        self._file.append(
            Spent(
                step=self._name,
                wall_seconds=round(spent, 3),
                cpu_seconds=round(cpu - self._cpu, 3),
                gpu_seconds=round(spent, 3) if self._gpu else 0.0,
                finished=finished,
            )
        )
        self._wall, self._cpu = wall, cpu


def _cpu_seconds() -> float:
    """Processor time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
