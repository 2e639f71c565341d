"""SWEET-RL: a critic that sees the hidden information gives credit to single turns; the policy learns from its pairs.

    1. pairs of whole episodes, better against worse                        (offline data)
    2. critic: Bradley-Terry over the sum of the turns' mean log-ratios      equation of J_A
    3. sixteen candidates for each turn of the offline histories             from the base policy, without c
    4. the critic's advantage of every candidate                             with c
    5. pairs of candidates, upper half against lower half
    6. policy: DPO on single turns with an NLL term                          equation of J_pi, without c

(arXiv 2503.15478, section 4.) What is left out: nothing of the paper; it does no fresh rounds of rollouts either.
"""

import asyncio
import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import NonNegativeFloat

from dulcet.credit.base import Critic, ScoreRequest
from dulcet.credit.head import HeadTraining, TurnPair
from dulcet.credit.information_gain import InformationGain
from dulcet.credit.judge import Judge
from dulcet.credit.monte_carlo import MonteCarlo
from dulcet.credit.preferences import (
    Candidates,
    Rule,
    TrajectoryPreference,
    TurnPreference,
    turn_preferences,
)  # fmt: skip
from dulcet.credit.turns import turn_request, turn_requests
from dulcet.credit.vision import VisionTraining, train_vision_critic
from dulcet.errors import InputError
from dulcet.jsonl import read, write_all
from dulcet.progress import progress
from dulcet.recipes.base import Ingredients, NothingToLearnError, Settings, placed
from dulcet.recipes.candidates import draw_candidates, turns_to_draw
from dulcet.recipes.credits import Credit, make_credit, with_grades
from dulcet.recipes.multi_turn_dpo import as_pair, require_pairs, trajectory_pairs
from dulcet.recipes.warm_up import warm_up
from dulcet.rollout.config import hold_to_config
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.training.config import TrainConfig
from dulcet.training.data import Pair
from dulcet.training.job import Reference
from dulcet.training.objectives import StepDPO
from dulcet.training.objectives import SweetCritic as CriticLoss
from dulcet.training.trainer import train

_SCORED_AT_ONCE = 1024


