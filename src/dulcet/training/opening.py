"""What a training starts with: the policy, alone or spread over processes, and the reference's log-probabilities."""

from collections.abc import Sequence as Listed
from pathlib import Path
from typing import Any

from dulcet.errors import InputError
from dulcet.training.adapters import load_policy
from dulcet.training.config import TrainConfig
from dulcet.training.distributed import world
from dulcet.training.passes import Passes


def open_policy(folder: str | Path, config: TrainConfig) -> tuple[Any, Any]:
    """The model of `folder` ready to be trained, and its `TargetLogps`.

    Where many processes train, each loads the model into its CPU's memory, and keeps its share of it. Raises InputError
    for what cannot be trained by many.
    """
    from dulcet.models.loading import resolve_device
    from dulcet.training.logprobs import TargetLogps

    if world().size == 1:
        model = load_policy(folder, config)
        return model, TargetLogps(model, bf16=config.bf16, share=config.share_prefixes)
    from dulcet.training.sharding import Gathered, shard

    if config.optimiser == "muon":
        what = "muon wants whole matrices, and with several processes each holds a part of them"
        raise InputError(what, where="optimiser", do="Use adamw, or one process.")
    device = resolve_device(config.device)
    model = shard(load_policy(folder, config.model_copy(update={"device": "cpu"})), device)
    return model, Gathered(model, TargetLogps(model, bf16=config.bf16, share=config.share_prefixes))


def open_reference(path: Path, model: Any, passes: Passes, identity: dict[str, Any]) -> Listed[Any]:
    """Each item's target log-probabilities under the model as it is now, kept in `path`."""
    from dulcet.training.reference import reference_logps
    from dulcet.training.spread_reference import ensure_scores

    config = passes.config
    numbers = f"weights {config.weights}, bf16 {config.bf16}, shared prefixes {passes.share}"
    fingerprint = {"model": str(identity["model"]), "data": str(identity["data"]), "numbers": numbers}
    if world().size > 1:
        ensure_scores(
            path, passes.logps, passes.data, fingerprint, token_budget=config.token_budget, share=passes.share
        )
    return reference_logps(
        path,
        model,
        passes.data,
        fingerprint,
        token_budget=config.token_budget,
        bf16=config.bf16,
        share=passes.share,
    )
