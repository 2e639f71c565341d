"""The trainer: one loop for every objective, the same on a small CPU and a large GPU.

Every step follows from its number: its items, its learning rate and its random numbers. A training that was killed and
started again therefore gives the weights of one that was not: bit for bit on a CPU.
"""

import logging
import math
import time
from collections.abc import Sequence as Listed
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from dulcet.errors import InputError
from dulcet.models.runtime import prepare_torch
from dulcet.progress import Silent, progress
from dulcet.training import checkpoint
from dulcet.training.config import TrainConfig
from dulcet.training.data import Item, split
from dulcet.training.distributed import world
from dulcet.training.helpers import call_helpers
from dulcet.training.job import Job, Reference
from dulcet.training.metrics import MetricsFile, peak_memory
from dulcet.training.objectives import Objective
from dulcet.training.optimiser import make_optimiser
from dulcet.training.order import planned
from dulcet.training.result import Best, finished, save_result
from dulcet.training.sharding import whole
from dulcet.training.trackers import Trackers, chosen, tracking
from dulcet.training.watch import TrainingError, Watch

__all__ = ["Run", "TrainingError", "carry_out", "train"]

log = logging.getLogger(__name__)


def train(
    model_folder: str | Path,
    data: Listed[Item],
    objective: Objective,
    config: TrainConfig,
    out: Path,
    *,
    label: str = "train",
    reference: Reference | None = None,
) -> Path:
    """Train the model of `model_folder` on `data` and return the folder of the result, `out/model`.

    `out` also gets metrics.jsonl and, while it runs, checkpoints; called again it continues, or returns the finished
    result at once. `label` names the progress bar; `reference` is what a preference loss compares with, if not
    with the first weights. Raises InputError where `out` holds another training or the data do not fit
    the objective, MissingDependencyError where a tracker is not installed, and TrainingError where the loss stops
    being a number.
    """
    return carry_out(Job(model_folder, data, objective, config, out, label, reference or Reference()))


def carry_out(job: Job) -> Path:
    """`train`, for a job that is described already."""
    if not job.data:
        do = "Collect more episodes, or loosen the filter."
        raise InputError("there is nothing to train on", where=str(job.out), do=do)
    if world().leads:
        chosen(job.config.log_to)
    if finished(job.out / "model", job.identity):
        log.info("%s is finished already", job.out / "model")
        return job.out / "model"
    return call_helpers(train_here, job)


def train_here(job: Job) -> Path:
    """The training itself, on this process: where there are many, all of them call it. See `train`."""
    prepare_torch()
    run = Run(job)
    run.resume()
    with tracking(job.config.log_to, run.metrics, job.label, job.identity) as trackers:
        run.train(job.label, trackers)
    job.end(run.model, run.optimiser)
    return save_result(run.model, job.model, job.out, job.identity, run.state, run.best)


