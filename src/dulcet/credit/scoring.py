"""Mean log-probabilities of many candidates after one history, the history computed once."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from dulcet.models.runtime import prepare_torch
from dulcet.training.encoding import Encoder
from dulcet.trajectory import Message

Asked = tuple[Sequence[Message], Sequence[str]]
"""A history and the candidates for the next message."""
_ROWS = 256
"""Most candidates in one forward pass."""
_SLICE = 64
"""Candidates of similar length that run against the cache together."""
_LOGITS = 1 << 27
"""Most logits in one forward pass (512 MiB in float32)."""


_Ids = tuple[int, ...]


@dataclass(frozen=True)
class _Member:
    """One history of a group: its place among the questions, its tokens, and its distinct candidates with theirs."""

    index: int
    prompt: _Ids
    texts: tuple[str, ...]
    targets: tuple[_Ids, ...]


class CandidateScorer:
    """Scores candidates with one causal language model (a PreTrainedModel in evaluation mode)."""

    def __init__(self, model: Any, encoder: Encoder) -> None:
        self.torch = prepare_torch()
        self.model, self.encoder = model, encoder

    def mean_logps(self, asked: Sequence[Asked]) -> list[list[float]]:
        """For each history and each of its candidates the mean log-probability of the candidate's tokens, in nats.

        The end-of-turn token counts. What was said twice is computed once. NaN where a history with its candidate is
        longer than the encoder's limit: nothing can be said of it.
        """
        found: dict[tuple[int, str], float] = {}
        with self.torch.inference_mode():
            for group in self._groups(asked):
                means = iter(self._score(group))
                for member in group:
                    found.update({(member.index, text): next(means) for text in member.texts})
        return [[found.get((index, text), math.nan) for text in texts] for index, (_, texts) in enumerate(asked)]

    def _groups(self, asked: Sequence[Asked]) -> Iterator[list[_Member]]:
        """Histories of exactly one length together, so that they need no padding; a bounded number of rows a group."""
        same_length: dict[int, list[_Member]] = defaultdict(list)
        for index, (history, texts) in enumerate(asked):
            prompt = self.encoder.prompt_ids(history)
            room = self.encoder.max_tokens - len(prompt)
            targets = {text: self.encoder.target_ids(text) for text in dict.fromkeys(texts)}
            readable = {text: target for text, target in targets.items() if len(target) <= room}
            if readable:
                same_length[len(prompt)].append(_Member(index, prompt, tuple(readable), tuple(readable.values())))
        for _, members in sorted(same_length.items()):
            longest = max(len(target) for member in members for target in member.targets)
            yield from _cut(members, max(1, min(_ROWS, _LOGITS // (longest * self.model.config.vocab_size))))

    def _score(self, group: Sequence[_Member]) -> list[float]:
        """Mean log-probability of every candidate of the group. The history runs once, for all of its candidates."""
        torch, device = self.torch, self.model.device
        prompts_GP = torch.tensor([member.prompt for member in group], device=device)
        history = self.model(input_ids=prompts_GP, use_cache=True, logits_to_keep=1)
        rows = [(g, target) for g, member in enumerate(group) for target in member.targets]
        means = [0.0] * len(rows)
        by_length = sorted(range(len(rows)), key=lambda row: len(rows[row][1]))
        for start in range(0, len(rows), _SLICE):  # short ones together: padding costs as much as text
            places = by_length[start : start + _SLICE]
            for place, mean in zip(places, self._candidates(history, [rows[place] for place in places]), strict=True):
                means[place] = mean
        return means

    def _candidates(self, history: Any, rows: Sequence[tuple[int, _Ids]]) -> list[float]:
        """Axes: R candidate with its history's place, L token of it, V vocabulary."""
        torch, device = self.torch, self.model.device
        owner_R = torch.tensor([g for g, _ in rows], device=device)
        lengths_R = torch.tensor([len(target) for _, target in rows], device=device)
        targets_RL = torch.zeros(len(rows), int(lengths_R.max()), dtype=torch.long)
        for row, (_, target) in enumerate(rows):
            targets_RL[row, : len(target)] = torch.tensor(target)
        targets_RL = targets_RL.to(device)
        cache = deepcopy(history.past_key_values)
        cache.batch_select_indices(owner_R)
        rest_RLV = self.model(input_ids=targets_RL, past_key_values=cache, use_cache=True).logits[:, :-1]
        logits_RLV = torch.cat([history.logits[owner_R, -1:], rest_RLV], 1).float()
        logp_RL = -torch.nn.functional.cross_entropy(logits_RLV.transpose(1, 2), targets_RL, reduction="none")
        real_RL = torch.arange(targets_RL.shape[1], device=device) < lengths_R[:, None]
        means: list[float] = ((logp_RL * real_RL).sum(-1) / lengths_R).tolist()
        return means


def _cut(members: Sequence[_Member], rows: int) -> Iterator[list[_Member]]:
    """The members in groups of at most `rows` candidates; one with more is a group of its own."""
    group: list[_Member] = []
    held = 0
    for member in members:
        if group and held + len(member.targets) > rows:
            yield group
            group, held = [], 0
        group.append(member)
        held += len(member.targets)
    yield group
