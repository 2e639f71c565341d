"""A language model's body with a value head: one number for a reply, from the mean over the reply's own tokens.

The body is the causal model without its output layer, so that a token's hidden state says what was written up to it.
Neither the prompt nor padding is in the mean: the released training averages over both, so that there a value depends
on the length of its neighbours.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from dulcet.credit.head.linear import HEAD, load_head, save_head
from dulcet.errors import InputError
from dulcet.models.loading import load_model, resolve_device
from dulcet.models.runtime import prepare_torch
from dulcet.training.batch import Batch
from dulcet.training.sharing import Reader, reach, reading


class HeadModel(nn.Module):
    """Body and head on one device, in float32."""

    def __init__(self, source: str | Path, kind: str, device: str = "auto") -> None:
        """Load a causal model's folder or hub name, or a folder that this class has written."""
        super().__init__()
        prepare_torch()
        self.kind = kind
        where = resolve_device(device)
        self.body: Any = _trained_body(source, where) if (Path(source) / HEAD).is_file() else _body(source, where)
        self.head: Any = load_head(self.body.config.get_text_config().hidden_size, source, where)

    def save_pretrained(self, folder: Path, state_dict: dict[str, Any] | None = None) -> None:
        """Write a folder that this class loads again."""
        whole = self.state_dict() if state_dict is None else state_dict
        self.body.save_pretrained(folder, state_dict=_below(whole, "body."))
        save_head(_below(whole, "head."), folder, self.kind)


class TokenValues(Reader):
    """Callable: the head's value of each token of a batch's replies, float32, axis T, with gradient.

    Their mean over a reply is the reply's value, because the head is linear.
    """

    def __init__(self, model: HeadModel, *, bf16: bool) -> None:
        """`bf16`: the body runs under bfloat16 autocast."""
        self.model, self.bf16 = model, bf16
        self.device = next(model.parameters()).device
        self.reach = reach(model.body, model.body)

    def __call__(self, batch: Batch) -> Tensor:
        """`batch` is one of `encode_turns`: where a target is predicted there, its token is read."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            hidden_RPD = self.model.body(**reading(batch.ids_RP, batch.tree)).last_hidden_state
        hidden_UD = hidden_RPD.flatten(0, 1)[batch.place_U].to(self.model.head.weight.dtype)
        value_U: Tensor = self.model.head(hidden_UD).squeeze(-1)
        return value_U[batch.target_T]


def _body(source: str | Path, device: str) -> Any:
    """The base model of a causal one; raises InputError as `load_model` does, or where there is none."""
    model = load_model(source, device, "float32", merge=True)
    body = model.base_model
    if body is model:
        raise InputError(f"a {type(model).__name__} has no body that stands alone", where=str(source))
    return body


def _trained_body(folder: str | Path, device: str) -> Any:
    from safetensors import SafetensorError
    from transformers import AutoModel

    try:
        body, info = AutoModel.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise InputError(f"the critic cannot be loaded ({reason})", where=str(folder)) from error
    if missing := sorted(info["missing_keys"]):  # transformers would fill them with random numbers
        what = f"the weights lack {len(missing)} tensors, '{missing[0]}' among them"
        raise InputError(what, where=str(folder), do="Train the critic anew.")
    return body.to(device).eval()


def _below(weights: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The tensors under a prefix, without it."""
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
