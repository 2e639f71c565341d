"""Mean log-probabilities of many candidates after one history, the history computed once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from dulcet.errors import InputError
from dulcet.models.runtime import prepare_torch
from dulcet.training.encoding import Encoder
from dulcet.trajectory import Message

Asked = tuple[Sequence[Message], Sequence[str]]
"""A history and the candidates for the next message."""
_ROWS = 256
"""Most candidates in one forward pass."""
_LOGITS = 1 << 27
"""Most logits in one forward pass (512 MiB in float32)."""


class CandidateScorer:
    """Scores candidates with one causal language model (a PreTrainedModel in evaluation mode)."""

    def __init__(self, model: Any, encoder: Encoder) -> None:
        self.torch = prepare_torch()
        self.model, self.encoder = model, encoder

    def mean_logps(self, asked: Sequence[Asked]) -> list[list[float]]:
        """For each history and each of its candidates the mean log-probability of the candidate's tokens, in nats.

        The end-of-turn token counts. Raises InputError where a history with its candidate is longer than the
        encoder's limit.
        """
        results: list[list[float]] = [[] for _ in asked]
        with self.torch.inference_mode():
            for group in self._groups(asked):
                self._score(group, results)
        return results

    def _groups(self, asked: Sequence[Asked]) -> Iterator[list[tuple[int, tuple[int, ...], list[tuple[int, ...]]]]]:
        """Histories of exactly one length together, so that they need no padding; up to `_ROWS` candidates a group."""
        same_length: dict[tuple[int, int], list[tuple[int, tuple[int, ...], list[tuple[int, ...]]]]] = defaultdict(list)
        for index, (history, candidates) in enumerate(asked):
            prompt = self.encoder.prompt_ids(history)
            targets = [self.encoder.target_ids(candidate) for candidate in candidates]
            if targets:
                self._check(len(prompt) + max(map(len, targets)))
                same_length[len(prompt), len(targets)].append((index, prompt, targets))
        for (_, count), members in sorted(same_length.items(), key=lambda item: item[0]):
            longest = max(len(target) for _, _, targets in members for target in targets)
            size = max(1, min(_ROWS, _LOGITS // (longest * self.model.config.vocab_size)) // count)
            yield from (members[start : start + size] for start in range(0, len(members), size))

    def _check(self, tokens: int) -> None:
        if tokens > self.encoder.max_tokens:
            what = f"a turn with its history has {tokens} tokens; the critic reads at most {self.encoder.max_tokens}"
            raise InputError(what, do="Raise max_tokens, or leave out the longest episodes.")

    def _score(
        self, group: list[tuple[int, tuple[int, ...], list[tuple[int, ...]]]], results: list[list[float]]
    ) -> None:
        torch, device = self.torch, self.model.device
        count = len(group[0][2])
        prompts_GP = torch.tensor([prompt for _, prompt, _ in group], device=device)
        targets = [target for _, _, found in group for target in found]
        lengths_R = torch.tensor([len(target) for target in targets], device=device)
        targets_RL = torch.zeros(len(targets), int(lengths_R.max()), dtype=torch.long, device=device)
        for row, target in enumerate(targets):
            targets_RL[row, : len(target)] = torch.tensor(target, device=device)
        history = self.model(input_ids=prompts_GP, use_cache=True, logits_to_keep=1)
        first_RV = history.logits[:, -1].repeat_interleave(count, 0)
        cache = history.past_key_values
        cache.batch_repeat_interleave(count)
        rest_RLV = self.model(input_ids=targets_RL, past_key_values=cache, use_cache=True).logits[:, :-1]
        logits_RLV = torch.cat([first_RV[:, None], rest_RLV], 1).float()
        logp_RL = -torch.nn.functional.cross_entropy(logits_RLV.transpose(1, 2), targets_RL, reduction="none")
        real_RL = torch.arange(targets_RL.shape[1], device=device) < lengths_R[:, None]
        means = ((logp_RL * real_RL).sum(-1) / lengths_R).tolist()
        for place, (index, _, found) in enumerate(group):
            results[index] = means[place * count : place * count + len(found)]
