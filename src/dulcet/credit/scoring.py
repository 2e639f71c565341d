"""Mean log-probabilities of many candidates after one history, the history computed once."""

import math
from collections.abc import Sequence
from typing import Any

from dulcet.credit import cached
from dulcet.models.runtime import prepare_torch
from dulcet.training.data import Demonstration
from dulcet.training.encoding import Encoder, Ids, Span
from dulcet.training.encoding import Sequence as Tokens
from dulcet.training.reference import score_with
from dulcet.trajectory import Message

Asked = tuple[Sequence[Message], Sequence[str]]
"""A history and the candidates for the next message."""
_TOKENS = 8192
"""Most distinct tokens in one forward pass."""


class CandidateScorer:
    """Scores candidates with one causal language model (a PreTrainedModel in evaluation mode)."""

    def __init__(self, model: Any, encoder: Encoder) -> None:
        prepare_torch()
        from dulcet.training.logprobs import TargetLogps
        from dulcet.training.sharing import window

        self.encoder = encoder
        self.logps = TargetLogps(model, bf16=False)
        self.has_cache = window(model.config)[0] > 0
        """Of keys and values alone, so that candidates can follow one after the other."""

    def mean_logps(self, asked: Sequence[Asked]) -> list[list[float]]:
        """For each history and each of its candidates the mean log-probability of the candidate's tokens, in nats.

        The end-of-turn token counts. What was said twice is computed once. NaN where a history with its candidate is
        longer than the encoder's limit: nothing can be said of it.
        """
        readable = [self._readable(*one) for one in asked]
        known = {
            (index, text): _item(prompt, target)
            for index, (prompt, targets) in enumerate(readable)
            for text, target in targets.items()
        }
        means = dict(zip(known, self._means(list(known.values())), strict=True))
        return [[means.get((index, text), math.nan) for text in texts] for index, (_, texts) in enumerate(asked)]

    def _readable(self, history: Sequence[Message], texts: Sequence[str]) -> tuple[Ids, dict[str, Ids]]:
        """The history's tokens, and those of each of its distinct candidates that fit behind them."""
        prompt = self.encoder.prompt_ids(history)
        targets = {text: self.encoder.target_ids(text) for text in dict.fromkeys(texts)}
        room = self.encoder.max_tokens - len(prompt)
        return prompt, {text: target for text, target in targets.items() if len(target) <= room}

    def _means(self, items: Sequence[Demonstration]) -> list[float]:
        if self.has_cache and not self.logps.shares(items):
            return cached.mean_logps(self.logps.model, [_parts(item) for item in items])
        return [float(value_T.mean()) for value_T in score_with(self.logps, items, token_budget=_TOKENS)]


def _item(prompt: Ids, target: Ids) -> Demonstration:
    whole = prompt + target
    return Demonstration([Tokens(whole, (Span(0, len(prompt), len(whole)),))])


def _parts(item: Demonstration) -> tuple[Ids, Ids]:
    """History and candidate."""
    (sequence,) = item.sequences
    start = sequence.spans[0].start
    return sequence.ids[:start], sequence.ids[start:]
