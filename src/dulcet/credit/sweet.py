"""The SWEET critic: a language model whose log-ratio to its own first weights is the advantage of a turn.

    A_theta(o, a, c) = (1/L) sum_l [log pi_theta(a_l | o, a_<l, c) - log pi_ref(a_l | o, a_<l, c)]

(SWEET-RL, arXiv 2503.15478, section 4.2.) In the paper both networks see the hidden information c; the released code
drops it from the reference, which is then the agent's own policy: the ratio says what knowing c changes. Both are here.
Candidates of a turn share their history: it is computed once.

Of many candidates, the one with the largest ratio is often one that the reference finds next to impossible: a copying
mistake. With a weight w of the reference below the paper's 1 (ours), what the reference finds likelier than the turn's
other candidates gains by that, as where leaving the reference is penalised:

    A_w(o, a_i, c) = A_theta(o, a_i, c) + (1 - w) [b_i - (1/N) sum_j b_j]

where b_i is the reference's mean log-probability of candidate i. The order within a turn is that of
log pi_theta - w log pi_ref; a message alone has the paper's advantage.
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
        reference_weight: float = 1.0,
        kind: str = "sweet",
    ) -> None:
        self.folder, self.reference = Path(folder), reference
        self.reference_hidden, self.reference_weight, self.kind = reference_hidden, reference_weight, kind
        encoder = Encoder(load_tokenizer(folder), max_tokens)
        self._scorers = [
            CandidateScorer(load_model(path, device, "float32", merge=True), encoder) for path in (folder, reference)
        ]

    @property
    def identity(self) -> dict[str, Any]:
        """Kind and the hash of the weights, and what the reference sees and weighs where that is not the paper's."""
        seen = {} if self.reference_hidden else {"reference_hidden": False}
        weight = {} if self.reference_weight == 1 else {"reference_weight": self.reference_weight}
        return {"kind": self.kind, "weights": weights_hash(self.folder), **seen, **weight}

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """Mean log-ratio of each candidate's tokens, in nats; minus infinity for one that is too long to read.

        Rounded to 1e-5, above what the company in a batch changes, so that ties are ties.
        """
        shown = [(privileged(request.history, request.hidden), request.candidates) for request in requests]
        plain = [(request.history, request.candidates) for request in requests]
        scorer, reference = self._scorers
        trained, first = scorer.mean_logps(shown), reference.mean_logps(shown if self.reference_hidden else plain)
        return [weighted(*row, self.reference_weight) for row in zip(trained, first, strict=True)]


def weighted(trained_N: Sequence[float], first_N: Sequence[float], weight: float) -> list[float]:
    """A_w of a turn's candidates from both models' mean log-probabilities; NaN stands for one that was not read."""
    known = [one for one in first_N if not math.isnan(one)]
    mean = sum(known) / max(len(known), 1)
    found_N = [
        trained - first + (1 - weight) * (first - mean) for trained, first in zip(trained_N, first_N, strict=True)
    ]
    return [-math.inf if math.isnan(one) else round(one, 5) for one in found_N]
