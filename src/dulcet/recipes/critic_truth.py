"""What critics are measured by: held-out episodes, candidates for their turns, and what each is really worth.

Everything is found once and kept in a folder; the critics of all rows are then measured by the same (`critic_quality`).
The estimates have seeds of their own, so that Monte-Carlo credit is not measured by its own continuations.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from pydantic import Field, PositiveInt

from dulcet.credit.base import ScoreRequest
from dulcet.credit.monte_carlo import MonteCarlo, MonteCarloCritic
from dulcet.credit.turns import turn_request, turn_requests
from dulcet.evaluation.critic_quality import CriticQuality, EpisodePair, critic_quality
from dulcet.recipes.base import Ingredients, Settings
from dulcet.recipes.candidates import draw_candidates
from dulcet.recipes.credits import make_credit, played_on
from dulcet.recipes.sweet_rl import SweetRL
from dulcet.rollout.branch import Estimate
from dulcet.seeds import derive
from dulcet.trajectory import Trajectory


class TruthSettings(Settings):
    """How much is played to find the truth."""

    tasks: PositiveInt = 100
    """The first so many of the held-out tasks."""
    episodes: int = Field(4, ge=2)
    """Of each of them, for pairs and histories."""
    turns: PositiveInt = 150
    """Drawn from these episodes."""
    candidates: PositiveInt = 8
    """Of each turn; equal ones are played on once."""
    continuations: PositiveInt = 8
    """Of each distinct candidate."""


@dataclass(frozen=True)
class CriticTruth:
    """States with the worth of their candidates, and pairs of episodes."""

    states: Sequence[ScoreRequest]
    estimates: Sequence[Sequence[Estimate]]
    pairs: Sequence[EpisodePair]


def find_truth(held: Ingredients, settings: TruthSettings | None = None) -> CriticTruth:
    """Play, draw and play on with the base policy on held-out tasks; killed, it goes on where it was.

    `held` has the held-out tasks (as critics read them, and in its rollouts whole) and a folder of its own as `out`;
    its episodes are not looked at. Raises what rollouts raise.
    """
    settings = settings or TruthSettings()
    names = [task.id for task in held.fresh.tasks[: settings.tasks]]
    played = held.fresh.collect(
        held.base, held.out / "episodes.jsonl", seed=derive(held.seed, "held out"), episodes=settings.episodes,
        tasks=names, label="held-out episodes",
    )  # fmt: skip
    held = replace(held, episodes=[one for one in played if one.outcome.agents_own and one.turns])
    states = _states(held, settings)
    setup = played_on(held).model_copy(update={"seed": derive(held.seed, "truth")})
    tasks, worth = {task.id: task for task in held.fresh.tasks}, MonteCarlo(continuations=settings.continuations)
    out, parallel = held.out / "truth.jsonl", held.fresh.parallel
    estimates = MonteCarloCritic(tasks, setup, out, worth, parallel=parallel).estimates(states)
    return CriticTruth(states, estimates, _pairs(held))


def measure_credit(method: SweetRL, given: Ingredients, held: Ingredients, truth: CriticTruth) -> CriticQuality:
    """The quality of a method's critic, which is trained in `given.out` if it is not yet.

    A critic that plays on does so on the held-out tasks, and keeps what it hears in `held.common`.
    """
    critic = make_credit(method, replace(given, rollouts=held.rollouts, shared=held.common))
    pairs = [(_shown(method, better), _shown(method, worse)) for better, worse in truth.pairs]
    return critic_quality(critic, _shown(method, truth.states), truth.estimates, pairs, seed=given.seed)


def _states(held: Ingredients, settings: TruthSettings) -> list[ScoreRequest]:
    """Random turns with candidates of the base policy."""
    turns = [(episode, turn) for episode in held.episodes for turn in range(len(episode.turns))]
    Random(derive(held.seed, "held-out turns")).shuffle(turns)
    chosen, out = turns[: settings.turns], held.out / "candidates.jsonl"
    rows = asyncio.run(draw_candidates(held, chosen, settings.candidates, derive(held.seed, "held out"), out))
    return [
        turn_request(held.system, episode, turn, held.task(row.task_id), row.candidates)
        for (episode, turn), row in zip(chosen, rows, strict=True)
    ]


def _pairs(held: Ingredients) -> list[EpisodePair]:
    def read(task_id: str, number: int) -> list[ScoreRequest]:
        episode: Trajectory = held.episode(task_id, number)
        return turn_requests(held.system, episode, held.task(task_id))

    return [(read(one.task_id, one.chosen), read(one.task_id, one.rejected)) for one in held.preferences(margin=None)]


def _shown(method: SweetRL, requests: Sequence[ScoreRequest]) -> Sequence[ScoreRequest]:
    """The requests as the method's critic is shown them."""
    return requests if method.hidden else [replace(one, hidden="") for one in requests]
