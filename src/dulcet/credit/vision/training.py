"""Training the critic with eyes on pairs of episodes.

    S(tau) = sum_t value(o_t, a_t, c)        J = -log sigma(beta S(tau+) - beta S(tau-))

(SWEET-RL, arXiv 2503.15478, the Bradley-Terry loss of section 4.2 with the regression head in place of the log-ratio.)
The sums are computed first without gradients; then each turn is run again by itself with the derivative of J by its
value, so that however many turns two episodes have, one is in memory at a time.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt

from dulcet.credit.base import ScoreRequest
from dulcet.credit.vision.model import ValueModel
from dulcet.credit.vision.reading import Look, Pictures, contents, encode, sources
from dulcet.errors import InputError
from dulcet.progress import progress
from dulcet.seeds import derive


class VisionTraining(BaseModel):
    """Settings (Table 5, Frontend Design)."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    base: str = "Qwen/Qwen2-VL-7B-Instruct"
    """Folder or hub name of the vision-language model to start from."""
    lr: PositiveFloat = 2e-7
    batch: PositiveInt = 8
    """Pairs in one step."""
    epochs: PositiveInt = 8
    beta: PositiveFloat = 0.1
    clip: PositiveFloat = 1.0
    """Largest norm of a step's gradient."""


@dataclass(frozen=True)
class TurnPair:
    """Two episodes of one task as the critic reads them: a question with one candidate for each of their turns."""

    chosen: tuple[ScoreRequest, ...]
    rejected: tuple[ScoreRequest, ...]


def train_vision_critic(
    pairs: Sequence[TurnPair], look: Look, config: VisionTraining, out: Path, *, seed: int = 0, device: str = "auto"
) -> Path:
    """Train, and return the critic's folder, `out/model`; a finished one is returned as it is.

    A training that was killed starts anew. Raises InputError where there are no pairs.
    """
    done = out / "model"
    if done.is_dir():
        return done
    if not pairs:
        raise InputError("there are no pairs of episodes to learn from", do="Collect more episodes of each task.")
    import torch

    torch.manual_seed(derive(seed, "vision critic"))
    model = ValueModel(config.base, device)
    pictures = look(sources([request for pair in pairs for request in (*pair.chosen, *pair.rejected)]))
    optimiser = torch.optim.AdamW(model.parameters(), lr=config.lr, betas=(0.9, 0.95), weight_decay=0.0)
    out.mkdir(parents=True, exist_ok=True)
    steps = ceil(len(pairs) / config.batch)
    with (
        (out / "metrics.jsonl").open("w", encoding="utf-8") as log,
        progress("vision critic", steps * config.epochs) as bar,
    ):
        for epoch in range(config.epochs):
            order = list(pairs)
            Random(derive(seed, "vision critic", epoch)).shuffle(order)
            for step in range(steps):
                some = order[step * config.batch : (step + 1) * config.batch]
                row = _step(model, optimiser, some, pictures, config)
                log.write(json.dumps({"step": epoch * steps + step + 1, **row}) + "\n")
                bar.advance(1)
    unfinished = out / ".model.tmp"
    shutil.rmtree(unfinished, ignore_errors=True)
    model.save(unfinished)
    unfinished.rename(done)
    return done


def _step(
    model: ValueModel, optimiser: Any, pairs: Sequence[TurnPair], pictures: Pictures, config: VisionTraining
) -> dict[str, float]:
    """One step of the optimiser; its mean loss and the share of pairs that were in the right order before it."""
    import torch

    rows = [_backward(model, pair, pictures, config.beta, 1 / len(pairs)) for pair in pairs]
    torch.nn.utils.clip_grad_norm_(model.parameters(), config.clip)
    optimiser.step()
    optimiser.zero_grad()
    losses, right = zip(*rows, strict=True)
    return {"loss": sum(losses) / len(rows), "accuracy": sum(right) / len(rows)}


def _backward(model: ValueModel, pair: TurnPair, pictures: Pictures, beta: float, share: float) -> tuple[float, float]:
    """Add one pair's gradient; returns its loss and whether the better episode had the higher sum (a tie: a half)."""
    import torch

    turns = [
        (encode(model.processor, contents(request, pictures)), sign)
        for side, sign in ((pair.chosen, 1.0), (pair.rejected, -1.0))
        for request in side
    ]
    with torch.no_grad():
        margin = sum(sign * model.values(inputs).sum() for inputs, sign in turns)
    assert isinstance(margin, torch.Tensor)
    slope = -beta * torch.sigmoid(-beta * margin) * share  # dJ/dS(tau+), and minus it for tau-
    for inputs, sign in turns:
        (slope * sign * model.values(inputs).sum()).backward()
    loss = torch.nn.functional.softplus(-beta * margin)
    return float(loss), 0.5 if margin == 0 else float(margin > 0)
