"""How an agent's window is kept: the shares at which it warns, flushes and summarises, and how tools are called.

The defaults are the paper's examples where it gives any (MemGPT, section 2.2: 70 %, 100 %, 50 %); docs/memory.md says
which are ours.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dulcet.memory.base import Mode

DEFAULT_WINDOW = 8192
"""Tokens, where neither the model nor the user says."""


class ContextSpec(BaseModel):
    """The main context: what of a conversation the model sees at a time, and how it reaches for the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    window: int | None = Field(default=None, ge=64)
    """Tokens that the model is shown, its reply included. Unset: a local model's own window; 8192 at a server."""
    tokenizer: str | None = None
    """A folder (or hub name) with the tokenizer of the model behind --base-url, to count its tokens exactly; without
    it they are estimated from above."""
    tool_calls: Literal["auto", "native", "json", "none"] = "auto"
    """native: tools go to the server as such; json: they are described in words and called by JSON text; none: the
    model is told of no tools, and sees the last messages and the summary of those before. auto is native at a server,
    json for a local model, and none for one whose chat template takes no system message."""
    instructions: Literal["auto", "full", "brief"] = "auto"
    """How much the model is told about its memory; auto is full where that takes less than a third of the window."""
    warning: float = Field(default=0.7, gt=0, le=1)
    """Share of the window at which the model is warned that it fills."""
    flush: float = Field(default=1.0, gt=0, le=1)
    """Share of the window above which the oldest messages leave it."""
    evict: float = Field(default=0.5, gt=0, le=1)
    """Share of the queue's room that is free after a flush."""
    summary: Literal["auto", "model", "extractive"] = "auto"
    """Who writes the summary of what left the window: the model, or a rule that picks sentences (also whenever the
    model fails). auto is the model where its chat template takes a system message."""
    summary_share: float = Field(default=0.15, gt=0, le=0.5)
    """Most of the queue's room that the summary takes."""
    block_share: float = Field(default=0.1, gt=0, le=0.4)
    """Share of the window that each block of the working context may fill."""
    result_share: float = Field(default=0.5, gt=0, le=1)
    """Most of the room left that the result of a tool takes."""
    message_share: float = Field(default=0.5, gt=0, le=1)
    """Most of the queue's room that one message takes; a longer one is shown in part."""
    blocks: tuple[str, ...] = ("persona", "human")
    """Names of the working context's blocks: what the agent is, and what it knows of the person."""
    page_size: int = Field(default=5, ge=1)
    """Results on a page of a search."""
    chain_limit: int = Field(default=16, ge=1)
    """Most completions that one event may bring about."""
    chaining: Literal["default", "paper"] = "default"
    """paper: control comes back only where a call asks for it (request_heartbeat) or fails. default: also after a
    search, and until a message of the person is answered."""
    search: Mode = "hybrid"
    """How the agent's searches find: hybrid, bm25, vectors, or the paper's literal search."""
    plain_text: Literal["message", "thought"] = "message"
    """What a completion without any call is: a message to the person, or (the paper) a thought that nobody sees."""

    @model_validator(mode="after")
    def _sound(self) -> "ContextSpec":
        if self.warning > self.flush:
            raise ValueError(f"warning ({self.warning:g}) is above flush ({self.flush:g})")
        if len(set(self.blocks)) != len(self.blocks) or not all(name.isidentifier() for name in self.blocks):
            raise ValueError("blocks must be different plain words")
        if len(self.blocks) * self.block_share > 0.5:
            raise ValueError("the blocks together would fill more than half of the window")
        return self
