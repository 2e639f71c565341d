"""Checkpoints: all that training needs to go on as if it had never stopped.

One folder each, written under a temporary name, flushed, then renamed: tensors in safetensors, the rest in JSON with
the SHA-256 of the tensors. The newest whole one is found by itself; a damaged one is named in the log and passed over.
Random states need no place here: every step seeds itself from its number. Where several processes train, all of them
call the functions here; the leading one writes, and what it writes is whole: any number of processes can go on with it.
"""

import errno
import hashlib
import json
import logging
import os
import shutil
from pathlib import Path
from typing import Any

from dulcet.errors import InputError
from dulcet.jsonl import storage, write_atomic, write_json
from dulcet.training.distributed import world
from dulcet.training.sharding import alike, kept, settle

log = logging.getLogger(__name__)

KEEP = 2
"""Newest checkpoints kept: should the newest be damaged, there is another."""


def save(folder: Path, step: int, state: dict[str, Any], model: Any, optimiser: Any) -> None:
    """Write `folder/step-N` with the trained weights, the optimiser's state and `state` (JSON); drop older ones."""
    named = tensors(model, optimiser)
    if not world().leads:
        return
    final = folder / f"step-{step:09d}"
    temporary = folder / f".{final.name}.tmp"
    with storage(final):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
    write_tensors(temporary / "tensors.safetensors", named)
    digest = sha256(temporary / "tensors.safetensors")
    write_json(temporary / "state.json", {**state, "step": step, "tensors_sha256": digest})
    with storage(final):
        shutil.rmtree(final, ignore_errors=True)
        temporary.rename(final)
        flush(folder)
    for old in found(folder)[KEEP:]:
        shutil.rmtree(old, ignore_errors=True)


def load_newest(folder: Path, identity: str, model: Any, optimiser: Any) -> dict[str, Any] | None:
    """Put the newest whole checkpoint into model and optimiser and return its state; None where there is none.

    Raises InputError where the checkpoint is of another run (`state["identity"]`).
    """
    from safetensors.torch import load_file

    for path in found(folder):
        try:
            state: dict[str, Any] = json.loads((path / "state.json").read_text("utf-8"))
            if sha256(path / "tensors.safetensors") != state["tensors_sha256"]:
                raise ValueError("its tensors are not those that were written")
        except (OSError, ValueError, KeyError) as error:
            log.warning("checkpoint %s is damaged (%s); an older one is used", path, error)
            continue
        if state["identity"] != identity:
            what = "the folder holds the checkpoints of another training (other config, data or model)"
            raise InputError(what, where=str(folder), do="Use another folder, or delete this one.")
        restore(load_file(path / "tensors.safetensors"), model, optimiser)
        return state
    return None


def found(folder: Path) -> list[Path]:
    """Finished checkpoints, newest first."""
    return sorted(folder.glob("step-*"), reverse=True)


def tensors(model: Any, optimiser: Any) -> dict[str, Any]:
    """Everything with a gradient, and what the optimiser keeps for it, by name; None but on the leading process."""
    named = {}
    for name, parameter in trained(model).items():
        named[f"model.{name}"] = kept(parameter)
        for key, value in optimiser.state.get(parameter, {}).items():
            named[f"{key}.{name}"] = kept(value)
    return named


def restore(saved: dict[str, Any], model: Any, optimiser: Any) -> None:
    """The reverse of `tensors`."""
    import torch

    with torch.no_grad():
        for name, parameter in trained(model).items():
            parameter.copy_(alike(saved[f"model.{name}"], parameter))
            keys = [key for key in ("step", "exp_avg", "exp_avg_sq", "momentum_buffer") if f"{key}.{name}" in saved]
            optimiser.state[parameter] = {key: alike(saved[f"{key}.{name}"], parameter) for key in keys}


def write_tensors(path: Path, named: dict[str, Any], metadata: dict[str, str] | None = None) -> None:
    """Write a safetensors file atomically. Raises StorageError where the disk is full."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    def write(temporary: Path) -> None:
        try:
            save_file(named, temporary, metadata=metadata)
        except SafetensorError as error:  # what the system said is inside its text alone
            temporary.unlink(missing_ok=True)
            raise OSError(errno.EIO, str(error)) from error

    write_atomic(path, write)


def trained(model: Any) -> dict[str, Any]:
    """The parameters that are trained, by name; tied ones once."""
    settle(model)
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}


def sha256(path: Path) -> str:
    """Digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 22):
            digest.update(piece)
    return digest.hexdigest()


def flush(path: Path) -> None:
    """Have a file's content, or the renames in a folder, last through a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
