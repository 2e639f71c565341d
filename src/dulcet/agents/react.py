"""ReAct: a thought before each message, in one and the same completion (Yao et al. 2022, arXiv 2210.03629).

The paper's thought and action are what the protocol parts at `OUTPUT:` anyway: what stands before it is kept in
`Turn.raw` and goes to nobody. As everywhere in dulcet it leaves the history, so that a thought is not read by later
turns either, which differs from the paper, and so does the prompt: instructions alone, without worked examples.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dulcet.agents.direct import DirectAgent
from dulcet.agents.prompts import prompt_hash, with_system
from dulcet.models.base import Completion, Model, Sampling
from dulcet.protocol import FIRST_ANSWER, OUTPUT_MARKER
from dulcet.seeds import derive
from dulcet.task import Brief
from dulcet.trajectory import Message

INSTRUCTION = f"""\
Think before each message. Write `Thought:` first, and after it what you know by now, what is missing, and what to do \
next. Then write {OUTPUT_MARKER} and after it the message itself. Nobody but you reads the thought.\
"""
"""Stands behind the benchmark's own prompt."""
SPEAK = "That was the thought. Now write the message itself and nothing else; nobody has read the thought."
"""Asked where a thought came without its message."""
_THOUGHT = re.compile(r"[\W_]*thoughts?[ \t]*\d*\W*:", re.IGNORECASE)
"""How a thought begins: `Thought:`, `**Thought 2:**`."""


class ReActAgent(DirectAgent):
    """Thinks, then speaks. A thought without a message is never sent in its place: the message is asked for."""

    kind = "react"

    def __init__(self, model: Model, sampling: Sampling | None = None, prompt: str = "", *, turns: int = 10) -> None:
        super().__init__(model, sampling, react_prompt(prompt), turns=turns)

    @property
    def identity(self) -> dict[str, Any]:
        """The direct agent's, and the hash of what is asked beside the system prompt."""
        return {**super().identity, "instructions_hash": prompt_hash(SPEAK)}

    async def act(self, brief: Brief, messages: Sequence[Message], *, seed: int) -> Completion:
        """Thought, `OUTPUT:` and message; where the model wrote neither, its message as it came."""
        first = await super().act(brief, messages, seed=seed)
        if not _lone_thought(first.text):
            return first
        if first.finish != "stop":
            return replace(first, text=_parted(first.text, ""))
        asked: list[Message] = [{"role": "assistant", "content": first.text}, {"role": "user", "content": SPEAK}]
        conversation = [*with_system(self.system, messages), *asked]
        (second,) = await self.model.sample(conversation, self.sampling, seed=derive(seed, "speak"))
        return replace(
            second,
            text=_parted(first.text, second.text),
            tokens=first.tokens + second.tokens,
            prompt_tokens=first.prompt_tokens + second.prompt_tokens,
        )


def react_prompt(prompt: str) -> str:
    """A benchmark's prompt with the instruction to think behind it."""
    return f"{prompt}\n\n{INSTRUCTION}".strip()


def _lone_thought(text: str) -> bool:
    """Whether a text is a thought and nothing else. A marked answer ends the episode and is sent to nobody."""
    return bool(_THOUGHT.match(text)) and OUTPUT_MARKER not in text and not FIRST_ANSWER.search(text)


def _parted(thought: str, text: str) -> str:
    """Thought and message in the protocol's form; what `text` begins with may be thought, too."""
    if _lone_thought(text):
        return f"{thought}\n{text}\n{OUTPUT_MARKER}"
    head, divider, said = text.partition(OUTPUT_MARKER)
    if divider and (not head.strip() or _lone_thought(head)):
        text = said
    return f"{thought}\n{OUTPUT_MARKER}\n{text.strip()}".rstrip()
