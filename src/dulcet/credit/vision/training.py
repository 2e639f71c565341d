"""Training the critic with eyes on pairs of episodes, with the engine's own loop.

    S(tau) = sum_t value(o_t, a_t, c)        J = -log sigma(beta S(tau+) - beta S(tau-))

(SWEET-RL, arXiv 2503.15478, the Bradley-Terry loss of section 4.2 with the regression head in place of the log-ratio.)
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import PositiveInt

from dulcet.credit.head.config import ValueTraining
from dulcet.credit.head.data import TurnPair
from dulcet.credit.head.objectives import Regression
from dulcet.credit.head.training import carry_out_alone, prepared
from dulcet.credit.vision.reading import Look, sources
from dulcet.errors import InputError
from dulcet.training.job import Job


class VisionTraining(ValueTraining):
    """Settings (Table 5, Frontend Design)."""

    base: str = "Qwen/Qwen2-VL-7B-Instruct"
    """Folder or hub name of the vision-language model to start from."""
    epochs: PositiveInt = 8


def train_vision_critic(
    pairs: Sequence[TurnPair], look: Look, config: VisionTraining, out: Path, *, seed: int = 0, device: str = "auto"
) -> Path:
    """Train, and return the critic's folder, `out/model`; a killed training goes on, a finished one is returned.

    `look` draws the pages. Raises InputError where there are no pairs, `out` holds another training or several
    processes train, and TrainingError where the loss stops being a number.
    """
    if not pairs:
        raise InputError("there are no pairs of episodes to learn from", do="Collect more episodes of each task.")
    engine = config.engine(seed=seed, device=device)
    job = VisionJob(config.base, pairs, Regression(beta=config.beta), engine, out, "vision critic", look=look)
    return carry_out_alone(job)


@dataclass(frozen=True)
class VisionJob(Job):
    """The training of a critic with eyes."""

    look: Look = field(kw_only=True)

    @property
    def content(self) -> str:
        """Hash of all that is read of the pairs, in order."""
        return hashlib.sha256(json.dumps([asdict(pair) for pair in self.data]).encode()).hexdigest()

    def open(self) -> tuple[Any, Any]:
        """The model, all of it ready to be trained, and the passes through it."""
        from dulcet.credit.vision.model import ValueModel
        from dulcet.credit.vision.passes import VisionPasses

        model = prepared(ValueModel(self.model, self.config.device), self)
        model.bf16 = self.config.bf16
        pictures = self.look(sources([turn for pair in self.data for turn in (*pair.chosen, *pair.rejected)]))
        return model, VisionPasses(self.data, self.objective, model, pictures)
