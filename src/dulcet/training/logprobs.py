"""Log-probabilities of the target tokens alone.

The decoder runs to its hidden states; only the positions that predict a target go through the head, some at a time,
so that the full logits (tokens x vocabulary) never exist. Works for every causal LM of transformers, and for one
wrapped by LoRA; a model whose logits are not simply head(hidden states), for instance soft-capped ones, is noticed by
a probe and takes the long way through its own forward pass.
"""

import logging
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from dulcet.training.batch import Batch
from dulcet.training.sharing import Reader, reach, reading

log = logging.getLogger(__name__)

CHUNK_LOGITS = 1 << 24
"""Most logits held at a time (64 MiB in float32)."""


class TargetLogps(Reader):
    """Callable: log-probabilities of a batch's target tokens under a model, float32, axis T, with gradient."""

    def __init__(self, model: Any, *, bf16: bool, share: bool = True) -> None:
        """`bf16`: the decoder runs under bfloat16 autocast; the head and the softmax stay in float32.

        `share`: whether the model is to read forests, if it can (`shares`).
        """
        self.model = model
        self.bf16 = bf16
        base = model.get_base_model() if hasattr(model, "get_base_model") else model
        self.base: Any = base
        self.decoder: Any = base.get_decoder()
        self.head: Any = base.get_output_embeddings()
        self.device = next(model.parameters()).device
        self.plain = self._logits_are_head_of_hidden()
        self.reach = reach(base, self.decoder) if share and self.decoder is not base else 0.0

    def __call__(self, batch: Batch) -> Tensor:
        """Float32 log-probabilities, one for each target token."""
        if not self.plain:
            return self._the_long_way(batch)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            hidden_RPD = self.decoder(**reading(batch.ids_RP, batch.tree)).last_hidden_state
        return self._through_head(hidden_RPD.flatten(0, 1)[batch.place_U], batch.label_U)[batch.target_T]

    def _through_head(self, hidden_UD: Tensor, label_U: Tensor) -> Tensor:
        chunk = max(1, CHUNK_LOGITS // self.head.weight.shape[0])
        if len(hidden_UD) <= chunk:
            return self._head(hidden_UD, label_U)
        pieces = zip(torch.split(hidden_UD, chunk), torch.split(label_U, chunk), strict=True)
        return torch.cat([checkpoint(self._head, hidden, label, use_reentrant=False) for hidden, label in pieces])

    def _head(self, hidden_UD: Tensor, label_U: Tensor) -> Tensor:
        return pick(self.head(hidden_UD.to(self.head.weight.dtype)), label_U)

    def _the_long_way(self, batch: Batch) -> Tensor:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            logits_RPV = self.model(**reading(batch.ids_RP, batch.tree)).logits
        return pick(logits_RPV.flatten(0, 1)[batch.place_U], batch.label_U)[batch.target_T]

    @torch.no_grad()
    def _logits_are_head_of_hidden(self) -> bool:
        """Compare both ways on a few tokens (in the weights' own precision, dropout off)."""
        if self.head is None or self.decoder is self.base:
            return False
        training = self.model.training
        self.model.eval()
        ids = torch.arange(1, 9, device=self.device)[None] % self.head.weight.shape[0]
        want = self.model(input_ids=ids, use_cache=False).logits.float()
        got = self.head(self.decoder(input_ids=ids, use_cache=False).last_hidden_state).float()
        self.model.train(training)
        same = want.shape == got.shape and bool(torch.allclose(want, got, rtol=1e-2, atol=1e-2))
        if not same:
            name = type(self.base).__name__
            log.warning("%s does more than apply its head: log-probabilities take its full forward pass", name)
        return same


def pick(logits_UV: Tensor, label_U: Tensor) -> Tensor:
    """Log softmax(logits)[label], in float32 or better."""
    exact_UV = logits_UV if logits_UV.dtype is torch.float64 else logits_UV.float()
    return -nn.functional.cross_entropy(exact_UV, label_U, reduction="none")
