"""Mean log-probabilities of candidates against a cache of their history: for models that read no forest.

Their attention has a window or is made otherwise, but has a cache. Histories of one length run together.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from dulcet.training.encoding import Ids

_ROWS = 256
"""Most candidates whose histories run together."""
_SLICE = 64
"""Candidates of similar length that run against the cache together."""
_LOGITS = 1 << 27
"""Most logits in one forward pass (512 MiB in float32)."""

Asked = tuple[Ids, list[Ids]]
"""The tokens of a history, and those of each of its candidates."""


def mean_logps(model: Any, asked: Sequence[tuple[Ids, Ids]]) -> list[float]:
    """For each history and candidate the mean log-probability of the candidate's tokens, in nats."""
    import torch

    candidates: dict[Ids, list[int]] = defaultdict(list)
    for index, (prompt, _) in enumerate(asked):
        candidates[prompt].append(index)
    found: dict[int, float] = {}
    with torch.inference_mode():
        for prompts in _groups(candidates):
            group = [(prompt, [asked[index][1] for index in candidates[prompt]]) for prompt in prompts]
            indices = [index for prompt in prompts for index in candidates[prompt]]
            found.update(zip(indices, _score(model, group), strict=True))
    return [found[index] for index in range(len(asked))]


def _groups(candidates: dict[Ids, list[int]]) -> Iterator[list[Ids]]:
    """Histories of exactly one length together, so that they need no padding; a bounded number of candidates."""
    group: list[Ids] = []
    held = 0
    for prompt in sorted(candidates, key=len):
        rows = len(candidates[prompt])
        if group and (len(prompt) != len(group[0]) or held + rows > _ROWS):
            yield group
            group, held = [], 0
        group.append(prompt)
        held += rows
    if group:
        yield group


def _score(model: Any, group: Sequence[Asked]) -> list[float]:
    """Mean log-probability of every candidate of the group. The history runs once, for all of its candidates."""
    import torch

    prompts_GP = torch.tensor([prompt for prompt, _ in group], device=model.device)
    history = model(input_ids=prompts_GP, use_cache=True, logits_to_keep=1)
    rows = [(g, target) for g, (_, targets) in enumerate(group) for target in targets]
    means = [0.0] * len(rows)
    by_length = sorted(range(len(rows)), key=lambda row: len(rows[row][1]))
    logits = max(len(target) for _, target in rows) * model.config.get_text_config().vocab_size
    size = max(1, min(_SLICE, _LOGITS // logits))
    for start in range(0, len(rows), size):  # short ones together: padding costs as much as text
        places = by_length[start : start + size]
        for place, mean in zip(places, _candidates(model, history, [rows[place] for place in places]), strict=True):
            means[place] = mean
    return means


def _candidates(model: Any, history: Any, rows: Sequence[tuple[int, Ids]]) -> list[float]:
    """Axes: R candidate with its history's place, L token of it, V vocabulary."""
    import torch

    owner_R = torch.tensor([g for g, _ in rows], device=model.device)
    lengths_R = torch.tensor([len(target) for _, target in rows], device=model.device)
    targets_RL = torch.zeros(len(rows), int(lengths_R.max()), dtype=torch.long)
    for row, (_, target) in enumerate(rows):
        targets_RL[row, : len(target)] = torch.tensor(target)
    targets_RL = targets_RL.to(model.device)
    cache = deepcopy(history.past_key_values)
    cache.batch_select_indices(owner_R)
    rest_RLV = model(input_ids=targets_RL, past_key_values=cache, use_cache=True).logits[:, :-1]
    logits_RLV = torch.cat([history.logits[owner_R, -1:], rest_RLV], 1).float()
    logp_RL = -torch.nn.functional.cross_entropy(logits_RLV.transpose(1, 2), targets_RL, reduction="none")
    real_RL = torch.arange(targets_RL.shape[1], device=model.device) < lengths_R[:, None]
    means: list[float] = ((logp_RL * real_RL).sum(-1) / lengths_R).tolist()
    return means
