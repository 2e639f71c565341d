"""What the model in training says of its own accord: how long its replies are, and how sure it is of them.

A preference loss sees the replies of its data alone. A policy that has learnt to say next to nothing, or always the
same, shows it only where it speaks itself.
"""

from collections.abc import Sequence as Listed
from typing import Any

import torch

from dulcet.seeds import derive
from dulcet.training.data import Demonstration, Item
from dulcet.training.encoding import Ids, Sequence, Span
from dulcet.training.reference import score_with

_ROOM = 2
"""A reply may become so many times as long as the longest of the data."""


def own_replies(logps: Any, data: Listed[Item], count: int, seed: int) -> dict[str, float]:
    """`reply_tokens`, their mean length, and `entropy`, the mean -log pi of a token, of `count` replies.

    They are drawn at temperature 1 after histories of the data, from the seed alone: the same ones are asked each time.
    `logps` is a `TargetLogps`; its model is left in the mode it was in.
    """
    asked = _histories(data, count)
    model, training = logps.model, logps.model.training
    model.eval()
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(derive(seed, "own replies"))
        said = _drawn(model, [ids for ids, _ in asked], asked[0][1], _ROOM * _longest(data))
    model.train(training)
    pairs = list(zip((ids for ids, _ in asked), said, strict=True))
    items = [
        Demonstration([Sequence(ids + reply, (Span(0, len(ids), len(ids) + len(reply)),))]) for ids, reply in pairs
    ]
    scored = torch.cat(score_with(logps, items))
    return {"reply_tokens": sum(map(len, said)) / len(said), "entropy": -float(scored.mean())}


def _histories(data: Listed[Item], count: int) -> list[tuple[Ids, int]]:
    """Histories from all over the data, each with the token that ended the reply there."""
    chosen = [data[place * len(data) // count] for place in range(count)]
    found = []
    for number, item in enumerate(chosen):
        sequence = item.sides[0][number % len(item.sides[0])]
        span = sequence.spans[number % len(sequence.spans)]
        found.append((sequence.ids[: span.start], sequence.ids[span.end - 1]))
    return found


def _longest(data: Listed[Item]) -> int:
    return max(span.end - span.start for item in data for side in item.sides for one in side for span in one.spans)


def _drawn(model: Any, histories: Listed[Ids], end: int, most: int) -> list[Ids]:
    """A reply to each history, its end token included where it came to one."""
    width = max(map(len, histories))
    ids_BP = torch.tensor([(0,) * (width - len(ids)) + ids for ids in histories], device=model.device)
    real_BP = torch.tensor([[0] * (width - len(ids)) + [1] * len(ids) for ids in histories], device=model.device)
    drawn_BP = model.generate(
        input_ids=ids_BP, attention_mask=real_BP, do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
        max_new_tokens=most, eos_token_id=end, pad_token_id=end,
    )  # fmt: skip
    return [_until(tuple(row), end) for row in drawn_BP[:, width:].tolist()]


def _until(ids: Ids, end: int) -> Ids:
    return ids[: ids.index(end) + 1] if end in ids else ids
