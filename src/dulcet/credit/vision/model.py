"""A vision-language model with a regression head: one number for a message, from the mean over its tokens.

The mean is over the last hidden states of all tokens, those of words and of pictures (SWEET-RL, appendix). Padding is
not counted: the released training averages over it too, so that there a value depends on the length of its neighbours.
"""

from pathlib import Path
from typing import Any

from dulcet.errors import InputError
from dulcet.models.loading import resolve_device
from dulcet.models.runtime import prepare_torch

HEAD = "head.safetensors"


class ValueModel:
    """The model, its processor and its head, on one device, in float32."""

    def __init__(self, source: str | Path, device: str = "auto") -> None:
        """Load a folder or hub name; a folder without a trained head gets one of zeros, which finds all alike."""
        torch = prepare_torch()
        from safetensors.torch import load_file
        from transformers import AutoModel, AutoProcessor

        self.device = resolve_device(device)
        try:
            self.processor = AutoProcessor.from_pretrained(source)
            self.body = AutoModel.from_pretrained(source, dtype=torch.float32).to(self.device).eval()
        except (OSError, ValueError, KeyError) as error:
            reason = str(error).strip().splitlines()[0][:200]
            raise InputError(f"the vision-language model cannot be loaded ({reason})", where=str(source)) from error
        self.processor.tokenizer.padding_side = "right"
        self.head = torch.nn.Linear(self.body.config.get_text_config().hidden_size, 1, device=self.device)
        trained = Path(source) / HEAD
        if trained.is_file():
            self.head.load_state_dict(load_file(trained, device=self.device))
        else:
            torch.nn.init.zeros_(self.head.weight)
            torch.nn.init.zeros_(self.head.bias)

    def values(self, inputs: Any) -> Any:
        """The value of each sequence of a padded batch, of shape [B]."""
        moved = {name: value.to(self.device) for name, value in inputs.items()}
        hidden_BTH = self.body(**moved).last_hidden_state
        mask_BT1 = moved["attention_mask"].unsqueeze(-1).to(hidden_BTH.dtype)
        mean_BH = (hidden_BTH * mask_BT1).sum(1) / mask_BT1.sum(1)
        return self.head(mean_BH).squeeze(-1)

    def parameters(self) -> list[Any]:
        """What is trained."""
        return [*self.body.parameters(), *self.head.parameters()]

    def save(self, folder: Path) -> None:
        """Write a folder that this class loads again."""
        from safetensors.torch import save_file

        self.body.save_pretrained(folder)
        self.processor.save_pretrained(folder)
        save_file({name: value.contiguous().cpu() for name, value in self.head.state_dict().items()}, folder / HEAD)
