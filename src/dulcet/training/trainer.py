"""The trainer: one loop for every objective, the same on a small CPU and a large GPU.

Every step follows from its number: its items, its learning rate and its random numbers. A training that was killed and
started again therefore gives the weights of one that was not: bit for bit on a CPU.
"""

import logging
import math
import time
from collections.abc import Sequence as Listed
from pathlib import Path
from typing import Any

from dulcet.errors import DulcetError, InputError
from dulcet.models.runtime import prepare_torch
from dulcet.progress import progress
from dulcet.training import checkpoint
from dulcet.training.batch import collate
from dulcet.training.config import TrainConfig
from dulcet.training.data import Item, data_hash, split, steps
from dulcet.training.metrics import MetricsFile
from dulcet.training.objectives import Objective
from dulcet.training.optimiser import make_optimiser
from dulcet.training.packing import micro_batches
from dulcet.training.result import Best, finished, identify, save_result

log = logging.getLogger(__name__)


class TrainingError(DulcetError):
    """Training cannot go on, e.g. because the loss is no longer a number. Exit code 6."""

    exit_code = 6


def train(
    model_folder: str | Path,
    data: Listed[Item],
    objective: Objective,
    config: TrainConfig,
    out: Path,
    *,
    label: str = "train",
    reference: Path | None = None,
) -> Path:
    """Train the model of `model_folder` on `data` and return the folder of the result, `out/model`.

    `out` also gets metrics.jsonl and, while it runs, checkpoints; called again it continues, or returns the finished
    result at once. `label` names the progress bar; `reference` is where the reference's log-probabilities are kept
    (default `out/reference.safetensors`). Raises InputError where `out` holds another training or the data do not fit
    the objective, and TrainingError where the loss stops being a number.
    """
    if not data:
        raise InputError(
            "there is nothing to train on", where=str(out), do="Collect more episodes, or loosen the filter."
        )
    sizes = [objective.size(item) for item in data]
    identity = identify(model_folder, data_hash(data), objective, config)
    if finished(out / "model", identity):
        log.info("%s is finished already", out / "model")
        return out / "model"
    prepare_torch()
    run = Run(model_folder, data, sizes, objective, config, out, identity, reference or out / "reference.safetensors")
    run.resume()
    run.train(label)
    return save_result(run.model, model_folder, out, identity, run.state, run.best)


