"""How many tokens a model is shown: exactly, with its own tokenizer and chat template, or estimated from above.

A local model counts itself. Behind a server the tokenizer's folder makes it exact; without one the estimate takes a
token for every four letters of a word or less, for every two signs, for every digit, for every gap but a single space
and for every byte beyond ASCII, and a fixed number for each message: more than common tokenizers need for prose, code,
JSON and keys. Where it is too low after all, the server's own count raises it (`EstimatedCounter.observe`).
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

from dulcet.errors import InputError
from dulcet.memory.config import DEFAULT_WINDOW, ContextSpec
from dulcet.models.base import CountingModel, Model

ChatMessages = Sequence[Mapping[str, Any]]
Tools = Sequence[Mapping[str, Any]]


class Counter(Protocol):
    """Counts tokens for one model."""

    exact: bool

    def count(self, messages: ChatMessages, tools: Tools = ()) -> int:
        """Tokens of the whole prompt: the chat template, the tools' schemas and the opening of the reply included."""
        ...

    def text(self, text: str) -> int:
        """Tokens of a text alone."""
        ...


class TemplateCounter:
    """Exact: the tokenizer and chat template that the model itself uses."""

    exact = True

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._knows_tools: bool | None = None

    def count(self, messages: ChatMessages, tools: Tools = ()) -> int:
        """See Counter. A template that leaves the tools out has their JSON counted on top: the server adds it."""
        if not tools:
            return len(self._apply(messages))
        if self._knows_tools is None:
            probe = [{"role": "user", "content": "?"}]
            self._knows_tools = len(self._apply(probe, tools)) > len(self._apply(probe))
        if self._knows_tools:
            return len(self._apply(messages, tools))
        return len(self._apply(messages)) + self.text(json.dumps(list(tools), ensure_ascii=False))

    def text(self, text: str) -> int:
        """See Counter."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def _apply(self, messages: ChatMessages, tools: Tools = ()) -> list[int]:
        from jinja2 import TemplateError

        try:
            ids: list[int] = self._tokenizer.apply_chat_template(
                [dict(message) for message in messages],
                tools=list(tools) or None,
                add_generation_prompt=True,
                return_dict=False,
            )
        except TemplateError as error:
            raise InputError(f"the chat template refuses the messages ({error})", where="context.tokenizer") from error
        return ids


class ModelCounter:
    """Exact: a local model counts its own prompt (`LocalModel.count`)."""

    exact = True

    def __init__(self, model: Any) -> None:
        self._model = model

    def count(self, messages: ChatMessages, tools: Tools = ()) -> int:
        """See Counter. Local models are told of tools in words, so `tools` is empty."""
        if tools:
            raise ValueError("a local model is given no schemas of tools")
        return int(self._model.count(messages))

    def text(self, text: str) -> int:
        """See Counter."""
        return int(self._model.count_text(text))


class EstimatedCounter:
    """From above, for models whose tokenizer is not at hand; the rule is in this module's docstring."""

    exact = False
    A_MESSAGE, A_PROMPT = 8, 16  # tokens that templates put around a message, and around the whole

    def __init__(self) -> None:
        self.scale = 1.0

    def count(self, messages: ChatMessages, tools: Tools = ()) -> int:
        """See Counter."""
        inside = sum(self._message(message) for message in messages)
        return self.A_PROMPT + inside + (self.text(json.dumps(list(tools), ensure_ascii=False)) if tools else 0)

    def text(self, text: str) -> int:
        """See Counter."""
        return round(_estimate(text) * self.scale)

    def observe(self, estimated: int, counted: int) -> None:
        """A server counted: where the estimate was too low, all further ones are raised by as much and a tenth."""
        if counted > estimated > 0:
            self.scale *= 1.1 * counted / estimated

    def _message(self, message: Mapping[str, Any]) -> int:
        calls = message.get("tool_calls")
        return (
            self.A_MESSAGE
            + self.text(str(message.get("content") or ""))
            + (self.text(json.dumps(calls, ensure_ascii=False)) if calls else 0)
        )


_PIECE = re.compile(r"[A-Za-z]{1,4}|[0-9]|[!-/:-@\[-`{-~]{1,2}|[^\x00-\x7f]|[\x00-\x1f\x7f]\s*| \s+")


@lru_cache(maxsize=4096)
def _estimate(text: str) -> int:
    beyond_ascii = len(text.encode()) - len(text)
    return sum(1 for _ in _PIECE.finditer(text)) + beyond_ascii


def takes_system(counter: Counter) -> bool:
    """Whether the chat template shows a system message; some leave it out and some refuse it."""
    user = {"role": "user", "content": "?"}
    try:
        return counter.count([{"role": "system", "content": "Be brief, and be kind."}, user]) > counter.count([user])
    except InputError:
        return False


def largest(fits: Callable[[int], bool], most: int) -> int:
    """The largest size from 0 to `most` that fits, found by halving; 0 where none does."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def counter_for(model: Model, spec: ContextSpec) -> Counter:
    """The counter for a model: by the tokenizer that is named, by the model itself, else estimated."""
    if spec.tokenizer is not None:
        from dulcet.models.loading import load_tokenizer

        return TemplateCounter(load_tokenizer(spec.tokenizer))
    return ModelCounter(model) if isinstance(model, CountingModel) else EstimatedCounter()


def window_of(model: Model, spec: ContextSpec) -> int:
    """The window that is asked for; without one a local model's own, and DEFAULT_WINDOW at a server.

    Raises InputError where a local model's own is smaller than what is asked for.
    """
    own = model.window if isinstance(model, CountingModel) else None
    if spec.window and own and spec.window > own:
        what = f"the model's own window is {own} tokens, and {spec.window} are asked for"
        raise InputError(what, where="context.window", do="Ask for fewer.")
    return spec.window or own or DEFAULT_WINDOW
