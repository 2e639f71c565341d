"""The head itself: one linear layer from a hidden state to a number, in a file of its own beside the body's."""

from pathlib import Path
from typing import Any

from dulcet.errors import InputError

HEAD = "head.safetensors"
VISION = "vision"


def load_head(width: int, source: str | Path, device: str) -> Any:
    """The head that lies in a folder; where there is none, one of zeros, which finds all alike."""
    import torch
    from safetensors.torch import load_file

    head = torch.nn.Linear(width, 1, device=device)
    trained = Path(source) / HEAD
    if trained.is_file():
        head.load_state_dict(load_file(trained, device=device))
    else:
        torch.nn.init.zeros_(head.weight)
        torch.nn.init.zeros_(head.bias)
    return head


def save_head(weights: dict[str, Any], folder: str | Path, kind: str) -> None:
    """Write the head's tensors, and of which kind it is."""
    from dulcet.training.checkpoint import write_tensors

    named = {name: value.detach().contiguous().cpu() for name, value in weights.items()}
    write_tensors(Path(folder) / HEAD, named, metadata={"kind": kind})


def head_kind(folder: str | Path) -> str | None:
    """The kind that `save_head` was told; None where the folder has no head. Raises InputError for a broken file."""
    from safetensors import SafetensorError, safe_open

    path = Path(folder) / HEAD
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            return (file.metadata() or {}).get("kind", VISION)  # type: ignore[no-any-return]
    except SafetensorError as error:
        raise InputError(f"the head cannot be read ({error})", where=str(path), do="Train the critic anew.") from error
