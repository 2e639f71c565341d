"""ArCHer: a critic of whole messages, learnt from turn to turn, over a policy gradient on tokens.

    for each iteration:
        play episodes with the newest policy; they join the replay
        critic: temporal differences on the replay           Q(o, a), V(o), a target network    credit/utterance/
        A(o_k, a_k) = Q(o_k, a_k) - V(o_k)                    for every token of turn k
        policy: some steps on the surrogate with A            training/policy_gradient.py

(arXiv 2402.19446.) Credit goes to single turns, as with SWEET-RL, but the critic sees no hidden information. Offline
episodes of the first policy, where there are some, begin the replay. The advantages of an iteration are brought to
mean 0 and deviation 1, so that one learning rate fits any scale, and a V that lags behind Q pushes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, pstdev
from typing import ClassVar

from pydantic import Field, NonNegativeInt, PositiveInt

from dulcet.credit.utterance import Played, TemporalDifference, UtteranceCritic, UtteranceStage
from dulcet.recipes.base import Ingredients, placed
from dulcet.recipes.iterations import Iterations
from dulcet.recipes.online import Online
from dulcet.recipes.playing import encoded
from dulcet.training.config import TrainConfig
from dulcet.training.policy_gradient import Experience, PolicyGradient
from dulcet.trajectory import Trajectory


class ArCHer(Online):
    """Settings of the method; rates and sizes are those with which the authors' code plays twenty questions."""

    name: ClassVar[str] = "archer"
    summary: ClassVar[str] = "an utterance-level critic learnt by temporal differences, over an online policy gradient"

    iterations: PositiveInt = 50
    tasks: PositiveInt = 128
    episodes: PositiveInt = 1
    critic: TrainConfig = TrainConfig(
        lr=2e-5, batch=64, epochs=100, max_steps=20, warmup=0.0, final_lr=1.0, held_out=0.0
    )
    """Of each iteration: at most `max_steps` steps of `batch` episodes of the replay."""
    critic_loss: TemporalDifference = TemporalDifference()
    polyak: float = Field(0.1, gt=0, le=1)
    """How far the critic's target network follows after each step."""
    replay: PositiveInt = 50
    """Iterations whose episodes the critic learns from, the newest ones; offline ones stand for those to come."""
    critic_first: NonNegativeInt = 20
    """In so many iterations at the start the critic alone learns."""
    policy: TrainConfig = TrainConfig(lr=1e-6, batch=128, epochs=3, warmup=0.0, final_lr=1.0, held_out=0.0)
    loss: PolicyGradient = PolicyGradient(kl=0.0, mean="token")

    @property
    def policy_training(self) -> TrainConfig:
        """Of each iteration."""
        return self.policy

    def experience(self, given: Ingredients, run: Iterations, episodes: Sequence[Trajectory]) -> list[Experience]:
        """Train the critic, and ask it about every turn of the newest episodes."""
        critic = UtteranceCritic(self.train_critic(given, run), device=given.device, max_tokens=given.max_tokens)
        if run.number < self.critic_first:
            return []
        items = _items(given, episodes)
        advantages = critic.of_turns(items)
        flat = [a for row in advantages for a in row]
        mean, spread = (fmean(flat), pstdev(flat)) if flat else (0.0, 0.0)
        run.notes |= {"advantage": mean, "advantage_spread": spread}
        if spread == 0:
            return []
        return [
            Experience(item.sequences, advantages=tuple((a - mean) / spread for a in row), group=item.group)
            for item, row in zip(items, advantages, strict=True)
        ]

    def train_critic(self, given: Ingredients, run: Iterations) -> Path:
        """The critic of the present iteration: the one before, some steps further."""
        before = run.before("critic")
        stage = UtteranceStage(
            model=before / "model" if before else given.base,
            data=self.remembered(given, run),
            objective=self.critic_loss,
            config=placed(self.critic, given).model_copy(update={"seed": run.seed, "log_to": ()}),
            out=run.folder / "critic",
            label=f"{run.label} critic",
            number=run.number,
            stages=self.iterations,
            before=before,
            polyak=self.polyak,
        )
        folder = stage.carry_out()
        run.note_steps(stage.out, ("q_loss", "v_loss", "q"))
        return folder

    def remembered(self, given: Ingredients, run: Iterations) -> list[Played]:
        """The replay: the newest iterations' episodes, this one's included; before there are enough, offline ones too.

        Offline episodes take the place of the iterations that are still to come, as many as those will play.
        """
        numbers = range(max(0, run.number + 1 - self.replay), run.number + 1)
        room = (self.replay - len(numbers)) * self.tasks * self.episodes
        offline = given.episodes[:: max(1, -(-len(given.episodes) // room))] if room else []
        data = [replace(item, own=run.number == 0) for item in _items(given, offline)]
        for number in numbers:
            data += [replace(item, own=number == run.number) for item in _items(given, run.played(number))]
        return data


def _items(given: Ingredients, episodes: Sequence[Trajectory]) -> list[Played]:
    """Episodes as the critic reads them; those that the machinery broke, or that are too long, are left out."""
    whole = [episode for episode in episodes if episode.outcome.agents_own and episode.turns]
    read = [(episode, encoded(given, episode)) for episode in whole]
    return [
        Played(sequences, group=episode.task_id, reward=episode.reward or 0.0)
        for episode, sequences in read
        if sequences
    ]
