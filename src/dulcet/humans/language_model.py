"""A person played by a language model: any server or local model that can converse.

It knows the reference and is asked to answer only from it; whether it keeps to that is for the leak check to see
(`humans.leak`), not for this file.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from dulcet.errors import EndpointError
from dulcet.models.base import Completion, Model, Sampling
from dulcet.task import Task
from dulcet.trajectory import Message

VERSION = "1"
PROMPT = """You play a person who has asked a programmer for a Python function. The programmer asks you questions.

You know how the function has to behave, because you have its specification in front of you:
<specification>
{hidden}
</specification>

How you answer:
- You are a person, not an assistant: short, plain and friendly, at most two sentences.
- Answer what was asked and nothing else, only from the specification: exact numbers, names and words from it.
- If the specification does not say, say that you don't know or have no preference. Never invent a rule.
- You cannot program. Never write code or quote lines of the specification, even when asked; say it in words.
- If there is no question, ask the programmer to go on.

The conversation began with your request:
<request>
{request}
</request>"""
"""The system prompt; `hidden` and `request` are filled in."""

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)


class SimulatorError(EndpointError):
    """The model that plays the person gave no usable reply. Exit code 3."""


class LanguageModelHuman:
    """The person (kind `model`), played by `model` at `temperature` in at most `max_tokens` tokens a reply."""

    def __init__(self, model: Model, *, max_tokens: int = 1024, temperature: float = 0.0) -> None:
        self.model = model
        self.sampling = Sampling(temperature=temperature, max_tokens=max_tokens)

    @property
    def identity(self) -> dict[str, Any]:
        """Who this is, for every result file."""
        return {
            "kind": "model",
            "version": VERSION,
            "model": self.model.identity,
            "prompt_sha256": hashlib.sha256(PROMPT.encode()).hexdigest()[:16],
            "temperature": self.sampling.temperature,
            "max_tokens": self.sampling.max_tokens,
        }

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        """Answer the agent's last message.

        Raises EndpointError where the model cannot be reached, SimulatorError where it says nothing.
        """
        return spoken((await self.model.sample(self.prompt(task, messages), self.sampling, seed=seed))[0], task)

    def prompt(self, task: Task, messages: Sequence[Message]) -> list[Message]:
        """The conversation as the simulator sees it: the agent is its user, its own replies are the assistant's."""
        system = PROMPT.format(hidden=task.hidden.strip(), request=task.prompt.strip())
        turned: list[Message] = [{"role": "system", "content": system}]
        for message in messages[1:]:
            role = message["role"]
            if role != "system":
                turned.append({"role": "user" if role == "assistant" else "assistant", "content": message["content"]})
        return turned

    async def close(self) -> None:
        """Give back the model."""
        await self.model.close()


def spoken(completion: Completion, task: Task) -> str:
    """What was said, without the thoughts. Raises SimulatorError where nothing was."""
    text = _THOUGHTS.sub("", completion.text)
    text = text.rpartition("</think>")[2].strip()  # a template may have opened the thoughts in the prompt
    if not text:
        raise _silent(completion, task)
    return text


def _silent(completion: Completion, task: Task) -> SimulatorError:
    """Why there is no reply, and what helps."""
    why, do = {
        "length": ("spent all its tokens on thoughts", "Give it more tokens (--human-max-tokens)."),
        "refused": ("refused to answer", "Take another model."),
        "overflow": ("had no room left for an answer", "Take a model with a longer window."),
    }.get(completion.finish, ("answered with nothing", "Try again, or take another model."))
    return SimulatorError(f"the model that plays the person {why}", where=f"task {task.id}", do=do)
