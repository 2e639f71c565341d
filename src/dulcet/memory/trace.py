"""Every completion with exactly the prompt that it had: the segments on which paging itself can be trained.

What the model is shown changes from step to step (messages leave, blocks change), so an episode is no single sequence
of tokens: each completion is a segment of its own, (prompt, completion), and shares its episode's reward. The schema is
explained in docs/memory.md.
"""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Segment(BaseModel):
    """One completion, one line of JSON."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.segment/1"] = "dulcet.segment/1"
    conversation: str = ""
    """Which conversation; all segments of one share what came of it."""
    event: int
    """Which event of the conversation, counted from 0 ..."""
    step: int
    """... and which completion after it, counted from 0."""
    event_type: str
    snapshot: int | None = None
    """The memory at the beginning of the event, to play it again from there; None where none was taken."""
    messages: list[dict[str, Any]]
    """The prompt, as the model was given it."""
    tools: list[dict[str, Any]] = []
    """The schemas that went with it; none in the JSON form, where the prompt tells the tools."""
    completion: str
    """What the model wrote: the text to train on."""
    native_calls: list[dict[str, str]] = []
    """Calls that came beside the text, as the server gave them: id, name, arguments (JSON text)."""
    calls: list[dict[str, Any]] = []
    """What was understood and done: name, arguments, status (ok, or the fault)."""
    counted: int
    """Tokens of the prompt as dulcet counted them before sending it, ..."""
    exact: bool
    """... exactly or from above, ..."""
    budget: int
    """... and the most that were allowed."""
    prompt_tokens: int
    """Tokens of the prompt as the model counted them."""
    tokens: int
    """Tokens that the model wrote."""
    finish: str
    seed: int
    hidden: int
    """Messages that had left the window by then."""
    flushed: bool = False
    """Whether messages left the window since the completion before."""
    warned: bool = False
    """Whether the model was warned since then that its window fills."""


Trace = Callable[[Segment], None]
"""Takes each segment as it is made; `jsonl.Appender.append` is one."""
