"""The rows of an experiment's table: training methods, variants of them, and agents that learn nothing.

What a row is follows from its name and from `settings[name]`, where four keys are the row's own and all others its
method's (or its agent's: `rounds`, `trials`):

    method       which method or agent it is, where the name does not say so
    data         which offline episodes it learns from (`Data`)
    start        an earlier row whose policy it goes on from, learning from episodes of that policy
    critic_only  train its critic and no policy: for Best-of-N and the critic's quality
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import PositiveInt, ValidationError

from dulcet.errors import InputError
from dulcet.jsonl import describe
from dulcet.recipes.base import Method, Settings
from dulcet.recipes.experiment import Experiment
from dulcet.recipes.grpo import GRPO
from dulcet.recipes.methods import METHODS, ROW_KEYS, kind, nearest, row_method
from dulcet.recipes.sweet_rl import SweetRL

AGENTS = {
    "zero_shot": "direct",
    "single_turn": "single-turn",
    "react": "react",
    "self_refine": "self-refine",
    "reflexion": "reflexion",
}
"""Rows that learn nothing -> the agent that plays them, over the model that all start from."""


class Data(Settings):
    """Which offline episodes a row learns from."""

    tasks: PositiveInt | None = None
    """Of the first so many training tasks; None is all."""
    episodes: PositiveInt | None = None
    """So many of each task; None is as many as all have."""
    budget_of: str | None = None
    """As many more as make up for the candidates that this row draws: the same number of fresh messages."""
    collected_by: str | None = None
    """Who played them: an earlier row's policy, or a folder or hub name; None is the experiment's."""


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    name: str
    kind: str
    """Name of its method or agent."""
    data: Data
    critic_only: bool
    settings: Mapping[str, Any]
    preset: str
    start: str | None = None
    """The row whose policy it goes on from; None is the model that all start from."""

    @property
    def learns(self) -> bool:
        """Whether something is trained for it."""
        return self.kind not in AGENTS

    @property
    def offline(self) -> bool:
        """Whether it learns from offline episodes, and not from its own alone."""
        return self.learns and not isinstance(self.method, GRPO)

    @property
    def measured(self) -> bool:
        """Whether it has a line in the table."""
        return not self.critic_only

    @property
    def method(self) -> Method:
        """Its method. Raises InputError for wrong settings."""
        return row_method(self.name, self.preset, self.settings)

    @property
    def sweet(self) -> SweetRL | None:
        """Its method where that is SWEET-RL, in any variant: such rows have a critic that can be measured."""
        method = self.method if self.learns else None
        return method if isinstance(method, SweetRL) else None

    @property
    def changes(self) -> dict[str, Any]:
        """Settings that are the method's or the agent's own."""
        return {key: value for key, value in self.settings.items() if key not in ROW_KEYS}


def rows(experiment: Experiment) -> list[Row]:
    """All rows in the order in which they are made, the baseline first. Raises InputError for what cannot be."""
    first = ["zero_shot", *(["single_turn"] if experiment.single_turn else [])]
    names = [*first, *(name for name in experiment.methods if name not in first)]
    idle = [name for name in experiment.settings if name not in names]
    if idle:
        do = f"The methods are: {', '.join(experiment.methods)}."
        raise InputError(f"there are settings for '{idle[0]}', which is not among the methods", do=do)
    made = [_row(experiment, name) for name in names]
    for row in made:
        _check(row, [one.name for one in made[: made.index(row)]], made)
    return made


def _row(experiment: Experiment, name: str) -> Row:
    settings = experiment.settings.get(name, {})
    which = kind(name, settings)
    if which not in METHODS and which not in AGENTS:
        known = [*METHODS, *AGENTS]
        do = f"The nearest is {nearest(which, known)}; there are {', '.join(known)}."
        raise InputError(f"there is no method '{which}'", do=do)
    try:
        data = Data.model_validate(settings.get("data", {}))
    except ValidationError as error:
        raise InputError(describe(error), where=f"settings of {name}.data") from error
    start = settings.get("start")
    if start is not None:
        data = data.model_copy(update={"collected_by": data.collected_by or start})
    only = bool(settings.get("critic_only", False))
    return Row(name, which, data, only, settings, experiment.method_preset, start)


def _check(row: Row, before: list[str], every: list[Row]) -> None:
    where = f"settings of {row.name}"
    if not row.learns:
        if row.data != Data() or row.critic_only or row.start:
            raise InputError("an agent that learns nothing has no data", where=where, do="Leave 'data' out.")
        return
    if row.critic_only and row.sweet is None:
        raise InputError(f"'{row.kind}' has no critic", where=where, do="Leave 'critic_only' out.")
    row.method  # noqa: B018  (wrong settings are said at once)
    if row.data.budget_of is not None:
        _check_budget(row.data.budget_of, where, every)
    for source in (row.start, row.data.collected_by):
        if source in [one.name for one in every] and source not in before:
            raise InputError(f"'{source}' is not trained before it", where=where, do="Name it earlier in the methods.")
    if row.start is not None:
        _check_start(row, where, every)


def _check_start(row: Row, where: str, every: list[Row]) -> None:
    if not any(one.name == row.start and one.learns and one.measured for one in every):
        raise InputError(f"there is no row '{row.start}' with a policy", where=where, do="Name one of the methods.")
    if not row.offline:
        raise InputError(f"'{row.kind}' plays its own episodes from the first weights", where=where, do="Leave it out.")


def _check_budget(name: str, where: str, every: list[Row]) -> None:
    if not any(one.name == name and one.sweet is not None for one in every):
        do = "Name a row of SWEET-RL as budget_of."
        raise InputError(f"there is no row '{name}' that draws candidates", where=where, do=do)
