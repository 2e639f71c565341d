"""Information gain: how much likelier the reference becomes with what a message brings to light. Nothing is trained.

    A(o_t, a) = log p(reference | o_t, a, reply) - log p(reference | o_t)

each a mean over the reference's tokens, under the base policy, which never sees the hidden information; the reply is
the person's. Over an episode the gains add up to all that was learnt. This is IGPO's reward of a turn (arXiv
2510.14967) in logarithms, where IGPO takes the difference of probabilities.

A message that ends the episode brings nothing to light. There IGPO takes the outcome, and so does `ending = "outcome"`:
the belief after an answer is the logarithm of its reward, for a right one 0, as of somebody who knows the reference.
This needs the grader. `ending = "likelihood"` is log p(reference | o_t, a) and needs none; but who was raised on
conversations that end with the answer does not repeat it, and finds questions better than the best answer.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dulcet.credit.base import ScoreRequest
from dulcet.credit.monte_carlo import branches, played_by
from dulcet.credit.scoring import Asked, CandidateScorer
from dulcet.errors import InputError
from dulcet.models.loading import load_model, load_tokenizer, weights_hash
from dulcet.protocol import final_message
from dulcet.rollout.play import Play
from dulcet.rollout.play_on import Answered, ask
from dulcet.task import Task
from dulcet.training.encoding import Encoder
from dulcet.trajectory import Message


class InformationGain(BaseModel):
    """Settings of the gain."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    ending: Literal["outcome", "likelihood"] = "outcome"
    """What stands for the belief after a message that ends the episode."""
    least_reward: float = Field(0.001, gt=0, le=1)
    """A reward below it counts as it, since the logarithm of 0 is no number."""


class InformationGainCritic:
    """Gains under the model `base`. The person of `setup` answers candidates; each reply is kept in `out`.

    `tasks` are whole, with what person and grader need; the reference is the request's hidden information.
    """

    def __init__(
        self,
        base: str,
        tasks: Mapping[str, Task],
        setup: Play,
        out: Path,
        spec: InformationGain | None = None,
        *,
        device: str = "auto",
        max_tokens: int = 8192,
        parallel: int = 256,
    ) -> None:
        self.base, self.tasks, self.setup, self.out = base, tasks, setup, out
        self.spec, self.parallel = spec or InformationGain(), parallel
        self._device, self._max_tokens = device, max_tokens

    @property
    def identity(self) -> dict[str, Any]:
        """Kind, settings, whose belief it is and who answers."""
        believer = weights_hash(self.base) if Path(self.base).is_dir() else self.base
        return {"kind": "information_gain", **self.spec.model_dump(), "base": believer, **played_by(self.setup)}

    @cached_property
    def _scorer(self) -> CandidateScorer:
        encoder = Encoder(load_tokenizer(self.base), self._max_tokens)
        return CandidateScorer(load_model(self.base, self._device, "float32", merge=True), encoder)

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """The gain of each candidate, in nats a token of the reference; minus infinity for what is too long to read.

        Rounded to 1e-5. Raises InputError for a request without hidden information or of an unknown task.
        """
        references = [_reference(request) for request in requests]
        rows = [branches(request, self.tasks) for request in requests]
        asked = [(number, branch) for number, row in enumerate(rows) for branch in row]
        if not asked:
            return [[] for _ in rows]
        playing = ask([branch for _, branch in asked], self.setup, self.out, parallel=self.parallel)
        answered = asyncio.run(playing)
        later = [_later(requests[number].history, one) for (number, _), one in zip(asked, answered, strict=True)]
        before = self._likelihoods([request.history for request in requests], references)
        after = self._likelihoods(later, [references[number] for number, _ in asked])
        beliefs = (self._belief(one, likelihood) for one, likelihood in zip(answered, after, strict=True))
        return [[_gain(next(beliefs), was) for _ in row] for row, was in zip(rows, before, strict=True)]

    def _likelihoods(self, histories: Sequence[Sequence[Message]], references: Sequence[str]) -> list[float]:
        """Mean log-probability of each reference after its history; NaN where that is too long."""
        asked: list[Asked] = [(history, (text,)) for history, text in zip(histories, references, strict=True)]
        return [row[0] for row in self._scorer.mean_logps(asked)]

    def _belief(self, answered: Answered | None, likelihood: float) -> float:
        """The belief after a message; NaN where nobody replied."""
        if answered is None:
            return math.nan
        if answered.reward is None or self.spec.ending == "likelihood":
            return likelihood
        return math.log(max(answered.reward, self.spec.least_reward))


def _reference(request: ScoreRequest) -> str:
    """The message with which the agent would give the reference. Raises InputError where there is none."""
    if not request.hidden:
        do = "Choose another credit, or take hidden = true."
        raise InputError("information gain is about the hidden information, and there is none", do=do)
    return final_message(request.hidden)


def _later(history: Sequence[Message], answered: Answered | None) -> list[Message]:
    """The conversation with the message and the person's reply, as far as there is one."""
    mine: list[Message] = [{"role": "assistant", "content": answered.content}] if answered else []
    reply = answered.reply if answered else None
    replied: list[Message] = [{"role": "user", "content": reply}] if reply is not None else []
    return [*history, *mine, *replied]


def _gain(after: float, before: float) -> float:
    return -math.inf if math.isnan(after) or math.isnan(before) else round(after - before, 5)
