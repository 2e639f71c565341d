"""One stage of a training whose data come as it goes: it begins with the optimiser's state that the last one left.

Each stage is a training of its own (checkpoints, metrics, a finished folder), so that one that was killed goes on as
any other does; the learning rate follows the whole of them.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dulcet.training import checkpoint
from dulcet.training.job import Job, Reference
from dulcet.training.policy_gradient import advantages_hash
from dulcet.training.result import MARKER


@dataclass(frozen=True)
class Stage(Job):
    """Stage `number` of `stages`."""

    number: int = 0
    stages: int = 1
    before: Path | None = None
    """Folder of the last stage that trained; the model of this one is its result. None begins afresh."""
    anchor: Reference | None = None
    """What the policy is not to leave, where the objective has a penalty for that."""

    @property
    def content(self) -> str:
        """Hash of the data with their advantages, and of what this stage goes on with."""
        parts = [super().content, advantages_hash(self.data), self.number, self.stages]
        parts.append(_fingerprint(self.before) if self.before else "")
        parts.append(self.anchor.identity if self.anchor else "")
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def open(self) -> tuple[Any, Any]:
        """The policy and the passes, with the anchor's numbers where there is one."""
        from dulcet.training.opening import open_reference

        model, passes = super().open()
        if self.anchor is not None:
            passes.anchors = open_reference(self, model, passes, self.anchor)
        return model, passes

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of this stage's step, as if every stage had as many steps."""
        return self.config.learning_rate(self.number * steps + step, self.stages * steps)

    def begin(self, model: Any, optimiser: Any) -> None:
        """Take up the optimiser's state."""
        if self.before is not None:
            checkpoint.load_newest(_left(self.before), _fingerprint(self.before), model, optimiser)

    def end(self, model: Any, optimiser: Any) -> None:
        """Leave it for the next stage. Together."""
        checkpoint.save(_left(self.out), 0, {"identity": self.identity["fingerprint"]}, model, optimiser)


def _left(folder: Path) -> Path:
    return folder / "optimiser"


def _fingerprint(folder: Path) -> str:
    return str(json.loads((folder / "model" / MARKER).read_text("utf-8"))["fingerprint"])
