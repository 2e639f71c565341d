"""Reads the corpus: one answer a file, its header first. The format is described in README.md."""

import json
from dataclasses import dataclass
from pathlib import Path

from dulcet.task import Task

FOLDER = Path(__file__).parent
TASKS = json.loads((FOLDER / "tasks.json").read_text())


@dataclass(frozen=True)
class Entry:
    """One answer: what it tries (or looks like), its task, what it honestly computes."""

    name: str
    tries: str
    task: str
    honest_score: float
    unconfined: str
    """What it does where nothing holds it back: `reaches` the secret, `fools` a naive grader, or nothing known."""
    code: str

    @property
    def family(self):
        return self.name.partition("_")[0]


def read(kind):
    """All entries of a folder, `hostile` or `honest`, by name."""
    return [_entry(path) for path in sorted((FOLDER / kind).glob("*.py"))]


def _entry(path):
    head, _, code = path.read_text().partition("\n\n")
    header = dict(line.removeprefix("# ").split(": ", 1) for line in head.splitlines())
    return Entry(
        name=path.stem,
        tries=header.get("Tries") or header["Looks like"],
        task=header["Task"],
        honest_score=float(header["Honest score"]),
        unconfined=header.get("Unconfined", ""),
        code=code,
    )


def fill(text, places):
    """`text` with the places of the canaries in it: `{PORT}` and the like."""
    for name, value in places.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def task(name, places):
    """A task of the corpus; the reference of `secret` returns the secret itself."""
    given = TASKS[name]
    return Task(id=name, prompt=given["prompt"], hidden=fill(given["reference"], places), checks=tuple(given["checks"]))
