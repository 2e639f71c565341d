"""Which embedder to use, as config and command line say it, and the embedder itself."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dulcet.errors import InputError
from dulcet.memory.base import Embedder


class EmbedderSpec(BaseModel):
    """What turns texts into vectors: the small model that comes as a package, a server's, or nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedder: str = "minilm"
    """`minilm` (all-MiniLM-L6-v2), a folder that holds a copy of it, `none` (search by words alone); with
    `embedder_url` the name under which the server has it."""
    embedder_url: str | None = None
    """An OpenAI-compatible server, e.g. http://127.0.0.1:8000/v1. Its key is read from DULCET_API_KEY or
    OPENAI_API_KEY; a server that needs none is used without."""
    query_prefix: str = ""
    """What goes before a question, for a server's model that was trained with such words."""
    text_prefix: str = ""
    """What goes before a text, likewise."""
    embedder_timeout: float = Field(60, gt=0)
    """Seconds that the server may take for one answer."""


def open_embedder(spec: EmbedderSpec | None = None) -> Embedder | None:
    """The embedder that `spec` names, None for `none`.

    Raises MissingDependencyError where its package is missing, InputError for a name that nobody has.
    """
    spec = spec or EmbedderSpec()
    if spec.embedder_url is not None:
        from dulcet.memory.embedding_endpoint import EndpointEmbedder

        return EndpointEmbedder(
            spec.embedder,
            spec.embedder_url,
            query_prefix=spec.query_prefix,
            text_prefix=spec.text_prefix,
            timeout=spec.embedder_timeout,
        )
    if spec.embedder == "none":
        return None
    from dulcet.memory.embedding_minilm import MiniLM

    if spec.embedder == "minilm":
        return MiniLM()
    if (Path(spec.embedder) / "model.safetensors").exists():
        return MiniLM(Path(spec.embedder))
    do = "Use minilm, none or a folder with all-MiniLM-L6-v2; a name at a server needs --embedder-url."
    raise InputError(f"no embedder '{spec.embedder}'", do=do)
