"""Ways to give credit, by name: from a method's settings to the critic that scores its candidates.

Adding one is a maker here and a name in `SweetRL.credit`. A maker trains what has to be trained, in `given.out`, and
finds it finished when called again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from dulcet.credit.base import Critic
from dulcet.credit.open import open_critic
from dulcet.credit.sweet import SweetCritic
from dulcet.recipes.base import Ingredients

if TYPE_CHECKING:
    from dulcet.recipes.sweet_rl import SweetRL

Credit = Literal["sweet", "untrained"]
Maker = Callable[["SweetRL", Ingredients], Critic]


def make_credit(method: SweetRL, given: Ingredients) -> Critic:
    """The critic of a method, trained where it has to be. Raises InputError where there is nothing to learn from."""
    return MAKERS[method.credit](method, given)


def _trained(method: SweetRL, given: Ingredients) -> Critic:
    folder, base = method.train_critic(given), method.first_weights(given)
    look = given.benchmark.pictures
    return open_critic(
        folder,
        base if method.reference_hidden else given.base,
        look=look,
        device=given.device,
        max_tokens=given.max_tokens,
        reference_hidden=method.reference_hidden,
    )


def _untrained(method: SweetRL, given: Ingredients) -> Critic:
    """The first weights' log pi(a | o, c) - log pi(a | o): how much likelier the hidden information makes a message."""
    base = method.first_weights(given)
    return SweetCritic(
        base, given.base, device=given.device, max_tokens=given.max_tokens, reference_hidden=False, kind="untrained"
    )


MAKERS: dict[str, Maker] = {"sweet": _trained, "untrained": _untrained}
