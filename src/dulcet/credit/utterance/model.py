"""A language model's body with two heads, Q(o, a) and V(o), and a slowly moving copy of it all, the target network.

One pass over an episode gives both for every turn: V(o_k) is read at the last token of the prompt, before a word of the
message is said, and Q(o_k, a_k) at the last token that the message has before its end.
"""

import copy
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from dulcet.errors import InputError
from dulcet.models.loading import load_model, resolve_device
from dulcet.models.runtime import prepare_torch
from dulcet.training.batch import Batch
from dulcet.training.sharing import Reader, reach, reading

WEIGHTS = "utterance.safetensors"


class UtteranceModel(nn.Module):
    """Body and heads, and their targets, on one device in float32. The heads begin at zero."""

    def __init__(self, source: str | Path, device: str = "auto") -> None:
        """Load a causal model's folder or hub name, or a folder that this class has written."""
        super().__init__()
        prepare_torch()
        where, trained = resolve_device(device), Path(source) / WEIGHTS
        self.body: Any = _empty_body(source) if trained.is_file() else _body(source)
        self.heads = nn.Linear(self.body.config.get_text_config().hidden_size, 2)
        nn.init.zeros_(self.heads.weight)
        nn.init.zeros_(self.heads.bias)
        self.target_body, self.target_heads = copy.deepcopy(self.body), copy.deepcopy(self.heads)
        if trained.is_file():
            _load(self, trained)
        self.to(where).eval()

    def save_pretrained(self, folder: Path, state_dict: dict[str, Any] | None = None) -> None:
        """Write a folder that this class loads again."""
        from dulcet.training.checkpoint import write_tensors

        weights = self.state_dict() if state_dict is None else state_dict
        self.body.config.save_pretrained(folder)
        named = {name: value.detach().contiguous().cpu() for name, value in weights.items()}
        write_tensors(Path(folder) / WEIGHTS, named)

    @torch.no_grad()
    def follow(self, share: float) -> None:
        """Move the targets by this share of the way to what they follow (Polyak averaging)."""
        for target, source in ((self.target_body, self.body), (self.target_heads, self.heads)):
            for slow, fast in zip(target.parameters(), source.parameters(), strict=True):
                slow.lerp_(fast, share)


class UtteranceValues(Reader):
    """Callable: q and v at each target of a batch, with gradient, then both under the target network (axes T, 4)."""

    def __init__(self, model: UtteranceModel, *, bf16: bool) -> None:
        """`bf16`: the bodies run under bfloat16 autocast."""
        self.model, self.bf16 = model, bf16
        self.device = next(model.parameters()).device
        self.reach = min(reach(model.body, model.body), reach(model.target_body, model.target_body))

    def __call__(self, batch: Batch) -> Tensor:
        """`batch` is one of `Encoder.encode_trajectory`'s sequences."""
        model = self.model
        values_U2 = self._read(batch, model.body, model.heads)
        with torch.no_grad():
            slow_U2 = self._read(batch, model.target_body, model.target_heads)
        return torch.cat([values_U2, slow_U2], 1)[batch.target_T]

    def _read(self, batch: Batch, body: Any, heads: nn.Linear) -> Tensor:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            hidden_RPD = body(**reading(batch.ids_RP, batch.tree)).last_hidden_state
        values: Tensor = heads(hidden_RPD.flatten(0, 1)[batch.place_U].to(heads.weight.dtype))
        return values


def _body(source: str | Path) -> Any:
    model = load_model(source, "cpu", "float32", merge=True)
    if model.base_model is model:
        raise InputError(f"a {type(model).__name__} has no body that stands alone", where=str(source))
    return model.base_model


def _empty_body(folder: str | Path) -> Any:
    from transformers import AutoConfig, AutoModel

    try:
        return AutoModel.from_config(AutoConfig.from_pretrained(folder), dtype=torch.float32)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"the critic cannot be loaded ({error})", where=str(folder), do="Train it anew.") from error


def _load(model: UtteranceModel, path: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        model.load_state_dict(load_file(path))
    except (OSError, RuntimeError, SafetensorError) as error:
        reason = str(error).splitlines()[0][:200]
        raise InputError(f"the critic cannot be loaded ({reason})", where=str(path), do="Train it anew.") from error
