"""Which model to use, as config and command line say it, and the model itself."""

from pydantic import BaseModel, ConfigDict, Field

from dulcet.models.base import Model


class ModelSpec(BaseModel):
    """A model: the house model, a folder, a name on the Hugging Face hub, or a name at an OpenAI-compatible server."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    model: str = "house"
    """`house`, a folder, a hub name; with `base_url` the name under which the server has it."""
    base_url: str | None = None
    """An OpenAI-compatible server, e.g. http://127.0.0.1:8000/v1. Its key is read from DULCET_API_KEY or
    OPENAI_API_KEY; a server that needs none is used without."""
    device: str = "auto"
    """Where a local model runs: auto, cpu, cuda, mps."""
    dtype: str = "auto"
    """Number format of a local model: auto (float32 on a CPU, bfloat16 on a GPU), float32, bfloat16, float16."""
    slots: int = Field(256, ge=1)
    """Texts that a local model writes at the same time; fewer need less memory."""
    concurrency: int = Field(32, ge=1)
    """Requests under way at a server at the same time."""
    timeout: float = Field(120, gt=0)
    """Seconds that a server may take for one answer."""
    retries: int = Field(6, ge=0)
    """How often a request is repeated when the server is busy, broken or away."""


def open_model(spec: ModelSpec, *, house: str = "backend") -> Model:
    """The model that `spec` names; `house` is the benchmark whose house model is meant by `house`.

    Raises InputError where there is none, EndpointError for a bad address.
    """
    if spec.base_url is not None:
        from dulcet.models.endpoint import EndpointModel

        return EndpointModel(
            spec.model, spec.base_url, concurrency=spec.concurrency, timeout=spec.timeout, retries=spec.retries
        )
    from dulcet.models.house_model import house_path
    from dulcet.models.local import LocalModel

    source = house_path(house) if spec.model == "house" else spec.model
    return LocalModel(source, device=spec.device, dtype=spec.dtype, slots=spec.slots)
