"""Attention over ancestors against one dense mask, forward and backward, on real and random forests."""

import shutil

import numpy as np
import pytest
import torch
from torch.nn.attention.flex_attention import flex_attention
from torch.nn.functional import scaled_dot_product_attention

from dulcet.training import tree_attention
from dulcet.training.block_mask import BLOCK, block_mask, occupied
from dulcet.training.forest import plant
from dulcet.training.tree_attention import TreeAttention, blocks
from tests.training.samples import random_sequences

torch.set_num_threads(1)


def dense(end_P):
    node = np.arange(len(end_P))
    return torch.from_numpy((node[None] <= node[:, None]) & (end_P[None] > node[:, None]))


def tensors(end_P, heads, groups, dtype=torch.float64):
    torch.manual_seed(0)
    shapes = [(1, n, len(end_P), 8) for n in (heads, groups, groups)]
    return [torch.randn(shape, dtype=dtype, requires_grad=True) for shape in shapes]


def reference(query, key, value, mask):
    repeated = [t.repeat_interleave(query.shape[1] // t.shape[1], 1) for t in (key, value)]
    return scaled_dot_product_attention(query, *repeated, attn_mask=mask, scale=0.3)


def padded(end_P):
    """To whole blocks; what is added sees itself alone."""
    more = -len(end_P) % BLOCK
    return np.concatenate([end_P, len(end_P) + np.arange(more) + 1])


def large_forest(seed=0):
    """Some hundreds of nodes: trees, long common histories, many short replies."""
    draw = np.random.default_rng(seed)
    histories = [tuple(draw.integers(0, 99, length)) for length in (300, 150, 20)]
    return plant([h + tuple(draw.integers(0, 99, int(draw.integers(1, 60)))) for h in histories for _ in range(5)])


@pytest.mark.parametrize(("heads", "groups"), [(4, 4), (4, 2), (4, 1)])
@pytest.mark.parametrize("queries", [1, 7, 64])
def test_values_and_gradients_are_those_of_a_dense_mask(heads, groups, queries, monkeypatch):
    monkeypatch.setattr(tree_attention, "QUERIES", queries)
    for end_P in (plant(random_sequences(queries)).end_N, large_forest().end_N[: 60 * queries]):
        end_P = np.minimum(end_P, len(end_P))
        inputs = tensors(end_P, heads, groups)
        results = [TreeAttention.apply(*inputs, blocks(end_P), 0.3), reference(*inputs, dense(end_P))]
        assert torch.allclose(*results, atol=1e-12)
        weight = torch.randn(results[0].shape, dtype=torch.float64)
        gradients = [torch.autograd.grad((result * weight).sum(), inputs) for result in results]
        for one, other in zip(*gradients, strict=True):
            assert torch.allclose(one, other, atol=1e-11)


def test_the_gradient_is_that_of_finite_differences():
    end_P = plant(random_sequences(3)).end_N[:12]
    end_P = np.minimum(end_P, 12)
    inputs = tensors(end_P, 2, 1)
    assert torch.autograd.gradcheck(lambda *t: TreeAttention.apply(*t, blocks(end_P), 0.3), inputs)


def test_the_blocks_hold_no_more_keys_than_a_path_and_themselves():
    forest = large_forest()
    listed = blocks(forest.end_N)
    assert [block.start for block in listed[1:]] == [block.end for block in listed[:-1]]
    for block in listed:
        keys = sum(b - a for a, b in block.runs)
        assert keys == block.sees_QL.shape[1] <= forest.depth_N[block.start] + block.end - block.start
        assert block.sees_QL.any(0).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_block_mask_is_the_dense_mask(seed):
    end_P = padded(large_forest(seed).end_N)
    mask = dense(end_P)
    tiles_QK = mask.view(len(end_P) // BLOCK, BLOCK, -1, BLOCK)
    some_QK, all_QK = occupied(end_P)
    assert np.array_equal(some_QK, tiles_QK.any(3).any(1).numpy())
    assert np.array_equal(all_QK, tiles_QK.all(3).all(1).numpy())
    made = block_mask(end_P, "cpu")
    assert tuple(made.shape[-2:]) == mask.shape
    assert torch.equal(made.to_dense()[0, 0].bool(), torch.from_numpy(some_QK))
    node = torch.arange(len(end_P))
    assert torch.equal(made.mask_mod(0, 0, node[:, None], node[None]), mask)


def test_flex_attention_with_the_block_mask_is_dense_attention():
    end_P = padded(large_forest().end_N)
    query, key, value = (tensor.detach() for tensor in tensors(end_P, 4, 2, torch.float32))
    got = flex_attention(query, key, value, block_mask=block_mask(end_P, "cpu"), scale=0.3, enable_gqa=True)
    assert torch.allclose(got, reference(query, key, value, dense(end_P)), atol=1e-5)


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("g++") is None, reason="compiling FlexAttention for a CPU takes a C++ compiler: apt-get install g++"
)
def test_compiled_flex_attention_skips_the_right_blocks():
    """Uncompiled it looks at every block; compiled only at those that the block mask lists, as on a GPU."""
    compiled = torch.compile(flex_attention)
    for seed in range(2):
        end_P = padded(large_forest(seed).end_N)
        query, key, value = (tensor.detach() for tensor in tensors(end_P, 4, 2, torch.float32))
        got = compiled(query, key, value, block_mask=block_mask(end_P, "cpu"), scale=0.3, enable_gqa=True)
        assert torch.allclose(got, reference(query, key, value, dense(end_P)), atol=1e-5)
