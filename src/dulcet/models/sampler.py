"""Drawing tokens: one uniform number a token decides, so that a text depends on its own seed and on nothing else.

The numbers come from a counter-based generator (Philox, Salmon et al. 2011) keyed by the row's seed, and are turned
into tokens through the inverse of the cumulative distribution. Import it after `prepare_torch`.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray


def uniforms(seed: int, count: int) -> NDArray[np.float32]:
    """The first `count` numbers in [0, 1) of the stream `seed`."""
    return np.random.Generator(np.random.Philox(key=seed)).random(count, dtype=np.float32)


def draw(
    logits_BV: torch.Tensor,
    temperature_B: torch.Tensor,
    uniform_B: torch.Tensor,
    *,
    top_p_B: torch.Tensor | None = None,
    any_greedy: bool = True,
) -> torch.Tensor:
    """One token for each row [B]; temperature 0 takes the likeliest.

    `top_p_B` None says that no row cuts its tail, `any_greedy` False that no temperature is 0: both save time.
    """
    scale_B = torch.where(temperature_B == 0, 1.0, temperature_B)
    probability_BV = (logits_BV.float() / scale_B[:, None]).softmax(-1)
    if top_p_B is not None:
        probability_BV = keep_nucleus(probability_BV, top_p_B)
    cumulative_BV = probability_BV.cumsum(-1)
    total_B = cumulative_BV[:, -1]
    below_total_B = torch.nextafter(total_B, torch.zeros_like(total_B))  # u * total may round up to the total
    threshold_B = torch.minimum(uniform_B * total_B, below_total_B)
    drawn_B = torch.searchsorted(cumulative_BV, threshold_B[:, None], right=True)[:, 0]
    return torch.where(temperature_B == 0, logits_BV.argmax(-1), drawn_B) if any_greedy else drawn_B


def keep_nucleus(probability_BV: torch.Tensor, top_p_B: torch.Tensor) -> torch.Tensor:
    """The probabilities, 0 outside the smallest set of likeliest tokens that holds `top_p` (Holtzman et al. 2020)."""
    sorted_BV, order_BV = probability_BV.sort(dim=-1, descending=True, stable=True)
    before_BV = sorted_BV.cumsum(-1) - sorted_BV
    outside_BV = before_BV >= top_p_B[:, None]
    outside_BV[:, 0] = False  # the likeliest always stays
    return torch.zeros_like(probability_BV).scatter(-1, order_BV, sorted_BV.masked_fill(outside_BV, 0.0))


def end_tokens(*sources: int | Sequence[int] | None) -> NDArray[np.int64]:
    """The distinct token ids of several settings, each of which may be one id, a list, or None."""
    found: set[int] = set()
    for source in sources:
        if source is not None:
            found.update([source] if isinstance(source, int) else source)
    return np.array(sorted(found), dtype=np.int64)
