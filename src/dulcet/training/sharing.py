"""Which models can read a forest: those whose attention is full, or whose window the sequences do not outgrow.

What cannot is noticed and said, never wrong in silence: its configuration is read, and a probe compares a few tokens
read as a forest with the same tokens read one sequence at a time.
"""

import logging
import math
from collections.abc import Sequence as Listed
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from dulcet.training.data import Item, inputs
from dulcet.training.forest import plant
from dulcet.training.tree_attention import TreeMask

log = logging.getLogger(__name__)

NAME = "dulcet_forest"
_UNKNOWN = ("softcap", "s_aux", "position_bias")
"""What an attention may want beyond softmax(QK) V; no forest is read with any of it."""
_PROBE = ((1, 2, 3, 4, 5, 6), (1, 2, 3, 7, 8), (1, 2, 3, 7, 9, 5, 6, 4), (4, 2, 6, 3))


class Reader:
    """Base of what reads batches with a model whose sequences share their prefixes up to a length, `reach`."""

    reach: float
    _said = False

    def shares(self, data: Listed[Item]) -> bool:
        """Whether batches of these items are to be forests; says so where only their length speaks against it."""
        longest = max((len(inputs(sequence)) for item in data for side in item.sides for sequence in side), default=0)
        if 0 < self.reach < longest and not self._said:
            self._said = True
            window = "prefixes are not shared: a sequence has %d tokens, the model's attention reaches back %.0f"
            log.warning(window, longest, self.reach)
        return longest <= self.reach


def reading(ids_RP: Tensor, tree: TreeMask | None) -> dict[str, Any]:
    """The arguments with which a decoder (or a whole model) reads padded rows, or one row that is a forest."""
    plain = {"input_ids": ids_RP, "use_cache": False}
    if tree is None:
        return plain
    return plain | {"attention_mask": tree.mask, "position_ids": tree.position_1P, "tree": tree}


def reach(model: Any, decoder: Any) -> float:
    """Length up to which the model's sequences can share their prefixes: infinite, its window, or 0 (and says why).

    Where it is not 0, the model's attention is from now on `forest_attention`, which does without a forest what SDPA
    does.
    """
    reached, reason = window(model.config)
    if reached and (reason := _probe(model, decoder)):
        reached = 0.0
    if not reached:
        log.warning("prefixes are not shared: %s %s", type(model).__name__, reason)
    return reached


def window(config: Any) -> tuple[float, str]:
    """The longest sequence of which every token sees all before it, by the configuration; where it is 0, why."""
    text = config.get_text_config()
    kinds = set(getattr(text, "layer_types", None) or ())
    if strange := sorted(kinds - {"full_attention", "sliding_attention", "chunked_attention"}):
        return 0.0, f"has layers of the kind {strange[0]}"
    if kinds == {"full_attention"}:
        return math.inf, ""
    windows = [getattr(text, name, None) for name in ("sliding_window", "attention_chunk_size")]
    return float(min((size for size in windows if size), default=math.inf)), ""


def forest_attention(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Any, **options: Any
) -> tuple[Tensor, None]:
    """Transformers' interface to attention: over ancestors where it gets a `tree`, else plain SDPA."""
    tree: TreeMask | None = options.pop("tree", None)
    if tree is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **options)  # type: ignore[no-any-return]
    if options.get("dropout"):
        raise ValueError("attention over a forest has no dropout")
    if unknown := [name for name in _UNKNOWN if options.get(name) is not None]:
        raise ValueError(f"attention over a forest does not know {unknown[0]}")
    if tree.depth > (options.get("sliding_window") or math.inf):
        raise ValueError("a sequence is longer than the attention's window")
    scaling = options.get("scaling") or query.shape[-1] ** -0.5
    return tree.attend(module, query, key, value, scaling), None


@torch.no_grad()
def _probe(model: Any, decoder: Any) -> str:
    """Why the model cannot read a forest; empty where it can, and then its attention is `forest_attention`."""
    AttentionInterface.register(NAME, forest_attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    training, before = model.training, model.config._attn_implementation
    model.eval()
    try:
        alone = _read_alone(model, decoder)
        model.set_attn_implementation(NAME)
        reason = "" if _close(_read_together(model, decoder), alone) else "reads a forest as something else"
    except (TypeError, ValueError, RuntimeError, AttributeError, IndexError) as error:  # what foreign models raise
        reason = f"cannot read a forest ({str(error).splitlines()[0][:200] if str(error) else type(error).__name__})"
    if reason:
        model.set_attn_implementation(before)
    model.train(training)
    return reason


def _read_alone(model: Any, decoder: Any) -> Tensor:
    """Hidden states of the probe's sequences, one after the other; axes token, hidden."""
    rows = [torch.tensor([ids], device=model.device) % model.config.get_text_config().vocab_size for ids in _PROBE]
    return torch.cat([decoder(**reading(ids_1P, None)).last_hidden_state[0] for ids_1P in rows])


def _read_together(model: Any, decoder: Any) -> Tensor:
    """The same, read as a forest."""
    forest = plant(_PROBE)
    tree = TreeMask(forest, str(model.device))
    ids_1P = torch.zeros(1, tree.width, dtype=torch.long)
    ids_1P[0, : tree.nodes] = torch.from_numpy(forest.ids_N) % model.config.get_text_config().vocab_size
    hidden_PD = decoder(**reading(ids_1P.to(model.device), tree)).last_hidden_state[0]
    return torch.cat([hidden_PD[torch.from_numpy(path).to(model.device)] for path in forest.paths])


def _close(got: Tensor, want: Tensor) -> bool:
    """Equal but for rounding, which in half precision is coarse."""
    share = 1e-4 if want.dtype in (torch.float32, torch.float64) else 0.05
    return bool(torch.isfinite(got).all()) and bool((got - want).abs().max() <= share * want.abs().max())
