"""The reference's log-probabilities by many processes: each scores its share of the data, and all get all of them."""

from collections.abc import Sequence as Listed
from pathlib import Path
from typing import Any

from dulcet.training.batch import by_item, collate
from dulcet.training.checkpoint import write_tensors
from dulcet.training.data import Item, targets
from dulcet.training.distributed import world
from dulcet.training.packing import micro_batches


def ensure_scores(
    path: Path, logps: Any, data: Listed[Item], fingerprint: dict[str, str], *, token_budget: int, share: bool
) -> None:
    """Have `path` hold what `reference.reference_logps` reads: where it does not, score the data. Together."""
    if world().agree(_holds(path, fingerprint)):
        return
    flat = score_together(logps, data, token_budget=token_budget, share=share)
    if world().leads:
        write_tensors(path, {"logp": flat}, metadata=fingerprint)
    world().wait()


def score_together(logps: Any, data: Listed[Item], *, token_budget: int, share: bool) -> Any:
    """The target log-probabilities of all items, one after the other (a float32 tensor on the CPU). Together."""
    import torch

    counts = [targets(item) for item in data]
    flat = torch.zeros(sum(counts))
    pieces = torch.split(flat, counts)
    logps.model.eval()
    with torch.no_grad():
        for group, mine in world().deal(micro_batches(data, token_budget, share=share)):
            items = [data[index] for index in group]
            values_T = logps(collate(items, device=str(logps.device), share=share)).cpu()
            for index, value_T in zip(group, by_item(items, values_T), strict=True):
                pieces[index].copy_(value_T * mine)
    logps.model.train()
    torch.distributed.all_reduce(flat)
    return flat


def _holds(path: Path, fingerprint: dict[str, str]) -> bool:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return bool(file.metadata() == fingerprint)
    except (OSError, SafetensorError):
        return False
