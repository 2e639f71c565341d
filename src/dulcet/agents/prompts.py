"""The system message of an agent: chosen by name from its benchmark's prompts, filled in, named by a hash."""

import hashlib
from collections.abc import Mapping, Sequence

from dulcet.errors import InputError
from dulcet.trajectory import Message


def named(name: str, prompts: Mapping[str, str]) -> str:
    """The prompt of that name. Raises InputError when there is none."""
    if name not in prompts:
        raise InputError(f"there is no prompt '{name}'", where="prompt", do=f"Choose one of: {', '.join(prompts)}.")
    return prompts[name]


def fill(prompt: str, turns: int) -> str:
    """The prompt with the number of turns in its place; other braces are left alone."""
    return prompt.replace("{turns}", str(turns))


def with_system(system: str, messages: Sequence[Message]) -> list[Message]:
    """The conversation with the system message in front; without one where the prompt is empty."""
    return [{"role": "system", "content": system}, *messages] if system else list(messages)


def prompt_hash(system: str) -> str:
    """Twelve hex digits that name a prompt."""
    return hashlib.sha256(system.encode()).hexdigest()[:12]
