"""Draft: a reference function before its tests are chosen, and the registry of families that make drafts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from dulcet.benchmarks.backend.synthesis.lexicon import DOMAINS, LABELS, Domain

Value = Any
"""A literal argument value: what `repr` writes, Python reads back."""


@dataclass(frozen=True)
class Draft:
    """One reference function, and values worth calling it with."""

    name: str
    arguments: tuple[str, ...]
    body: tuple[str, ...]
    """Lines of the function without the first indentation."""
    inputs: dict[str, tuple[Value, ...]]
    """For each argument values on both sides of everything that the body decides by."""
    purpose: str
    """What the person wants, e.g. `rates loan applications`; goes into the request."""
    defaults: dict[str, Value] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """The `def` line without its colon."""
        parts = [f"{name}={self.defaults[name]!r}" if name in self.defaults else name for name in self.arguments]
        return f"def {self.name}({', '.join(parts)})"

    @property
    def source(self) -> str:
        """The whole reference function."""
        return "\n".join([f"{self.signature}:", *(f"    {line}" for line in self.body)])


@dataclass(frozen=True)
class Dice:
    """The random choices of one draft."""

    random: Random
    domain: Domain
    difficulty: int
    """1 (two or three hidden facts, plain words) to 5."""

    def numbers(self, count: int) -> list[str]:
        """Distinct numeric arguments of the domain."""
        return self.random.sample(self.domain.numbers, count)

    def labels(self, count: int) -> list[str]:
        """Labels from best to worst."""
        return list(self.random.choice(LABELS)[:count])

    def threshold(self) -> int:
        """A whole number that somebody might set as a limit; larger and less round on harder tasks."""
        return self.random.randint(3, 60) if self.difficulty <= 2 else self.random.randint(3, 400)

    def small(self) -> int:
        """A small amount: points, a fee, a rate."""
        return self.random.randint(2, 12) if self.difficulty <= 2 else self.random.randint(2, 40)

    def chance(self, share: float) -> bool:
        """True in `share` of all cases."""
        return self.random.random() < share

    def pick(self, *options: str) -> str:
        """One of the options."""
        return self.random.choice(options)


Family = Callable[[Dice], Draft]
FAMILIES: dict[str, Family] = {}


def family(make: Family) -> Family:
    """Register a family of rules under its function's name."""
    FAMILIES[make.__name__] = make
    return make


def around(*limits: int) -> tuple[int, ...]:
    """Values at, just beside and well away from each limit, never negative."""
    near = {limit + step for limit in limits for step in (-1, 0, 1)}
    far = {limit + step for limit in limits for step in (-17, 23)} | {max(limits) * 2}
    return tuple(sorted(value for value in near | far if value >= 0))


def with_idle_argument(dice: Dice, draft: Draft) -> Draft:
    """Sometimes add an argument that the function never looks at; only the person knows that it does not matter."""
    spare = [name for name in (*dice.domain.numbers, dice.domain.category) if name not in draft.arguments]
    if not spare or not dice.chance(0.5):
        return draft
    name = dice.random.choice(spare)
    place = dice.random.randint(0, len(draft.arguments) - len(draft.defaults))
    arguments = (*draft.arguments[:place], name, *draft.arguments[place:])
    values: tuple[Value, ...] = dice.domain.categories if name == dice.domain.category else (1, 8, 40)
    return Draft(draft.name, arguments, draft.body, draft.inputs | {name: values}, draft.purpose, draft.defaults)


def new_dice(seed: int, difficulty: int) -> Dice:
    """Fresh dice for one draft."""
    random = Random(seed)
    return Dice(random, random.choice(DOMAINS), difficulty)
