"""Attention for many short queries: the grouped heads share their keys instead of copying them.

Plain softmax attention, as transformers' "eager", without its `repeat_kv`. Its result for a row does not depend, to
the last bit, on how many other rows or masked positions there are (float32 on a CPU); that of the fused kernels does.
Import it after `prepare_torch`.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

NAME = "dulcet_grouped"
PLAIN = ("llama", "qwen2", "qwen3", "mistral", "smollm3", "phi3")
"""Model types whose attention is softmax(QK) V and nothing more; any other runs with its own eager attention."""


def implementation(model_type: str) -> str:
    """The `attn_implementation` for a model type; registers this one with transformers."""
    if model_type not in PLAIN:
        return "eager"
    AttentionInterface.register(NAME, grouped_attention)
    AttentionMaskInterface.register(NAME, eager_mask)
    return NAME


def grouped_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    scaling: float,
    row_blocks: Sequence[tuple[int, int, int]] | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Query [B, H, T, D], key and value [B, G, L, D], additive mask [B or 1, 1, T, L] -> ([B, T, H, D], None).

    Each of `row_blocks` (first row, row after the last, keys they need) reads no more keys than it needs.
    """
    if row_blocks is None:
        output = _attend(query, key, value, attention_mask, scaling)
    else:
        parts = [
            _attend(query[a:b], key[a:b, :, :L], value[a:b, :, :L], attention_mask[a:b, ..., :L], scaling)
            for a, b, L in row_blocks
        ]
        output = torch.cat(parts) if len(parts) > 1 else parts[0]
    return output.transpose(1, 2).contiguous(), None


def _attend(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor, scaling: float
) -> torch.Tensor:
    B, H, T, D = query.shape
    G, L = key.shape[1], key.shape[2]
    score_BHTL = torch.matmul(query.reshape(B, G, H // G * T, D), key.transpose(2, 3)).view(B, H, T, L)
    weight_BHTL = score_BHTL.mul_(scaling).add_(mask).softmax(-1, dtype=torch.float32).to(query.dtype)
    return torch.matmul(weight_BHTL.view(B, G, H // G * T, L), value).view(B, H, T, D)