class Run:
    """One training in progress."""

    def __init__(self, job: Job) -> None:
        self.job, self.config, self.out = job, job.config, job.out
        data, config = job.data, job.config
        self.model, self.passes = job.open()
        self.trained, self.held_out = split(data, config.held_out, config.seed)
        self.parameters = list(checkpoint.trained(self.model).values())
        self.optimiser = make_optimiser(checkpoint.trained(self.model), config)
        self.plan, self.epoch_ends = planned([(index, data[index].state) for index in self.trained], config)
        self.step = 0
        self.best = Best(self.out / "best.safetensors", config.patience)
        self.metrics = MetricsFile(self.out / "metrics.jsonl")
        self.saved_at = time.monotonic()

    @property
    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps beside the tensors."""
        return {"identity": self.job.identity["fingerprint"], "steps": self.step, "best": self.best.state}

    def resume(self) -> None:
        """Go to the newest whole checkpoint, if there is one."""
        fingerprint = self.job.identity["fingerprint"]
        state = checkpoint.load_newest(self.out / "checkpoints", fingerprint, self.model, self.optimiser)
        if state is not None:
            self.step = state["step"]
            self.best.state = state["best"]
            log.info("training continues after step %d", self.step)
        else:
            self.job.begin(self.model, self.optimiser)
        if world().leads:
            self.metrics.forget_after(self.step)
        world().wait()

    def train(self, label: str, trackers: Trackers) -> None:
        """Take all the steps that are left."""
        with progress(label, len(self.plan), window=20) if world().leads else nullcontext(Silent()) as bar:
            bar.skip(self.step)
            watch = Watch(self.config.watch, self.out, (self._watched(row) for row in self.metrics.rows()))
            while self.step < len(self.plan) and not self.best.exhausted:
                before = self.own_replies() if self.step == 0 else {}
                row = before | self.take_step()
                self.step += 1
                if self.step in self.epoch_ends or self.step == len(self.plan):
                    row |= self.evaluate() | self.own_replies()
                if world().leads:
                    self.metrics.append({"step": self.step, **row})
                    trackers.log(self.step, row)
                bar.advance(1, loss=row["loss"], accuracy=row.get("accuracy"))
                watch.see(self._watched(row))
                if self.due():
                    self.save()

    def _watched(self, row: dict[str, float]) -> dict[str, float]:
        """The row without what too few held-out items say."""
        few = len(self.held_out) < self.config.watch.held_out
        return {name: value for name, value in row.items() if not (few and name.startswith("held_out_"))}

    def take_step(self) -> dict[str, float]:
        """One optimiser step; returns its metrics."""
        import torch

        from dulcet.seeds import derive

        started = time.monotonic()
        others = ("rank", world().rank) if world().rank else ()
        torch.manual_seed(derive(self.config.seed, "step", self.step, *others))
        lr = self.job.rate(self.step, len(self.plan))
        row, tokens = self.passes.run(self.plan[self.step], backward=True)
        norm = float(whole(torch.nn.utils.clip_grad_norm_(self.parameters, self.config.clip)))
        if not (math.isfinite(row["loss"]) and math.isfinite(norm)):
            what = f"the loss is {row['loss']:.3g} and its gradient {norm:.3g} at step {self.step + 1}"
            do = "Use a smaller learning rate or another seed, in a new folder."
            raise TrainingError(what, where=str(self.out), do=do)
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        self.optimiser.step()
        self.job.stepped(self.model)
        self.optimiser.zero_grad(set_to_none=True)
        rate = tokens["tokens"] / (time.monotonic() - started)
        sharing = tokens["tokens_represented"] / tokens["tokens"]
        numbers = {"lr": lr, "grad_norm": norm, **tokens, "sharing": sharing, "tokens_per_second": rate}
        return {**row, **numbers, "peak_memory_gib": world().largest(peak_memory())}

    def evaluate(self) -> dict[str, float]:
        """Loss and metrics on the held-out items; remembers the best weights where there is early stopping."""
        if not self.held_out:
            return {}
        self.model.eval()
        row, _ = self.passes.run(self.held_out, backward=False)
        self.model.train()
        self.best.see(row, self.step, self.model)
        return {f"held_out_{name}": value for name, value in row.items()}

    def own_replies(self) -> dict[str, float]:
        """Length and entropy of some replies that the model draws now, where they are watched."""
        from dulcet.training.own_replies import own_replies

        count = self.config.watch.replies
        if not count or world().size > 1 or not hasattr(self.model, "generate"):
            return {}
        data = [self.job.data[index] for index in self.held_out or self.trained]
        return own_replies(self.passes.logps, data, count, self.config.seed)

    def due(self) -> bool:
        """Whether a checkpoint is to be written now."""
        every_steps, every_seconds = self.config.save_every_steps, self.config.save_every_seconds
        by_steps = bool(every_steps) and self.step % (every_steps or 1) == 0
        by_time = every_seconds is not None and time.monotonic() - self.saved_at >= every_seconds
        return by_steps or world().agree(by_time)

    def save(self) -> None:
        """Write a checkpoint."""
        checkpoint.save(self.out / "checkpoints", self.step, self.state, self.model, self.optimiser)
        self.saved_at = time.monotonic()
