"""What a method spent, so that methods can be compared at equal budgets: costs.json of a run.

What several methods share (offline episodes, drawn candidates) counts for each of them as if it were alone, in
proportion to what it took. Measuring a method on the held-out tasks is not part of its cost.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from dulcet.errors import InputError
from dulcet.jsonl import describe, read_json, write_json


class Cost(BaseModel):
    """What one row of the table spent before it was measured. Counts add up; so do seconds."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    episodes: float = 0
    """Episodes played to learn from."""
    candidates: float = 0
    """Messages drawn for single turns."""
    tokens_written: float = 0
    """Tokens of the agent in those episodes; those of candidates are not known."""
    tokens_trained: float = 0
    """Tokens that went through a model in training, passes without gradients left out."""
    wall_seconds: float = 0
    cpu_seconds: float = 0
    """Of the process and of its children that have ended."""
    gpu_seconds: float = 0
    """Wall time in which a GPU was held; 0 without one."""

    def __add__(self, other: "Cost") -> "Cost":
        """Both together."""
        return Cost(**{name: getattr(self, name) + getattr(other, name) for name in Cost.model_fields})

    def __mul__(self, share: float) -> "Cost":
        """A part of it."""
        return Cost(**{name: getattr(self, name) * share for name in Cost.model_fields})


Costs = dict[str, Cost]
"""Row -> what it spent."""


def mean_cost(costs: Sequence[Cost]) -> Cost:
    """The mean over seeds; `costs` is not empty."""
    return sum(costs, Cost()) * (1 / len(costs))


def write_costs(path: Path, costs: Costs) -> None:
    """Write costs.json, seconds to a tenth."""
    rounded = {row: {name: round(value, 1) for name, value in cost} for row, cost in costs.items()}
    write_json(path, rounded)


def read_costs(path: Path) -> Costs:
    """Read costs.json. Raises InputError naming the file and the field."""
    try:
        return {row: Cost.model_validate(value) for row, value in read_json(path).items()}
    except ValidationError as error:
        raise InputError(describe(error), where=str(path)) from error
