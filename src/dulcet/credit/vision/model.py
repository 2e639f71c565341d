"""A vision-language model with a value head: one number for a message, from the mean over its tokens.

The mean is over the last hidden states of all tokens, those of words and of pictures (SWEET-RL, appendix). Padding is
not counted: the released training averages over it too, so that there a value depends on the length of its neighbours.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from dulcet.credit.head.linear import VISION, load_head, save_head
from dulcet.errors import InputError
from dulcet.models.loading import resolve_device
from dulcet.models.runtime import prepare_torch


class ValueModel(nn.Module):
    """The model, its processor and its head, on one device, in float32."""

    def __init__(self, source: str | Path, device: str = "auto") -> None:
        """Load a folder or hub name; a folder without a trained head gets one of zeros, which finds all alike."""
        super().__init__()
        prepare_torch()
        from transformers import AutoModel, AutoProcessor

        self.device = resolve_device(device)
        self.bf16 = False
        """Whether the body runs under bfloat16 autocast."""
        try:
            self.processor = AutoProcessor.from_pretrained(source)
            self.body: Any = AutoModel.from_pretrained(source, dtype=torch.float32).to(self.device).eval()
        except (OSError, ValueError, KeyError) as error:
            reason = str(error).strip().splitlines()[0][:200]
            raise InputError(f"the vision-language model cannot be loaded ({reason})", where=str(source)) from error
        self.processor.tokenizer.padding_side = "right"
        self.head: Any = load_head(self.body.config.get_text_config().hidden_size, source, self.device)

    def values(self, inputs: Any) -> Tensor:
        """The value of each sequence of a padded batch, of shape [B]."""
        moved = {name: value.to(self.device) for name, value in inputs.items()}
        with torch.autocast(torch.device(self.device).type, torch.bfloat16, enabled=self.bf16):
            hidden_BTH = self.body(**moved).last_hidden_state
        hidden_BTH = hidden_BTH.to(self.head.weight.dtype)
        mask_BT1 = moved["attention_mask"].unsqueeze(-1).to(hidden_BTH.dtype)
        mean_BH = (hidden_BTH * mask_BT1).sum(1) / mask_BT1.sum(1)
        value_B: Tensor = self.head(mean_BH).squeeze(-1)
        return value_B

    def save_pretrained(self, folder: Path, state_dict: dict[str, Any] | None = None) -> None:
        """Write a folder that this class loads again. It is trained by one process: its weights are its own."""
        assert state_dict is None
        self.body.save_pretrained(folder)
        self.processor.save_pretrained(folder)
        save_head(self.head.state_dict(), folder, VISION)
