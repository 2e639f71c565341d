"""FlexAttention's block mask of a forest: what its kernels skip, mask, or compute whole."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

BLOCK = 128
"""Queries, and keys, of a block: FlexAttention's own default."""


def block_mask(end_P: np.ndarray, device: str) -> Any:
    """The `BlockMask` of one row, `end_P` being the first node after each node's descendants; P in whole blocks.

    Which blocks matter follows from `end_P` alone, without a dense mask of P x P ever being made.
    """
    from torch.nn.attention.flex_attention import BlockMask

    some_QK, all_QK = occupied(end_P)
    masked, whole = (_listed(kinds_QK, device) for kinds_QK in (some_QK & ~all_QK, all_QK))
    end = torch.from_numpy(end_P).to(device)

    def is_ancestor(b: Tensor, h: Tensor, q: Tensor, k: Tensor) -> Tensor:
        return (k <= q) & (q < end[k])

    return BlockMask.from_kv_blocks(*masked, *whole, BLOCK_SIZE=BLOCK, mask_mod=is_ancestor)


def occupied(end_P: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each block of queries and each of keys: whether some query sees some key, and whether each sees all."""
    end_KB = end_P.reshape(-1, BLOCK)
    first_Q = np.arange(len(end_KB)) * BLOCK
    earlier_QK = first_Q[None] < first_Q[:, None]
    some_QK = earlier_QK & (end_KB.max(1)[None] > first_Q[:, None]) | np.eye(len(end_KB), dtype=bool)
    all_QK = earlier_QK & (end_KB.min(1)[None] >= first_Q[:, None] + BLOCK)
    return some_QK, all_QK


def _listed(kinds_QK: np.ndarray, device: str) -> tuple[Tensor, Tensor]:
    """How many blocks of keys each block of queries has, and their numbers first; axes 1, 1, Q (and K)."""
    order_QK = np.argsort(~kinds_QK, axis=1, kind="stable")
    numbers = (kinds_QK.sum(1), order_QK)
    count_11Q, order_11QK = (torch.from_numpy(array.astype(np.int32))[None, None].to(device) for array in numbers)
    return count_11Q, order_11QK
