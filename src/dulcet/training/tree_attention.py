"""Attention in a forest: each node sees itself and its ancestors, and no more is computed than that.

The queries go block by block. Depth-first order makes the keys of a block few and its mask small: they are the path to
its first node and the block itself. On a CUDA device FlexAttention does the same with block masks (`block_mask`).
"""

from collections.abc import Sequence as Listed
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn.functional import scaled_dot_product_attention

from dulcet.training.block_mask import BLOCK, block_mask
from dulcet.training.forest import Forest

QUERIES = 64
"""Queries in a block: the fastest of 32, 64, 128 and 256 on a CPU."""


@dataclass(frozen=True)
class Block:
    """The queries of the nodes [start, end). Axes: Q query, L key."""

    start: int
    end: int
    runs: tuple[tuple[int, int], ...]
    """The keys, as ranges of nodes."""
    sees_QL: Tensor


class TreeMask:
    """Who sees whom in a row that is a forest, and how attention over it is computed on a device."""

    def __init__(self, forest: Forest, device: str) -> None:
        self.nodes = len(forest.ids_N)
        self.cuda = torch.device(device).type == "cuda"
        self.width = -self.nodes % BLOCK + self.nodes if self.cuda else self.nodes
        """Positions of the row; what is behind the nodes sees itself alone."""
        padding = np.arange(self.nodes, self.width)
        end_P = np.concatenate([forest.end_N, padding + 1])
        self.depth = int(forest.depth_N.max()) + 1
        """Tokens of the longest path."""
        self.position_1P = torch.from_numpy(np.concatenate([forest.depth_N, 0 * padding]))[None].to(device)
        self.mask: Any = block_mask(end_P, device) if self.cuda else torch.from_numpy(end_P)[None, None, None]
        """What the model is given as its 4D attention mask, so that it makes none of its own."""
        self.blocks = [] if self.cuda else blocks(end_P, device)

    def attend(self, module: Any, query: Tensor, key: Tensor, value: Tensor, scaling: float) -> Tensor:
        """Query [1, H, P, D], key and value [1, G, P, D] -> [1, P, H, D]."""
        query, key = query.to(value.dtype), key.to(value.dtype)  # under autocast some norms leave float32
        if self.cuda:
            from transformers.integrations.flex_attention import flex_attention_forward

            output: Tensor = flex_attention_forward(module, query, key, value, self.mask, scaling=scaling)[0]
            return output
        output = TreeAttention.apply(query, key, value, self.blocks, scaling)  # type: ignore[no-untyped-call]
        return output.transpose(1, 2)


class TreeAttention(torch.autograd.Function):
    """softmax(scaling Q K^T) V over ancestors; the backward pass computes each block's weights once more."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, listed: Listed[Block], scaling: float) -> Tensor:
        """Query [1, H, P, D], key and value [1, G, P, D] with G dividing H -> [1, H, P, D]."""
        ctx.save_for_backward(query, key, value)
        ctx.blocks, ctx.scaling = listed, scaling
        output = torch.empty_like(query)
        for block in listed:
            output[:, :, block.start : block.end] = _attend(*_gather(block, query, key, value), block, scaling)
        return output

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of query, key and value; a shared key gets the sum of what its descendants send."""
        query, key, value = ctx.saved_tensors
        d_query, d_key, d_value = torch.empty_like(query), torch.zeros_like(key), torch.zeros_like(value)
        for block in ctx.blocks:
            leaves = _gather(block, query, key, value)
            for leaf in leaves:
                leaf.requires_grad_()
            with torch.enable_grad():
                output = _attend(*leaves, block, ctx.scaling)
            of_query, *of_keys = torch.autograd.grad(output, leaves, grad[:, :, block.start : block.end])
            d_query[:, :, block.start : block.end] = of_query
            for total, part in zip((d_key, d_value), of_keys, strict=True):
                _scatter(total, part, block)
        return d_query, d_key, d_value, None, None


def blocks(end_P: np.ndarray, device: str = "cpu") -> list[Block]:
    """The blocks of a row, `end_P` being the first node after each node's descendants."""
    made = []
    for start in range(0, len(end_P), QUERIES):
        end = min(start + QUERIES, len(end_P))
        query_Q = np.arange(start, end)
        key_L = np.concatenate([np.flatnonzero(end_P[:start] > start), query_Q])
        sees_QL = (key_L <= query_Q[:, None]) & (end_P[key_L] > query_Q[:, None])
        made.append(Block(start, end, _runs(key_L), torch.from_numpy(sees_QL).to(device)))
    return made


def _runs(key_L: np.ndarray) -> tuple[tuple[int, int], ...]:
    """Ascending numbers as ranges [from, to)."""
    cuts = np.split(key_L, np.flatnonzero(np.diff(key_L) > 1) + 1)
    return tuple((int(run[0]), int(run[-1]) + 1) for run in cuts)


def _gather(block: Block, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The block's own queries, and the keys and values that they see, cut off from the graph."""
    query_Q = query[:, :, block.start : block.end].detach()
    key_L, value_L = (torch.cat([full[:, :, a:b].detach() for a, b in block.runs], 2) for full in (key, value))
    return query_Q, key_L, value_L


def _scatter(total: Tensor, part: Tensor, block: Block) -> None:
    """Add the gradient of gathered keys or values to that of all."""
    for piece, (a, b) in zip(torch.split(part, [b - a for a, b in block.runs], 2), block.runs, strict=True):
        total[:, :, a:b] += piece


def _attend(query: Tensor, key: Tensor, value: Tensor, block: Block, scaling: float) -> Tensor:
    """Grouped heads share their keys: a group's queries stand one behind the other."""
    _, H, Q, D = query.shape
    G = key.shape[1]
    attend = partial(scaled_dot_product_attention, scale=scaling, attn_mask=block.sees_QL.repeat(H // G, 1))
    return attend(query.reshape(1, G, H // G * Q, D), key, value).view(1, H, Q, value.shape[-1])
