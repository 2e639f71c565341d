"""SWEET-RL in several rounds: what the paper does once with offline data, again with what the new policy does.

    1. the first round is SWEET-RL on the offline episodes
    2. in each further round the newest policy plays the training tasks
    3. the critic learns anew from all episodes so far, from its first weights
    4. candidates of the newest policy, for turns of its own fresh episodes
    5. DPO from the newest policy, which is the reference too

(arXiv 2503.15478 has the first round alone.) The critic learns from what the newest policy does too, because it is
asked about just that; and the pairs are of messages that this policy still writes, in places that it still comes to.
"""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from pydantic import PositiveInt

from dulcet.recipes.base import Ingredients
from dulcet.recipes.credits import make_credit
from dulcet.recipes.rounds import fresh_episodes, round_folder
from dulcet.recipes.sweet_rl import SweetRL


class SweetRounds(SweetRL):
    """Settings of the method: those of SWEET-RL in every round, and how many rounds."""

    name: ClassVar[str] = "sweet_rounds"
    summary: ClassVar[str] = "SWEET-RL in several rounds, each with fresh episodes of the newest policy"

    rounds: PositiveInt = 2
    episodes: PositiveInt = 4
    """Fresh episodes of each task in a round after the first."""

    def run(self, given: Ingredients) -> Path:
        """All rounds; each leaves its folder, and a second call continues where the first stopped."""
        policy, episodes = super().run(given), list(given.episodes)
        later = self.model_copy(update={"critic_base": self.critic_base or given.base})
        for number in range(2, self.rounds + 1):
            fresh = fresh_episodes(given, policy, number, self.episodes, episodes)
            episodes += fresh
            known = replace(given, base=str(policy), episodes=episodes, out=round_folder(given, number), shared=None)
            critic = make_credit(later, known)
            own = replace(known, episodes=fresh)
            policy = later.train_policy(own, later.score(own, critic, later.draw(own)))
        return policy
