"""What training leaves: a Hugging Face folder (or a PEFT adapter's), which `training.json` marks as finished."""

import errno
import hashlib
import json
import logging
import shutil
from pathlib import Path
from typing import Any

from dulcet.errors import InputError
from dulcet.jsonl import storage, write_json
from dulcet.models.loading import load_tokenizer, weights_hash
from dulcet.training.checkpoint import flush, trained, write_tensors
from dulcet.training.config import TrainConfig
from dulcet.training.distributed import world
from dulcet.training.objectives import Objective
from dulcet.training.sharding import alike, kept, settle

log = logging.getLogger(__name__)

MARKER = "training.json"


def named(model: str | Path) -> str:
    """The hash of a folder's weights, or a hub name as it is."""
    return weights_hash(model) if Path(model).is_dir() else str(model)


def identify(
    model: str | Path, data: str, objective: Objective, config: TrainConfig, reference: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What the result depends on, and one `fingerprint` of it all; `reference` where it is not the model's own."""
    parts = {"model": named(model), "data": data, "objective": objective.identity, "config": config.identity}
    parts |= {"reference": reference} if reference else {}
    text = json.dumps(parts, sort_keys=True, default=str)
    return {**parts, "fingerprint": hashlib.sha256(text.encode()).hexdigest()[:16]}


def finished(folder: Path, identity: dict[str, Any]) -> bool:
    """Whether `folder` is the finished result of this training. Raises InputError where it is that of another."""
    if not (folder / MARKER).exists():
        return False
    found = json.loads((folder / MARKER).read_text("utf-8"))
    if found.get("fingerprint") == identity["fingerprint"]:
        return True
    parts = ("model", "data", "objective", "config", "reference")
    differing = [key for key in parts if found.get(key) != identity.get(key)]
    what = f"the folder holds the result of another training (different {', '.join(differing)})"
    raise InputError(what, where=str(folder), do="Use another folder, or delete this one.")


def save_result(
    model: Any, source: str | Path, out: Path, identity: dict[str, Any], state: dict[str, Any], best: "Best"
) -> Path:
    """Write `out/model` under a temporary name, rename it, and clear away the checkpoints. Together."""
    if best.state["step"]:
        load_best(best.path, model)
    weights = state_dict(model)
    if world().leads:
        _write(model, weights, source, out, {**identity, **state})
        shutil.rmtree(out / "checkpoints", ignore_errors=True)
        best.path.unlink(missing_ok=True)
    world().wait()
    return out / "model"


def _write(model: Any, weights: dict[str, Any] | None, source: str | Path, out: Path, note: dict[str, Any]) -> None:
    import transformers

    final, temporary = out / "model", out / ".model.tmp"
    with storage(final):
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        save_model(model, temporary, weights)
        if not (temporary / "tokenizer_config.json").exists():  # some models bring what reads for them
            load_tokenizer(source).save_pretrained(temporary)
        note = {**note, "source": str(source), "transformers": transformers.__version__}
        write_json(temporary / MARKER, note)
        shutil.rmtree(final, ignore_errors=True)
        for file in temporary.iterdir():
            flush(file)
        temporary.rename(final)
        flush(out)


def state_dict(model: Any) -> dict[str, Any] | None:
    """The whole weights of a sharded model, tied ones as one tensor; None for a model that is whole. Together."""
    if world().size == 1:
        return None
    settle(model)
    parameters = dict(model.named_parameters(remove_duplicate=False))
    once: dict[int, Any] = {}
    for parameter in parameters.values():
        if id(parameter) not in once:
            once[id(parameter)] = kept(parameter)
    return {
        name: once[id(parameters[name])] if name in parameters else kept(value)
        for name, value in model.state_dict().items()
    }


def save_model(model: Any, folder: Path, weights: dict[str, Any] | None = None) -> None:
    """`save_pretrained` (of `weights`, where they are not the model's own), a full disk as the OSError that it is."""
    from safetensors import SafetensorError

    try:
        model.save_pretrained(folder, state_dict=weights)
    except SafetensorError as error:
        raise OSError(errno.EIO, str(error)) from error


def load_best(path: Path, model: Any) -> None:
    """Put the best weights back into the model. Together."""
    import torch
    from safetensors.torch import load_file

    world().wait()  # for the leading process to have written them
    saved = load_file(path)
    with torch.no_grad():
        for name, parameter in trained(model).items():
            parameter.copy_(alike(saved[name], parameter))


class Best:
    """The best held-out result so far, for early stopping: accuracy first, then loss."""

    def __init__(self, path: Path, patience: int | None) -> None:
        self.path, self.patience = path, patience
        self.state: dict[str, Any] = {"accuracy": None, "loss": None, "step": 0, "worse": 0}

    @property
    def exhausted(self) -> bool:
        """Whether there has been no better result for `patience` evaluations."""
        return self.patience is not None and self.state["worse"] >= self.patience

    def see(self, row: dict[str, float], step: int, model: Any) -> None:
        """Compare a held-out result with the best; keep the weights where it is better (only with `patience`)."""
        if self.patience is None:
            return
        accuracy, loss = row.get("accuracy", 0.0), row["loss"]
        better = self.state["loss"] is None or (accuracy, -loss) > (self.state["accuracy"], -self.state["loss"])
        if not better:
            self.state = {**self.state, "worse": self.state["worse"] + 1}
            return
        self.state = {"accuracy": accuracy, "loss": loss, "step": step, "worse": 0}
        self._keep(model)

    def _keep(self, model: Any) -> None:
        weights = {name: kept(parameter) for name, parameter in trained(model).items()}
        if world().leads:
            write_tensors(self.path, weights)
