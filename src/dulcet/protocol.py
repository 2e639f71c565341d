"""The rules of the conversation: what in an agent's message is thought, what is said, and what is the final answer.

Two modes. `paper` follows the released code of SWEET-RL to the letter, for comparison; `default` mends its defects.
The table of all differences is docs/protocol.md, and each of its rows is a test.
"""

import re
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Mode = Literal["default", "paper"]

OUTPUT_MARKER = "OUTPUT:"
"""Divides the agent's thoughts (before) from what it says (after)."""
ANSWER_MARKER = "I WANT TO ANSWER:"
"""Ends the episode; the final answer follows."""
PAPER_NO_ANSWER = "No answer"
"""What the released environment holds as the answer until there is one."""

_ANSWER = r"\**I[ \t]+WANT[ \t]+TO[ \t]+ANSWER\s*\**\s*:\**"
FIRST_ANSWER = re.compile(rf"{_ANSWER}(?:\s*(?:{_ANSWER}|(?-i:{OUTPUT_MARKER})))*", re.IGNORECASE)
"""The first answer marker of a message as the default rules read it, with repetitions of it."""
_FENCE = re.compile(r"^[ \t]*```[ \t]*(?P<language>[\w+-]*)[^\n]*\n(?P<code>.*?)(?P<end>^[ \t]*```|\Z)", re.M | re.S)


class Rules(BaseModel):
    """What an episode is allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    mode: Mode = "default"
    """`paper` follows the released protocol exactly; `default` mends its defects (docs/protocol.md)."""
    max_turns: int = Field(default=10, ge=1)
    """Messages of the agent; the last one is the answer if none was marked before."""
    time_limit: float = Field(default=3600.0, gt=0)
    """Seconds of one episode, waiting for a busy model included."""


@dataclass(frozen=True)
class Parsed:
    """One message of the agent, taken apart."""

    thought: str
    """What nobody else sees."""
    content: str
    """What the person and all later turns see."""
    answer: str | None = None
    """The final answer where the message holds one, else None; "" where the marker is there and nothing follows it."""
    marked: bool = False
    """Whether the answer marker was there."""
    complete: bool = True
    """Whether the answer surely ends before the message does (a closed code block), even if the message was cut off."""


def parse(text: str, mode: Mode = "default", *, last: bool = False) -> Parsed:
    """Take one message apart; `last` says that it is the last turn, so that an unmarked message is the answer."""
    return _parse_paper(text, last) if mode == "paper" else _parse_default(text, last)


def final_message(answer: str) -> str:
    """The plainest message that ends an episode with this answer."""
    return f"{ANSWER_MARKER}\n{answer}"


def _parse_paper(text: str, last: bool) -> Parsed:
    pieces = text.split(OUTPUT_MARKER)
    thought, content = (pieces[0], pieces[1]) if len(pieces) > 1 else ("", text)
    if ANSWER_MARKER in content:
        return Parsed(thought, content, content.split(ANSWER_MARKER)[1], marked=True)
    return Parsed(thought, content, content if last else None)


def _parse_default(text: str, last: bool) -> Parsed:
    marker = FIRST_ANSWER.search(text)
    head = text[: marker.start()] if marker else text
    thought, divider, _ = head.partition(OUTPUT_MARKER)
    said = len(thought) + len(divider) if divider else 0
    content = text[said:].strip()
    thought = thought.strip() if divider else ""
    if marker:
        answer = text[marker.end() :].strip()
        return Parsed(thought, content, answer, marked=True, complete=_closed_block(answer))
    if last:
        return Parsed(thought, content, code_block(content) or content, complete=_closed_block(content))
    return Parsed(thought, content, complete=False)


def code_block(text: str) -> str | None:
    """The first fenced block marked as Python, else the first fenced block, else None. An open one runs to the end."""
    blocks = list(_FENCE.finditer(text))
    chosen = next((block for block in blocks if block["language"].lower() in ("python", "py", "python3")), None)
    chosen = chosen or (blocks[0] if blocks else None)
    return chosen["code"].strip("\n") if chosen else None


def _closed_block(text: str) -> bool:
    return any(block["end"] for block in _FENCE.finditer(text))
