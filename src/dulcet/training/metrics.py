"""metrics.jsonl: one line a step, appended; a resumed run first forgets the steps that it will take again."""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dulcet import jsonl
from dulcet.jsonl import storage, write_atomic


class MetricsFile:
    """The numbers of each step, on disk as soon as they are known."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def forget_after(self, step: int) -> None:
        """Keep the lines up to `step` alone."""
        if self.path.exists():
            kept = [row for row in self.rows() if row["step"] <= step]
            write_atomic(self.path, "".join(json.dumps(row) + "\n" for row in kept))

    def rows(self) -> Iterator[dict[str, Any]]:
        """All lines so far."""
        if self.path.exists():
            yield from (row for _, row in jsonl.lines(self.path))

    def append(self, row: dict[str, float]) -> None:
        """Write one line."""
        with storage(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


def peak_memory() -> float:
    """The most memory that this process has held, in GiB: of the GPU where torch uses one, else of the machine."""
    import torch

    if torch.cuda.is_available() and torch.cuda.max_memory_allocated():
        return float(torch.cuda.max_memory_allocated()) / 2**30
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30
