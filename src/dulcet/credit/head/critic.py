"""The critic with a value head as every critic is used."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dulcet.credit.base import ScoreRequest
from dulcet.credit.head.linear import head_kind
from dulcet.credit.head.objectives import KINDS
from dulcet.credit.head.reading import encode_candidates
from dulcet.errors import InputError
from dulcet.models.loading import load_tokenizer, weights_hash
from dulcet.training.data import Demonstration
from dulcet.training.encoding import Encoder, Ids

_TOKENS = 8192
"""Most distinct tokens in one forward pass."""


class HeadCritic:
    """Advantages from the folder of a trained critic, in float32."""

    def __init__(self, folder: str | Path, *, device: str = "auto", max_tokens: int = 8192) -> None:
        """Raises InputError where the folder holds no critic of this kind."""
        from dulcet.credit.head.model import HeadModel, TokenValues

        self.folder, self.kind = Path(folder), head_kind(folder)
        if self.kind not in KINDS:
            raise InputError("the folder holds no critic with a value head for text", where=str(folder))
        self.encoder = Encoder(load_tokenizer(folder), max_tokens)
        self.values = TokenValues(HeadModel(folder, self.kind, device), bf16=False)

    @property
    def identity(self) -> dict[str, Any]:
        """Kind and the hash of the weights."""
        return {"kind": self.kind, "weights": weights_hash(self.folder)}

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """The value of each candidate (of a classification the logit of success); -inf for one too long to read.

        What was said twice is computed once, and so is what candidates begin with alike. Rounded to 1e-5, above what
        the company in a batch changes, so that ties are ties.
        """
        from dulcet.training.reference import score_with

        read = [encode_candidates(self.encoder, request) for request in requests]
        distinct = {_content(item): item for row in read for item in row if item is not None}
        scored = score_with(self.values, list(distinct.values()), token_budget=_TOKENS)
        found = {content: round(float(value_T.mean()), 5) for content, value_T in zip(distinct, scored, strict=True)}
        return [[-math.inf if item is None else found[_content(item)] for item in row] for row in read]


def _content(item: Demonstration) -> tuple[Ids, int]:
    """Its tokens, and where the reply begins."""
    (sequence,) = item.sequences
    return sequence.ids, sequence.spans[0].start
