"""Keys and values of many conversations of unequal length in one block of memory: one row ("slot") each.

The block is allocated once and grows by demand; a decoding step reads its first rows as a view, so nothing is
concatenated, padded or copied from step to step. It speaks transformers' `Cache` interface: any causal language
model whose attention keeps plain keys and values runs on it unchanged.

Shapes: B rows at work, G key/value heads, L key positions, D head size. Import it after `prepare_torch`.
"""

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

GROWTH = 256  # positions by which the block grows at least


class SlotCache(Cache):  # type: ignore[misc]
    """The cache of all layers. `begin_prompts` and `begin_step` say what the next forward pass is."""

    def __init__(self, layers: int, slots: int, window: int) -> None:
        self.slots, self.window, self.capacity = slots, window, 0
        self.rows = self.positions = torch.empty(0)
        self.keys_seen = 0
        self.prompting = False
        super().__init__(layers=[SlotLayer(self) for _ in range(layers)])

    def begin_prompts(self) -> None:
        """The next passes read prompts, from their beginning; what they compute is kept until `store_prompt`."""
        self.prompting = True
        for layer in self.layers:
            layer.prompt_keys = layer.prompt_values = None

    def store_prompt(self, index: int, length: int, rows: slice) -> None:
        """Write the first `length` positions of the `index`-th prompt just read into each of `rows`."""
        self.reserve(length)
        for layer in self.layers:
            layer.store_prompt(index, length, rows)

    def begin_step(self, positions_B: torch.Tensor, keys_seen: int) -> None:
        """The next pass reads one token a row, row b at `positions_B[b]`, and sees `keys_seen` (L) key positions."""
        self.reserve(keys_seen)
        self.prompting, self.keys_seen, self.positions = False, keys_seen, positions_B
        self.rows = torch.arange(len(positions_B), device=positions_B.device)

    def move(self, sources: list[int], targets: list[int], length: int) -> None:
        """Copy the first `length` positions of the rows `sources` to the rows `targets` (none of them a source)."""
        for layer in self.layers:
            for block in (layer.keys, layer.values):
                for source, target in zip(sources, targets, strict=True):
                    block[target, :, :length] = block[source, :, :length]

    def reserve(self, length: int) -> None:
        """Make room for `length` positions a row."""
        if length > self.capacity:
            grown = max(length, self.capacity + max(GROWTH, self.capacity // 2))
            self.capacity = max(length, min(grown, self.window))
            for layer in self.layers:
                layer.grow()


class SlotLayer(CacheLayerMixin):  # type: ignore[misc]
    """The keys and values of one layer, each [slots, G, capacity, D]."""

    is_sliding = False

    def __init__(self, cache: SlotCache) -> None:
        super().__init__()
        self.cache = cache
        self.prompt_keys: torch.Tensor | None = None
        self.prompt_values: torch.Tensor | None = None

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Allocate the block in the form of the first states seen."""
        self.keys, self.values = self._block(key_states), self._block(value_states)
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: object, **kwargs: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take in the new states [B, G, T, D]; returns all keys and values that the pass attends to."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        if self.cache.prompting:
            return self._extend_prompt(key_states, value_states)
        rows, positions, seen = self.cache.rows, self.cache.positions, self.cache.keys_seen
        self.keys[rows, :, positions] = key_states[:, :, 0]
        self.values[rows, :, positions] = value_states[:, :, 0]
        return self.keys[: len(rows), :, :seen], self.values[: len(rows), :, :seen]

    def store_prompt(self, index: int, length: int, rows: slice) -> None:
        """See SlotCache.store_prompt."""
        assert self.prompt_keys is not None and self.prompt_values is not None
        self.keys[rows, :, :length] = self.prompt_keys[index, :, :length]
        self.values[rows, :, :length] = self.prompt_values[index, :, :length]

    def grow(self) -> None:
        """Bring the block to the cache's capacity."""
        if self.is_initialized:
            for name in ("keys", "values"):
                old = getattr(self, name)
                new = self._block(old)
                new[:, :, : old.shape[2]] = old
                setattr(self, name, new)

    def get_seq_length(self) -> int:
        """Positions read so far; the engine gives positions and masks itself, so models need not ask."""
        return 0 if self.prompt_keys is None or not self.cache.prompting else self.prompt_keys.shape[2]

    def get_max_length(self) -> int:
        """Most positions a row can have."""
        return self.cache.window

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """(Key positions, offset) of the pass."""
        return (self.get_seq_length() + query_length if self.cache.prompting else self.cache.keys_seen), 0

    def _extend_prompt(self, keys: torch.Tensor, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if self.prompt_keys is not None and self.prompt_values is not None:
            keys = torch.cat([self.prompt_keys, keys], dim=2)
            values = torch.cat([self.prompt_values, values], dim=2)
        self.prompt_keys, self.prompt_values = keys, values
        return keys, values

    def _block(self, like: torch.Tensor) -> torch.Tensor:
        # Zeros, not garbage: a masked position has weight 0, and 0 times NaN is NaN.
        shape = (self.cache.slots, like.shape[1], self.cache.capacity, like.shape[3])
        return torch.zeros(shape, dtype=like.dtype, device=like.device)
