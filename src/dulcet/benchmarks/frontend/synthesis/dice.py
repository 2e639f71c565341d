"""Dice: the random choices of one page, and the business that it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from dulcet.benchmarks.frontend.synthesis.lexicon import BUSINESSES, PEOPLE, PLACES, Business

Item = TypeVar("Item")


@dataclass(frozen=True)
class Dice:
    """The random choices of one page."""

    random: Random
    business: Business
    name: str
    """What the business is called."""
    difficulty: int
    """1 (four sections that the dialect can say, all texts told) to 5 (what only HTML can say, hardly a text told)."""

    def pick(self, options: Sequence[Item]) -> Item:
        """One of the options."""
        return self.random.choice(options)

    def some(self, options: Sequence[Item], least: int, most: int) -> list[Item]:
        """Distinct options, `least` to `most` of them."""
        return self.random.sample(list(options), self.random.randint(least, most))

    def chance(self, share: float) -> bool:
        """True in `share` of all cases."""
        return self.random.random() < share


def new_dice(seed: int, difficulty: int) -> Dice:
    """Fresh dice for one page."""
    random = Random(seed)
    business = random.choice(BUSINESSES)
    owner = random.choice(PEOPLE + PLACES)
    return Dice(random, business, f"{owner} {business.noun.title()}", difficulty)