class SweetRL(Settings):
    """Settings of the method (Table 5; candidates and pairs a turn as in the released scripts)."""

    name: ClassVar[str] = "sweet_rl"
    summary: ClassVar[str] = "a critic with hidden information scores 16 candidates a turn; DPO on its pairs"

    critic: TrainConfig = TrainConfig(lr=2e-7, batch=8, epochs=4)
    critic_loss: CriticLoss = CriticLoss(beta=0.1, nll=0.01)
    policy: TrainConfig = TrainConfig(lr=2e-7, batch=8, epochs=1)
    policy_loss: StepDPO = StepDPO(beta=0.1, nll=0.01)
    vision: VisionTraining | None = None
    """For pages: a vision-language model with a regression head as the critic, in place of the log-ratio."""
    hidden: bool = True
    """Show the critic the hidden information. Without it, this is the paper's ablation."""
    reference_hidden: bool = True
    """Show it to the critic's reference too, as in the paper; the released code does not."""
    reference_weight: NonNegativeFloat = 1.0
    """How much the reference counts where candidates of a turn are compared; less than the paper's 1 is against
    critics that prefer unlikely messages (credit/sweet.py). The critic's own training does not know it."""
    critic_base: str | None = None
    """Folder or hub name of the critic's first weights, where they are not the policy's."""
    warm_up: TrainConfig | Literal[False] = False
    """Have the critic imitate the successful episodes first, with the hidden information; false is the paper's way."""
    credit: Credit = "sweet"
    """What scores the candidates (docs/training.md); `sweet` is the paper's critic."""
    head: HeadTraining = HeadTraining()
    """Of the credits `regression` and `classification`."""
    judge: Judge = Judge()
    information_gain: InformationGain = InformationGain()
    monte_carlo: MonteCarlo = MonteCarlo()
    graded_answers: bool = False
    """Give candidates that end the episode what they earn, in place of the critic's number. Ours, not the paper's."""
    episode_margin: float | None = None
    """Least difference of reward between the two episodes of a critic's pair; unset is the benchmark's."""
    candidates: int = 16
    """Drawn for each turn."""
    turns: int | None = None
    """How many turns of the offline histories to draw candidates for; None is all of them."""
    even: bool = False
    """Where `turns` are fewer than all, take as many first turns as second ones and so on; else at random. Where most
    episodes are short, most turns are first ones, which say little of what to do once one has been told."""
    pairs_per_turn: int = 4
    rule: Rule = "halves"
    turn_margin: float = 0.0
    """Least difference of advantage between the two candidates of a pair, in nats a token."""

    def run(self, given: Ingredients) -> Path:
        """All six steps; each leaves its file or folder, and a second call continues where the first stopped."""
        critic = make_credit(self, given)
        drawn = self.draw(given)
        scored = self.score(given, critic, drawn)
        return self.train_policy(given, scored)

    def untaught(self, given: Ingredients) -> str:
        """What the critic is before anything: in later rounds not the policy, which is far from it by then."""
        return self.critic_base or given.base

    def first_weights(self, given: Ingredients) -> str:
        """Those of the critic, warmed up where it is to be."""
        base = self.untaught(given)
        if not isinstance(self.warm_up, TrainConfig):
            return base
        return str(warm_up(given, base, self.warm_up, given.out / "warm_up", hidden=self.hidden))

    def train_critic(self, given: Ingredients) -> Path:
        """Steps 1 and 2; returns the critic's folder."""
        out = given.out / "critic"
        preferences = given.preferences(self.episode_margin)
        write_all(out / "preferences.jsonl", preferences)
        if self.vision is not None:
            return self._train_eyes(given, preferences, self.vision, out)
        data, reference = self._critic_data(given, preferences)
        return train(
            self.first_weights(given),
            data,
            self.critic_loss,
            placed(self.critic, given),
            out,
            label="sweet_rl critic",
            reference=reference,
        )

    def _critic_data(
        self, given: Ingredients, preferences: Sequence[TrajectoryPreference]
    ) -> tuple[list[Pair], Reference]:
        """The pairs, and what they are compared with: the critic's first weights, with c or without."""
        if self.reference_hidden:
            return trajectory_pairs(given, preferences, hidden=self.hidden), Reference()
        both = [(as_pair(given, one, hidden=self.hidden), as_pair(given, one)) for one in preferences]
        whole = [(shown, plain) for shown, plain in both if shown and plain]
        data = require_pairs(given, [shown for shown, _ in whole])
        return data, Reference(model=self.untaught(given), data=[plain for _, plain in whole])

    def _train_eyes(
        self, given: Ingredients, preferences: Sequence[TrajectoryPreference], config: VisionTraining, out: Path
    ) -> Path:
        if not given.benchmark.looked_at:
            what = f"the answers of '{given.benchmark.name}' tasks cannot be looked at"
            raise InputError(what, where="settings of sweet_rl.vision", do="Leave 'vision' out.")

        if not self.hidden:
            do = "Leave 'vision' out, or take hidden = true."
            raise InputError("a critic with eyes sees the page in mind", where="settings of sweet_rl.vision", do=do)

        def read(task_id: str, number: int) -> tuple[ScoreRequest, ...]:
            return tuple(turn_requests(given.system, given.episode(task_id, number), given.task(task_id)))

        pairs = [TurnPair(read(p.task_id, p.chosen), read(p.task_id, p.rejected)) for p in preferences]
        look = given.benchmark.pictures
        return train_vision_critic(pairs, look, config, out, seed=given.seed, device=given.device)

    def draw(self, given: Ingredients) -> list[Candidates]:
        """Step 3."""
        states = turns_to_draw(given.episodes, self.turns, derive(given.seed, "turns"), even=self.even)
        return asyncio.run(draw_candidates(given, states, self.candidates, given.seed, self.drawn(given)))

    def drawn(self, given: Ingredients) -> Path:
        """The candidates' file; methods of one run that draw as many share it."""
        return given.common / f"candidates_{self.candidates}.jsonl"

    def score(self, given: Ingredients, critic: Critic, drawn: Sequence[Candidates]) -> list[Candidates]:
        """Step 4; kept in a file, because it is dear for large models. Raises InputError where that is of others."""
        path, critic = given.out / "advantages.jsonl", with_grades(self, given, critic)
        said = [row.model_dump_json() for row in drawn]
        content = hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
        hold_to_config(path, {"critic": critic.identity, "hidden": self.hidden, "candidates": content})
        if path.exists():
            return read(path, Candidates)
        scored: list[Candidates] = []
        with progress("sweet_rl score", len(drawn)) as bar:
            for start in range(0, len(drawn), _SCORED_AT_ONCE):
                rows = drawn[start : start + _SCORED_AT_ONCE]
                asked = [self._request(given, row) for row in rows]
                found = critic.advantages(asked)
                scored += [_readable(row, advantages) for row, advantages in zip(rows, found, strict=True)]
                bar.advance(len(rows))
        write_all(path, scored)
        return scored

    def train_policy(self, given: Ingredients, scored: Sequence[Candidates]) -> Path:
        """Steps 5 and 6; returns the policy's folder."""
        preferences = turn_preferences(
            scored, per_turn=self.pairs_per_turn, seed=given.seed, rule=self.rule, margin=self.turn_margin
        )
        write_all(given.out / "turn_preferences.jsonl", preferences)
        data = [pair for preference in preferences if (pair := _turn_pair(given, preference))]
        if not data:
            what = "no turn has two candidates that the critic tells apart"
            raise NothingToLearnError(what, where=str(given.out), do="Raise the temperature or lower turn_margin.")
        config = placed(self.policy, given)
        return train(given.base, data, self.policy_loss, config, given.out / "policy", label="sweet_rl policy")

    def as_read(self, given: Ingredients, task_id: str) -> Task:
        """A task as this method's critic reads it."""
        task = given.task(task_id)
        return task if self.hidden else task.model_copy(update={"hidden": ""})

    def _request(self, given: Ingredients, row: Candidates) -> ScoreRequest:
        task = self.as_read(given, row.task_id)
        return turn_request(given.system, given.episode(row.task_id, row.episode), row.turn, task, row.candidates)


def _readable(row: Candidates, advantages: Sequence[float]) -> Candidates:
    """The row with its advantages; candidates that were too long for the critic are left out."""
    kept = [(text, a) for text, a in zip(row.candidates, advantages, strict=True) if math.isfinite(a)]
    texts, values = tuple(text for text, _ in kept), tuple(a for _, a in kept)
    return row.model_copy(update={"candidates": texts, "advantages": values})


def _turn_pair(given: Ingredients, preference: TurnPreference) -> Pair | None:
    """The pair as token ids, without hidden information; None where it is too long (the encoder counts these)."""
    history = given.episode(preference.task_id, preference.episode).history(preference.turn)
    opening = [{"role": "system", "content": given.system}] if given.system else []
    chosen, rejected = (
        given.encoder.encode([*opening, *history], text)  # type: ignore[list-item]
        for text in (preference.chosen, preference.rejected)
    )
    state = f"{preference.task_id} {preference.episode} {preference.turn}"
    return Pair([chosen], [rejected], group=preference.task_id, state=state) if chosen and rejected else None
