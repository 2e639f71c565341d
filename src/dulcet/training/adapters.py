"""The model that is trained: all of its weights, or LoRA adapters over frozen ones (through peft)."""

import logging
from pathlib import Path
from typing import Any

from dulcet.errors import InputError, MissingDependencyError
from dulcet.models.loading import load_model
from dulcet.training.config import LoraConfig, TrainConfig

log = logging.getLogger(__name__)


def load_policy(folder: str | Path, config: TrainConfig) -> Any:
    """The model of `folder` with the weights that `config` trains ready for gradients, dropout of the base off.

    A new adapter starts as no change at all, so that the policy at the start *is* the reference. From an adapter's
    folder LoRA continues that adapter, and full training starts from the base with the adapter merged in.
    """
    model = load_model(folder, config.device, config.weights, merge=config.lora is None)
    if config.lora is None:
        model.requires_grad_(True)  # merging leaves the base frozen
    else:
        model = _continue(model, config.lora, folder) if is_adapted(model) else add_adapter(model, config)
    switch_off_dropout(model)
    if config.gradient_checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        model.enable_input_require_grads()
    return model.train()


def is_adapted(model: Any) -> bool:
    """Whether peft has wrapped the model."""
    return hasattr(model, "peft_config")


def add_adapter(model: Any, config: TrainConfig) -> Any:
    """A PeftModel with fresh adapters in float32, drawn from the config's seed."""
    import torch

    try:
        import peft
    except ModuleNotFoundError as error:
        raise MissingDependencyError("peft", "local") from error
    from dulcet.seeds import derive

    lora = config.lora
    assert lora is not None
    targets = lora.targets if isinstance(lora.targets, str) else list(lora.targets)
    settings = peft.LoraConfig(
        r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=targets, task_type="CAUSAL_LM"
    )
    with torch.random.fork_rng():
        torch.manual_seed(derive(config.seed, "adapter"))
        try:
            return peft.get_peft_model(model, settings)
        except ValueError as error:
            reason = str(error).splitlines()[0]
            raise InputError(f"no adapter can be added ({reason[:200]})", do="Check lora.targets.") from error


def switch_off_dropout(model: Any) -> None:
    """No dropout but the adapters' own: the reference is scored without it, and only weights may differ from it."""
    import torch

    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Dropout) and "lora_dropout" not in name:
            module.p = 0.0
        for attribute in ("attention_dropout", "dropout"):  # the share itself, where there is no layer for it
            if isinstance(getattr(module, attribute, None), float):
                setattr(module, attribute, 0.0)


def _continue(model: Any, lora: LoraConfig, folder: str | Path) -> Any:
    rank = model.peft_config[model.active_adapter].r
    if rank != lora.rank:
        what = f"the adapter to continue has rank {rank}, the config says {lora.rank}"
        raise InputError(what, where=str(folder), do="Make them equal.")
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("lora_" in name)
    model.peft_config[model.active_adapter].inference_mode = False
    log.info("training continues the adapter of %s", folder)
    return model
