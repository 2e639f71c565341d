"""Embeddings from any OpenAI-compatible server, through the official `openai` client, which waits out busy servers."""

import os
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dulcet.errors import EndpointError, MissingDependencyError

if TYPE_CHECKING:
    import numpy as np

KEYS = ("DULCET_API_KEY", "OPENAI_API_KEY")
"""Environment variables that may hold the key; the first one set is used."""
LONGEST = 8000
"""Characters of a text that are sent: servers refuse the whole request for one text that does not fit their window."""
BATCH = 128
"""Texts in a request."""


class EndpointEmbedder:
    """The model `name` at `base_url` (ending in /v1 as a rule); `dimension` is asked of the server where not given.

    `query_prefix` and `text_prefix` go before questions and texts, for models that were trained with such words.
    `timeout` is seconds for one answer, `retries` how often a request is repeated when the server is busy or away.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        query_prefix: str = "",
        text_prefix: str = "",
        timeout: float = 60,
        retries: int = 4,
    ) -> None:
        try:
            import openai
        except ModuleNotFoundError as error:
            raise MissingDependencyError("openai", "endpoint") from error
        self.name, self.url, self._prefixes = name, base_url, (text_prefix, query_prefix)
        key = next((os.environ[variable] for variable in KEYS if os.environ.get(variable)), "none")
        self._client = openai.OpenAI(base_url=base_url, api_key=key, timeout=timeout, max_retries=retries)

    @property
    def identity(self) -> dict[str, Any]:
        """The model's name and what goes before texts; the server that has it may move."""
        return {"kind": "endpoint", "name": self.name, "prefixes": list(self._prefixes)}

    @cached_property
    def dimension(self) -> int:
        """Found by embedding one word. Raises EndpointError."""
        return int(self.embed(["dimension"], query=False).shape[1])

    def embed(self, texts: Sequence[str], *, query: bool) -> "np.ndarray":
        """[N, D] float32 of unit length. Raises EndpointError where the server is away or answers something else."""
        import numpy as np

        ready = [(self._prefixes[query] + text)[:LONGEST] or " " for text in texts]  # servers refuse empty texts
        found = [self._request(ready[start : start + BATCH]) for start in range(0, len(ready), BATCH)]
        vectors = np.concatenate(found) if found else np.zeros((0, self.dimension), np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)  # type: ignore[no-any-return]

    def _request(self, texts: Sequence[str]) -> "np.ndarray":
        import numpy as np
        import openai

        try:
            answer = self._client.embeddings.create(model=self.name, input=list(texts), encoding_format="float")
            rows = sorted(answer.data, key=lambda row: row.index)
            vectors = np.array([row.embedding for row in rows], np.float32)
        except openai.OpenAIError as error:
            do = f"Check that the server runs and serves '{self.name}'."
            raise EndpointError(f"no embeddings ({error})", where=self.url, do=do) from error
        except (AttributeError, TypeError, ValueError) as error:
            raise EndpointError(f"its answer holds no embeddings ({error})", where=self.url) from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise EndpointError(f"asked for {len(texts)} embeddings it gives {vectors.shape}", where=self.url)
        return vectors
