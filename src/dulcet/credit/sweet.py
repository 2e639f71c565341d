"""The SWEET critic: a language model whose log-ratio to its own first weights is the advantage of a turn.

    A_theta(o, a, c) = (1/L) sum_l [log pi_theta(a_l | o, a_<l, c) - log pi_ref(a_l | o, a_<l, c)]

(SWEET-RL, arXiv 2503.15478, section 4.2.) Both networks see the hidden information c; the released code drops it from
the reference. Candidates of a turn share their history: it is computed once.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dulcet.credit.base import ScoreRequest
from dulcet.credit.privileged import privileged
from dulcet.credit.scoring import CandidateScorer
from dulcet.models.loading import load_model, load_tokenizer, weights_hash
from dulcet.task import Task
from dulcet.training.encoding import Encoder
from dulcet.trajectory import Trajectory


class SweetCritic:
    """Advantages from a trained critic's folder and the folder of its first weights.

    Held in float32 everywhere: what a critic learns at small rates is less than bfloat16 can tell apart.
    """

    def __init__(
        self, folder: str | Path, reference: str | Path, *, device: str = "auto", max_tokens: int = 8192
    ) -> None:
        self.folder, self.reference = Path(folder), reference
        encoder = Encoder(load_tokenizer(folder), max_tokens)
        self._scorers = [
            CandidateScorer(load_model(path, device, "float32", merge=True), encoder) for path in (folder, reference)
        ]

    @property
    def identity(self) -> dict[str, Any]:
        """Kind and the hash of the weights."""
        return {"kind": "sweet", "weights": weights_hash(self.folder)}

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """Mean log-ratio of each candidate's tokens, in nats; minus infinity for one that is too long to read.

        Rounded to 1e-5, above what the company in a batch changes, so that ties are ties.
        """
        shown = [(privileged(request.history, request.hidden), request.candidates) for request in requests]
        trained, first = (scorer.mean_logps(shown) for scorer in self._scorers)
        return [[_ratio(a, b) for a, b in zip(*row, strict=True)] for row in zip(trained, first, strict=True)]

    def turn_advantages(
        self, system: str, trajectories: Sequence[Trajectory], tasks: dict[str, Task]
    ) -> list[list[float]]:
        """The advantage of each turn that was really taken, for each trajectory (axis K)."""
        requests = [
            turn_request(system, trajectory, turn, tasks[trajectory.task_id], [trajectory.turns[turn].raw])
            for trajectory in trajectories
            for turn in range(len(trajectory.turns))
        ]
        flat = iter(self.advantages(requests))
        return [[next(flat)[0] for _ in trajectory.turns] for trajectory in trajectories]


def _ratio(trained: float, first: float) -> float:
    return -math.inf if math.isnan(trained) or math.isnan(first) else round(trained - first, 5)


def turn_request(system: str, trajectory: Trajectory, turn: int, task: Task, candidates: Sequence[str]) -> ScoreRequest:
    """The question how good `candidates` would be as turn `turn` of a trajectory."""
    opening = [{"role": "system", "content": system}] if system else []
    return ScoreRequest((*opening, *trajectory.history(turn)), task.hidden, tuple(candidates))  # type: ignore[arg-type]
