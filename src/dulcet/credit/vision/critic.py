"""The critic with eyes as every critic is used."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dulcet.credit.base import ScoreRequest
from dulcet.credit.vision.reading import Look, contents, encode, sources
from dulcet.models.loading import weights_hash

if TYPE_CHECKING:
    from dulcet.credit.vision.model import ValueModel

TOGETHER = 4
"""Candidates in one forward pass."""


class VisionCritic:
    """Advantages from a trained critic's folder; `look` draws pages."""

    def __init__(
        self, folder: str | Path, look: Look, *, device: str = "auto", model: "ValueModel | None" = None
    ) -> None:
        from dulcet.credit.vision.model import ValueModel

        self.folder, self.look = Path(folder), look
        self.model = model or ValueModel(folder, device)

    @property
    def identity(self) -> dict[str, Any]:
        """Kind and the hash of the weights."""
        return {"kind": "vision", "weights": weights_hash(self.folder)}

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """The value of each candidate, rounded to 1e-5. Raises InputError where a page in mind cannot be drawn."""
        import torch

        pictures = self.look(sources(requests))
        read = [content for request in requests for content in contents(request, pictures)]
        flat: list[float] = []
        with torch.no_grad():
            for start in range(0, len(read), TOGETHER):
                values_B = self.model.values(encode(self.model.processor, read[start : start + TOGETHER]))
                flat += [round(value, 5) for value in values_B.tolist()]
        numbers = iter(flat)
        return [[next(numbers) for _ in request.candidates] for request in requests]
