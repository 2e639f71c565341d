"""The SWEET critic: a language model whose log-ratio to its own first weights is the advantage of a turn.

    A_theta(o, a, c) = (1/L) sum_l [log pi_theta(a_l | o, a_<l, c) - log pi_ref(a_l | o, a_<l, c)]

(SWEET-RL, arXiv 2503.15478, section 4.2.) In the paper both networks see the hidden information c; the released code
drops it from the reference, which is then the agent's own policy: the ratio says what knowing c changes. Both are here.
Candidates of a turn share their history: it is computed once.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dulcet.credit.base import ScoreRequest
from dulcet.credit.privileged import privileged
from dulcet.credit.scoring import CandidateScorer
from dulcet.models.loading import load_model, load_tokenizer, weights_hash
from dulcet.training.encoding import Encoder


class SweetCritic:
    """Advantages from a trained critic's folder and the folder of its first weights.

    Held in float32 everywhere: what a critic learns at small rates is less than bfloat16 can tell apart.
    """

    def __init__(
        self,
        folder: str | Path,
        reference: str | Path,
        *,
        device: str = "auto",
        max_tokens: int = 8192,
        reference_hidden: bool = True,
        kind: str = "sweet",
    ) -> None:
        self.folder, self.reference = Path(folder), reference
        self.reference_hidden, self.kind = reference_hidden, kind
        encoder = Encoder(load_tokenizer(folder), max_tokens)
        self._scorers = [
            CandidateScorer(load_model(path, device, "float32", merge=True), encoder) for path in (folder, reference)
        ]

    @property
    def identity(self) -> dict[str, Any]:
        """Kind and the hash of the weights, and what the reference sees where that is not the paper's."""
        seen = {} if self.reference_hidden else {"reference_hidden": False}
        return {"kind": self.kind, "weights": weights_hash(self.folder), **seen}

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """Mean log-ratio of each candidate's tokens, in nats; minus infinity for one that is too long to read.

        Rounded to 1e-5, above what the company in a batch changes, so that ties are ties.
        """
        shown = [(privileged(request.history, request.hidden), request.candidates) for request in requests]
        plain = [(request.history, request.candidates) for request in requests]
        scorer, reference = self._scorers
        trained, first = scorer.mean_logps(shown), reference.mean_logps(shown if self.reference_hidden else plain)
        return [[_ratio(a, b) for a, b in zip(*row, strict=True)] for row in zip(trained, first, strict=True)]


def _ratio(trained: float, first: float) -> float:
    return -math.inf if math.isnan(trained) or math.isnan(first) else round(trained - first, 5)
