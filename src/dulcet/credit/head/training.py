"""Training a value head and the body under it, with the engine's own loop: only the job is another.

Steps, learning rate, checkpoints, held-out tasks and metrics.jsonl are those of every training; a killed one goes on.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dulcet.credit.head.config import HeadTraining
from dulcet.credit.head.data import Graded, GradedTurns, TurnPair
from dulcet.credit.head.objectives import Classification, Kind, Regression
from dulcet.credit.head.reading import encode_data
from dulcet.errors import InputError
from dulcet.models.loading import load_tokenizer
from dulcet.training.distributed import world
from dulcet.training.encoding import Encoder
from dulcet.training.job import Job

log = logging.getLogger(__name__)


def train_head_critic(
    pairs_or_episodes: Sequence[TurnPair | GradedTurns],
    config: HeadTraining,
    base: str | Path,
    out: Path,
    *,
    kind: Kind,
    seed: int = 0,
    device: str = "auto",
    max_tokens: int = 8192,
) -> Path:
    """Train, and return the critic's folder, `out/model`; a killed training goes on, a finished one is returned.

    A regression learns from pairs, a classification from `GradedTurns`. `base` is the folder or hub name of a causal
    language model. Episodes longer than `max_tokens` are left out, and it is said how many. Raises InputError where
    nothing is left, `out` holds another training or several processes train, and TrainingError where the loss stops
    being a number.
    """
    encoder = Encoder(load_tokenizer(base), max_tokens)
    data = encode_data(encoder, _fit(pairs_or_episodes, kind))
    if len(data) < len(pairs_or_episodes):
        many = f"{len(pairs_or_episodes) - len(data)} of {len(pairs_or_episodes)}"
        log.warning("the %s head learns without %s examples: longer than %d tokens", kind, many, max_tokens)
    objective = Regression(beta=config.beta) if kind == "regression" else Classification()
    engine = config.engine(seed=seed, device=device)
    return carry_out_alone(HeadJob(base, data, objective, engine, out, f"{kind} critic", kind=kind))


def carry_out_alone(job: Job) -> Path:
    """`carry_out` for one process; raises InputError where several have something left to train."""
    from dulcet.training.result import finished
    from dulcet.training.trainer import carry_out

    if world().size > 1 and not finished(job.out / "model", job.identity):
        do = "Start the same command once with one process: the finished critic is found again by many."
        raise InputError("a critic with a value head is trained by one process", where=str(job.out), do=do)
    return carry_out(job)


@dataclass(frozen=True)
class HeadJob(Job):
    """The training of a value head for text."""

    kind: Kind = field(kw_only=True)

    @property
    def content(self) -> str:
        """Hash of the data, and of which episodes succeeded."""
        return super().content + "".join(str(int(item.success)) for item in self.data if isinstance(item, Graded))

    def open(self) -> tuple[Any, Any]:
        """The body with its head, all of it ready to be trained, and the passes through it."""
        from dulcet.credit.head.model import HeadModel, TokenValues
        from dulcet.training.passes import Passes

        model = prepared(HeadModel(self.model, self.kind, self.config.device), self)
        return model, Passes(self.data, self.objective, self.config, TokenValues(model, bf16=self.config.bf16))


def prepared(model: Any, job: Job) -> Any:
    """A model with a `body` and a `head`, with gradients and without dropout."""
    from dulcet.training.adapters import switch_off_dropout

    model.requires_grad_(True)
    switch_off_dropout(model)
    if job.config.gradient_checkpointing:
        model.body.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        model.body.enable_input_require_grads()
    return model.train()


def _fit(data: Sequence[TurnPair | GradedTurns], kind: Kind) -> Sequence[TurnPair | GradedTurns]:
    wanted = TurnPair if kind == "regression" else GradedTurns
    if wrong := next((one for one in data if not isinstance(one, wanted)), None):
        raise InputError(f"a {kind} head learns from {wanted.__name__}, not from a {type(wrong).__name__}")
    return data
