"""What a training starts with: the policy, alone or spread over processes, and the reference's log-probabilities."""

from collections.abc import Sequence as Listed
from pathlib import Path
from typing import Any

from dulcet.errors import InputError
from dulcet.training.adapters import load_policy
from dulcet.training.config import TrainConfig
from dulcet.training.data import data_hash
from dulcet.training.distributed import world
from dulcet.training.job import Job, Reference
from dulcet.training.passes import Passes
from dulcet.training.result import named


def open_training(job: Job) -> tuple[Any, Passes]:
    """The policy of a job, and the passes through it, with the reference's numbers where its objective needs them."""
    model, logps = open_policy(job.model, job.config)
    passes = Passes(job.data, job.objective, job.config, logps)
    if job.objective.needs_reference:
        passes.references = open_reference(job, model, passes, job.reference)
    return model, passes


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


def open_reference(job: Job, model: Any, passes: Passes, other: Reference) -> Listed[Any]:
    """Each item's target log-probabilities under a reference, kept in its file; `model` is the policy's."""
    from dulcet.training.reference import reference_logps
    from dulcet.training.spread_reference import ensure_scores

    config, path = job.config, other.path or job.out / "reference.safetensors"
    model, logps = (model, passes.logps) if other.model is None else _open_other(other.model, config)
    data = passes.data if other.data is None else other.data
    options = {"token_budget": config.token_budget, "share": logps.shares(data)}
    fingerprint = {
        "model": named(other.model or job.model),
        "data": data_hash(data),
        "numbers": f"weights {config.weights}, bf16 {config.bf16}, shared prefixes {options['share']}",
    }
    if world().size > 1:
        ensure_scores(path, logps, data, fingerprint, **options)
    return reference_logps(path, model, data, fingerprint, bf16=config.bf16, **options)


def _open_other(folder: str | Path, config: TrainConfig) -> tuple[Any, Any]:
    """A reference that is another model: whole on every process."""
    from dulcet.models.loading import load_model
    from dulcet.training.logprobs import TargetLogps

    model = load_model(folder, config.device, config.weights, merge=True)
    return model, TargetLogps(model, bf16=config.bf16, share=config.share_prefixes)
