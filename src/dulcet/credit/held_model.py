"""A model that a critic keeps at hand between its calls, each of which runs an event loop of its own."""

import asyncio
import threading
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dulcet.models.base import Model
from dulcet.models.open import ModelSpec, open_model


class HeldModel:
    """Opens a model when it is first used. A local one is kept, as loading it is dear, and closed with this object.

    A server's client belongs to one event loop and costs nothing: it is opened for each use.
    """

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self._model: Model | None = None

    @property
    def name(self) -> str:
        """The hash of local weights, else the model's name: what does not change with a server's address."""
        from dulcet.models.loading import weights_hash

        local = self.spec.base_url is None and Path(self.spec.model).is_dir()
        return weights_hash(self.spec.model) if local else self.spec.model

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Model]:
        """The model. Raises what `open_model` raises."""
        if self.spec.base_url is not None:
            client = open_model(self.spec)
            try:
                yield client
            finally:
                await client.close()
            return
        if self._model is None:
            self._model = open_model(self.spec)
            weakref.finalize(self, _close, self._model).atexit = False  # its thread ends with the process anyway
        yield self._model


def _close(model: Model) -> None:
    """Close it from a thread that surely runs no event loop: nobody knows where an object is collected."""
    threading.Thread(target=lambda: asyncio.run(model.close()), name="dulcet-close").start()
