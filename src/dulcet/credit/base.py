"""What every critic is: something that compares candidates for one turn, hidden information in hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dulcet.trajectory import Message


@dataclass(frozen=True)
class ScoreRequest:
    """Candidates for one turn after one history."""

    history: tuple[Message, ...]
    """What the agent saw: its system message, if any, and the conversation up to the person's last message."""
    hidden: str
    """The hidden information of the task."""
    candidates: tuple[str, ...]
    """What the agent wrote or might have written, thoughts included (`Turn.raw`)."""
    task_id: str = ""
    """Which task it is, for critics that look up more of it or play on from here."""


class Critic(Protocol):
    """Gives credit: an advantage for each candidate."""

    @property
    def identity(self) -> dict[str, Any]:
        """Which critic this is, for every result file."""
        ...

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """For each request one number a candidate (axis N), higher is better; comparable within a request."""
        ...
