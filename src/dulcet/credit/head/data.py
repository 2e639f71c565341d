"""What critics with a head learn from: pairs of episodes, or episodes that went well or did not, turn by turn."""

from dataclasses import dataclass
from typing import NamedTuple

from dulcet.credit.base import ScoreRequest
from dulcet.training.data import Demonstration

Turns = tuple[ScoreRequest, ...]
"""An episode as a critic reads it: a question with one candidate, what was said, for each of its turns."""


@dataclass(frozen=True)
class TurnPair:
    """Two episodes of one task, the first with the higher reward."""

    chosen: Turns
    rejected: Turns

    @property
    def group(self) -> str:
        """The task: a task is held out as a whole or not at all."""
        return group(self.chosen)

    @property
    def state(self) -> str:
        """No pair shares its history with others."""
        return ""


class GradedTurns(NamedTuple):
    """One episode, and whether it succeeded."""

    turns: Turns
    success: bool


@dataclass(frozen=True)
class Graded(Demonstration):
    """`GradedTurns` as token ids."""

    success: bool = False


def group(turns: Turns) -> str:
    """The task of an episode."""
    return turns[0].task_id if turns else ""
