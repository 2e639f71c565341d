"""Log-probabilities without gradients: of any sequences under a model, and of the data under the reference.

The reference is the policy before its first step (with LoRA: the base, because a new adapter changes nothing). Its
log-probabilities are computed once, kept for each token beside the data with the hashes of model and data, and reused.
"""

import logging
from collections.abc import Sequence as Listed
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dulcet.progress import Silent, progress
from dulcet.training.batch import by_item, collate
from dulcet.training.checkpoint import write_tensors
from dulcet.training.data import Item, targets
from dulcet.training.packing import micro_batches

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)


def score(
    model: Any,
    data: Listed[Item],
    *,
    token_budget: int = 16384,
    bf16: bool = True,
    share: bool = True,
    label: str | None = None,
) -> list["Tensor"]:
    """Each item's target log-probabilities (float32, on the CPU; chosen before rejected, in the order of the tokens).

    Prefixes are computed once unless `share` is off. `label` names a progress bar; None shows none.
    The model is scored without dropout and left in the mode it was in. `by_turn` cuts a result into turns.
    """
    from dulcet.training.logprobs import TargetLogps

    return score_with(TargetLogps(model, bf16=bf16, share=share), data, token_budget=token_budget, label=label)


def score_with(
    logps: Any, data: Listed[Item], *, token_budget: int = 16384, label: str | None = None
) -> list["Tensor"]:
    """`score`, for a model that is asked again and again.

    `logps` is a `TargetLogps`, or another `Reader` of one number a target.
    """
    import torch

    results: list[Any] = [None] * len(data)
    training, share = logps.model.training, logps.shares(data)
    logps.model.eval()
    shown: Any = progress(label, len(data)) if label else nullcontext(Silent())
    with torch.no_grad(), shown as bar:
        for indices in micro_batches(data, token_budget, share=share):
            items = [data[index] for index in indices]
            values_T = logps(collate(items, device=str(logps.device), share=share)).cpu()
            for index, value_T in zip(indices, by_item(items, values_T), strict=True):
                results[index] = value_T
            bar.advance(len(items))
    logps.model.train(training)
    return results


def by_turn(item: Item, values_T: "Tensor") -> list["Tensor"]:
    """`score`'s values for one item, cut into its turns (chosen before rejected)."""
    import torch

    spans = [span for side in item.sides for sequence in side for span in sequence.spans]
    return list(torch.split(values_T, [span.end - span.start for span in spans]))


def reference_logps(
    path: Path,
    model: Any,
    data: Listed[Item],
    fingerprint: dict[str, str],
    *,
    token_budget: int,
    bf16: bool,
    share: bool = True,
) -> list["Tensor"]:
    """`score` under the reference, read from `path` where it holds the values for this model and these data.

    `fingerprint` tells model and data apart; values stored under another one are computed anew.
    """
    import torch

    counts = [targets(item) for item in data]
    stored = _read(path, fingerprint, sum(counts))
    if stored is not None:
        return list(torch.split(stored, counts))
    values = score(model, data, token_budget=token_budget, bf16=bf16, share=share, label="reference")
    flat = torch.cat(values)
    write_tensors(path, {"logp": flat}, metadata=fingerprint)
    return values


def _read(path: Path, fingerprint: dict[str, str], count: int) -> "Tensor | None":
    from safetensors import SafetensorError, safe_open

    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            if file.metadata() == fingerprint and len(values := file.get_tensor("logp")) == count:
                return values  # type: ignore[no-any-return]
            log.info("%s is of another model or other data: computed anew", path)
    except SafetensorError as error:
        log.warning("%s is damaged (%s): computed anew", path, error)
    return None
