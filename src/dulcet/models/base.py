"""What every model is: something that continues a conversation, several times over if asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from dulcet.errors import EndpointError
from dulcet.trajectory import Message


@dataclass(frozen=True)
class Sampling:
    """How to draw tokens."""

    temperature: float = 1.0
    """0 is greedy."""
    top_p: float = 1.0
    max_tokens: int = 1024
    """Most tokens of one reply."""


@dataclass(frozen=True)
class ToolCall:
    """The call of a tool as the model made it: `arguments` is JSON text, or meant to be."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Completion:
    """One continuation."""

    text: str
    tokens: int
    """Tokens written, the end-of-turn token included."""
    prompt_tokens: int
    finish: Literal["stop", "length", "refused", "overflow"]
    """`length`: cut at `max_tokens`; `overflow`: the prompt leaves no room in the window (the text is empty)."""
    calls: tuple[ToolCall, ...] = ()
    """Calls of tools, where the model was given tools (ToolModel); `text` is what it wrote beside them."""


class Model(Protocol):
    """A language model that can converse."""

    @property
    def identity(self) -> dict[str, Any]:
        """Which model this is, for every result file: kind, name, and for local weights their hash."""
        ...

    async def sample(
        self, messages: Sequence[Message], sampling: Sampling, *, seed: int, n: int = 1
    ) -> list[Completion]:
        """`n` independent continuations of `messages`. Raises EndpointError when the model cannot be reached.

        The same `seed` gives the same text from a local model, whatever else runs beside it.
        """
        ...

    async def close(self) -> None:
        """Give back what the model holds."""
        ...


class ToolsRefusedError(EndpointError):
    """The server is there, and takes no tools for this model."""


@runtime_checkable
class ToolModel(Protocol):
    """A model that takes the schemas of tools and gives calls back as such."""

    async def call_tools(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]],
        sampling: Sampling,
        *,
        seed: int,
    ) -> Completion:
        """One continuation; `messages` may have calls and results of tools in the form of OpenAI's chat completions.

        Raises EndpointError when the model cannot be reached, ToolsRefusedError when it takes no tools.
        """
        ...


@runtime_checkable
class CountingModel(Protocol):
    """A model that counts tokens as it will see them."""

    window: int

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt that the chat template makes of the messages. InputError if it refuses them."""
        ...

    def count_text(self, text: str) -> int:
        """Tokens of a text alone."""
        ...
