"""metrics.jsonl: one line a step, appended; a resumed run first forgets the steps that it will take again."""

import json
from pathlib import Path

from dulcet import jsonl
from dulcet.jsonl import storage, write_atomic


class MetricsFile:
    """The numbers of each step, on disk as soon as they are known."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def forget_after(self, step: int) -> None:
        """Keep the lines up to `step` alone."""
        if self.path.exists():
            kept = [row for _, row in jsonl.lines(self.path) if row["step"] <= step]
            write_atomic(self.path, "".join(json.dumps(row) + "\n" for row in kept))

    def append(self, row: dict[str, float]) -> None:
        """Write one line."""
        with storage(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
