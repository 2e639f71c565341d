"""Task: what is worked on. The hidden information has one door, `Task.hidden`.

An agent is given a `Brief`, a type that has no hidden information, so that no prompt can hold it by accident.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Brief(BaseModel):
    """What the agent may know of a task."""

    model_config = ConfigDict(frozen=True)

    id: str
    prompt: str
    """The person's opening request, shown as the first user message."""


class Task(BaseModel):
    """One thing to do together with a person (ColBench, arXiv 2503.15478, section 3)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    benchmark: str = "backend"
    prompt: str
    """The person's opening request: vague, with the signature where there is one."""
    hidden: str
    """What only the person, the critic and the grader know; the reference's source, Python or HTML."""
    checks: tuple[str, ...] = ()
    """What the grader tries; for `backend` calls such as `approve(30, 'DE')`."""
    meta: dict[str, Any] = Field(default_factory=dict)
    """Where the task is from: family, difficulty, seed. Never shown to the agent."""

    @property
    def brief(self) -> Brief:
        """The part of the task that the agent may see."""
        return Brief(id=self.id, prompt=self.prompt)
