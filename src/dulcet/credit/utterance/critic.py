"""The critic as it is asked: the advantage Q(o, a) - V(o) of messages, or of all the turns of episodes."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dulcet.credit.base import ScoreRequest
from dulcet.models.loading import load_tokenizer, weights_hash
from dulcet.training.data import Demonstration
from dulcet.training.encoding import Encoder

_TOKENS = 8192
"""Most distinct tokens in one forward pass."""


class UtteranceCritic:
    """Advantages from the folder of a trained critic, in float32."""

    def __init__(self, folder: str | Path, *, device: str = "auto", max_tokens: int = 8192) -> None:
        from dulcet.credit.utterance.model import UtteranceModel, UtteranceValues

        self.folder = Path(folder)
        self.encoder = Encoder(load_tokenizer(folder), max_tokens)
        self.values = UtteranceValues(UtteranceModel(folder, device), bf16=False)

    @property
    def identity(self) -> dict[str, Any]:
        """Kind and the hash of the weights."""
        return {"kind": "archer", "weights": weights_hash(self.folder)}

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """Of each candidate, rounded to 1e-5; minus infinity for one too long to read. Nothing hidden is read."""
        read = [[self.encoder.encode(request.history, text) for text in request.candidates] for request in requests]
        items = [Demonstration([sequence]) for row in read for sequence in row if sequence is not None]
        found = iter(self.of_turns(items))
        return [[-math.inf if sequence is None else round(next(found)[0], 5) for sequence in row] for row in read]

    def of_turns(self, items: Sequence[Demonstration]) -> list[list[float]]:
        """Of each turn of encoded episodes (axis K)."""
        from dulcet.training.reference import score_with

        scored = score_with(self.values, list(items), token_budget=_TOKENS)
        return [_advantages(item, values_T4) for item, values_T4 in zip(items, scored, strict=True)]


def _advantages(item: Demonstration, values_T4: Any) -> list[float]:
    """Q at the last of a turn's targets less V at the first."""
    lengths = [span.end - span.start for sequence in item.sequences for span in sequence.spans]
    turns = values_T4.split(lengths)
    return [float(turn[-1, 0] - turn[0, 1]) for turn in turns]
