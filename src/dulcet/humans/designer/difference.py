"""What differs between two pages: one fact each, and how much it is seen."""

from dataclasses import dataclass

from dulcet.humans.designer.naming import Name


@dataclass(frozen=True)
class Difference:
    """One thing to change. Differences of one `kind` with equal `said` are told in one sentence."""

    kind: str
    """Which sentence says it (wording.py)."""
    loss: float
    """About what it takes from the likeness of the pages, in the weights of blocks."""
    names: tuple[Name, ...] = ()
    """The things it is about."""
    said: tuple[str, ...] = ()
    """What fills the sentence beside the names."""
    place: int = -1
    """For what is missing: its position in the target's reading order."""