class Run:
    """One training in progress."""

    def __init__(
        self,
        model_folder: str | Path,
        data: Listed[Item],
        sizes: list[float],
        objective: Objective,
        config: TrainConfig,
        out: Path,
        identity: dict[str, Any],
        reference: Path,
    ) -> None:
        from dulcet.training.adapters import load_policy
        from dulcet.training.logprobs import TargetLogps
        from dulcet.training.reference import reference_logps

        self.data, self.sizes, self.objective, self.config, self.out = data, sizes, objective, config, out
        self.identity = identity
        self.model = load_policy(model_folder, config)
        self.logps = TargetLogps(self.model, bf16=config.bf16, share=config.share_prefixes)
        self.share = self.logps.shares(data)
        self.references: Listed[Any] | None = None
        if objective.needs_reference:
            fingerprint = {key: str(identity[key]) for key in ("model", "data")} | {
                "numbers": f"weights {config.weights}, bf16 {config.bf16}, shared prefixes {self.share}"
            }
            self.references = reference_logps(
                reference,
                self.model,
                data,
                fingerprint,
                token_budget=config.token_budget,
                bf16=config.bf16,
                share=self.share,
            )
        self.trained, self.held_out = split(data, config.held_out, config.seed)
        self.parameters = list(checkpoint.trained(self.model).values())
        self.optimiser = make_optimiser(checkpoint.trained(self.model), config)
        plan = list(steps(len(self.trained), config.batch, config.seed, config.epochs))[: config.max_steps]
        self.plan = [[self.trained[place] for place in places] for places in plan]
        self.epoch_steps = math.ceil(len(self.trained) / config.batch)
        self.step = 0
        self.best = Best(out / "best.safetensors", config.patience)
        self.metrics = MetricsFile(out / "metrics.jsonl")
        self.saved_at = time.monotonic()

    @property
    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps beside the tensors."""
        return {"identity": self.identity["fingerprint"], "steps": self.step, "best": self.best.state}

    def resume(self) -> None:
        """Go to the newest whole checkpoint, if there is one."""
        fingerprint = self.identity["fingerprint"]
        state = checkpoint.load_newest(self.out / "checkpoints", fingerprint, self.model, self.optimiser)
        if state is not None:
            self.step = state["step"]
            self.best.state = state["best"]
            log.info("training continues after step %d", self.step)
        self.metrics.forget_after(self.step)

    def train(self, label: str) -> None:
        """Take all the steps that are left."""
        with progress(label, len(self.plan), window=20) as bar:
            bar.skip(self.step)
            while self.step < len(self.plan) and not self.best.exhausted:
                row = self.take_step()
                self.step += 1
                if self.step % self.epoch_steps == 0 or self.step == len(self.plan):
                    row |= self.evaluate()
                self.metrics.append({"step": self.step, **row})
                bar.advance(1, loss=row["loss"], accuracy=row.get("accuracy"))
                if self.due():
                    self.save()

    def take_step(self) -> dict[str, float]:
        """One optimiser step; returns its metrics."""
        import torch

        from dulcet.seeds import derive

        started = time.monotonic()
        torch.manual_seed(derive(self.config.seed, "step", self.step))
        lr = self.config.learning_rate(self.step, len(self.plan))
        row, tokens = self.run_items(self.plan[self.step], backward=True)
        norm = float(torch.nn.utils.clip_grad_norm_(self.parameters, self.config.clip))
        if not (math.isfinite(row["loss"]) and math.isfinite(norm)):
            what = f"the loss is {row['loss']:.3g} and its gradient {norm:.3g} at step {self.step + 1}"
            do = "Use a smaller learning rate or another seed, in a new folder."
            raise TrainingError(what, where=str(self.out), do=do)
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        rate = tokens["tokens"] / (time.monotonic() - started)
        return {**row, "lr": lr, "grad_norm": norm, **tokens, "tokens_per_second": rate}

    def run_items(self, indices: list[int], *, backward: bool) -> tuple[dict[str, float], dict[str, int]]:
        """Mean loss and metrics over the items; tokens computed and represented. `backward` adds up gradients."""
        import torch

        total = sum(self.sizes[index] for index in indices)
        sums: dict[str, Any] = {}
        tokens = {"tokens": 0, "tokens_represented": 0}
        items = [self.data[index] for index in indices]
        for group in micro_batches(items, self.config.token_budget, share=self.share):
            members = [indices[place] for place in group]
            references = None if self.references is None else [self.references[index] for index in members]
            batch = collate([items[place] for place in group], references, str(self.logps.device), share=self.share)
            with torch.set_grad_enabled(backward):
                loss, metrics = self.objective.loss(self.logps(batch), batch)
                if backward:
                    (loss / total).backward()  # type: ignore[no-untyped-call]
            tokens["tokens"] += batch.tokens
            tokens["tokens_represented"] += batch.tokens_represented
            for name, value in metrics.items():
                sums[name] = sums.get(name, 0.0) + value
            sums["loss"] = sums.get("loss", 0.0) + loss.detach()
        means = {name: float(value) / len(indices) for name, value in sums.items() if name != "loss"}
        return {"loss": float(sums["loss"]) / total, **means}, tokens

    def evaluate(self) -> dict[str, float]:
        """Loss and metrics on the held-out items; remembers the best weights where there is early stopping."""
        if not self.held_out:
            return {}
        self.model.eval()
        row, _ = self.run_items(self.held_out, backward=False)
        self.model.train()
        self.best.see(row, self.step, self.model)
        return {f"held_out_{name}": value for name, value in row.items()}

    def due(self) -> bool:
        """Whether a checkpoint is to be written now."""
        every_steps, every_seconds = self.config.save_every_steps, self.config.save_every_seconds
        by_steps = bool(every_steps) and self.step % (every_steps or 1) == 0
        by_time = every_seconds is not None and time.monotonic() - self.saved_at >= every_seconds
        return by_steps or by_time

    def save(self) -> None:
        """Write a checkpoint."""
        checkpoint.save(self.out / "checkpoints", self.step, self.state, self.model, self.optimiser)
        self.saved_at = time.monotonic()
