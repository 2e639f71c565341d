"""Ways to give credit, by name: from a method's settings to the critic that scores its candidates.

Adding one is a maker here and a name in `SweetRL.credit`. A maker trains what has to be trained, in `given.out`, and
finds it finished when called again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dulcet.credit.base import Critic, ScoreRequest
from dulcet.credit.graded import GradedAnswers
from dulcet.credit.head import GradedTurns, TurnPair, train_head_critic
from dulcet.credit.information_gain import InformationGainCritic
from dulcet.credit.judge import JudgeCritic
from dulcet.credit.monte_carlo import MonteCarloCritic
from dulcet.credit.open import open_critic
from dulcet.credit.sweet import SweetCritic
from dulcet.credit.turns import turn_requests
from dulcet.models.open import ModelSpec
from dulcet.recipes.base import Ingredients
from dulcet.rollout.play import Play
from dulcet.seeds import derive
from dulcet.trajectory import Trajectory

if TYPE_CHECKING:
    from dulcet.recipes.sweet_rl import SweetRL

Credit = Literal["sweet", "untrained", "regression", "classification", "judge", "information_gain", "monte_carlo"]
Maker = Callable[["SweetRL", Ingredients], Critic]


def make_credit(method: SweetRL, given: Ingredients) -> Critic:
    """The critic of a method, trained where it has to be. Raises InputError where there is nothing to learn from."""
    return MAKERS[method.credit](method, given)


def _trained(method: SweetRL, given: Ingredients) -> Critic:
    reference = method.first_weights(given) if method.reference_hidden else method.untaught(given)
    return _opened(method, given, method.train_critic(given), reference)


def _opened(method: SweetRL, given: Ingredients, folder: Path, reference: str) -> Critic:
    return open_critic(
        folder,
        reference,
        look=given.benchmark.pictures,
        device=given.device,
        max_tokens=given.max_tokens,
        reference_hidden=method.reference_hidden,
        reference_weight=method.reference_weight,
    )


def _untrained(method: SweetRL, given: Ingredients) -> Critic:
    """The first weights' log pi(a | o, c) - log pi(a | o): how much likelier the hidden information makes a message."""
    return SweetCritic(
        method.first_weights(given),
        method.untaught(given),
        device=given.device,
        max_tokens=given.max_tokens,
        reference_hidden=False,
        reference_weight=method.reference_weight,
        kind="untrained",
    )


def _regression(method: SweetRL, given: Ingredients) -> Critic:
    """A regression head in place of the log-ratio, trained with the same loss on the same pairs (Table 3)."""
    preferences = given.preferences(method.episode_margin)
    keys = [((one.task_id, one.chosen), (one.task_id, one.rejected)) for one in preferences]
    data = [TurnPair(*(_turns(method, given, given.episode(*key)) for key in pair)) for pair in keys]
    return _with_head(method, given, data, "regression")


def _classification(method: SweetRL, given: Ingredients) -> Critic:
    """A head that predicts success after each turn (Figure 3a's value function), from all episodes."""
    played = [one for one in given.episodes if one.turns and one.outcome.agents_own]
    data = [GradedTurns(_turns(method, given, one), one.success) for one in played]
    return _with_head(method, given, data, "classification")


def _with_head(
    method: SweetRL,
    given: Ingredients,
    data: Sequence[TurnPair | GradedTurns],
    kind: Literal["regression", "classification"],
) -> Critic:
    base, out = method.first_weights(given), given.out / "critic"
    folder = train_head_critic(
        data,
        method.head,
        base,
        out,
        kind=kind,
        seed=given.seed,
        device=given.device,
        max_tokens=given.max_tokens,
    )
    return _opened(method, given, folder, base)


def _turns(method: SweetRL, given: Ingredients, episode: Trajectory) -> tuple[ScoreRequest, ...]:
    return tuple(turn_requests(given.system, episode, method.as_read(given, episode.task_id)))


def _judge(method: SweetRL, given: Ingredients) -> Critic:
    model = method.judge.model or ModelSpec(model=given.base, device=given.device)
    return JudgeCritic(model, given.common / "verdicts.jsonl", method.judge, seed=given.seed)


def _information_gain(method: SweetRL, given: Ingredients) -> Critic:
    """Under the policy's first weights: those of the critic may know the hidden information."""
    return InformationGainCritic(
        given.base,
        {task.id: task for task in given.fresh.tasks},
        played_on(given),
        given.common / "replies.jsonl",
        method.information_gain,
        device=given.device,
        max_tokens=given.max_tokens,
        parallel=given.fresh.parallel,
    )


def _monte_carlo(method: SweetRL, given: Ingredients) -> Critic:
    tasks, parallel = {task.id: task for task in given.fresh.tasks}, given.fresh.parallel
    out = given.common / "continuations.jsonl"
    return MonteCarloCritic(tasks, played_on(given), out, method.monte_carlo, parallel=parallel)


def with_grades(method: SweetRL, given: Ingredients, critic: Critic) -> Critic:
    """The critic, or one that has candidates graded that end the episode, where the method asks for that."""
    if not method.graded_answers:
        return critic
    tasks, out = {task.id: task for task in given.fresh.tasks}, given.common / "answers.jsonl"
    return GradedAnswers(critic, tasks, played_on(given), out, parallel=given.fresh.parallel)


def played_on(given: Ingredients) -> Play:
    """The run's way of playing, by the policy's first weights and with this run's seed."""
    setup = given.fresh.setup
    model = setup.model.model_copy(update={"model": given.base, "device": given.device})
    return setup.model_copy(update={"model": model, "seed": derive(given.seed, "played on")})


MAKERS: dict[str, Maker] = {
    "sweet": _trained,
    "untrained": _untrained,
    "regression": _regression,
    "classification": _classification,
    "judge": _judge,
    "information_gain": _information_gain,
    "monte_carlo": _monte_carlo,
}
