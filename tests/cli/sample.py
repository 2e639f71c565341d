"""A command for the tests of the frame: small, but with everything a command may have."""

import errno
from pathlib import Path
from typing import Annotated, Literal

import tyro
from pydantic import BaseModel, ConfigDict, Field

from dulcet.cli.command import Command, Result
from dulcet.errors import EndpointError


class Model(BaseModel):
    """A group of options."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    model: str = "house"
    """Folder or name."""
    base_url: str | None = None
    """Server."""
    concurrency: int = Field(default=4, ge=1)
    """Requests at once."""


class SampleCommand(Command):
    r"""Do a sample thing.

    In more words.

    Examples:
        dulcet sample tasks.jsonl --model house
        dulcet sample tasks.jsonl \
            --json -
    """

    tasks: tyro.conf.Positional[Path]
    """The tasks."""
    episodes: int = Field(default=3, ge=1)
    """How many."""
    mode: Literal["strict", "paper"] = "strict"
    """Which rules."""
    agent: Annotated[Model, tyro.conf.OmitArgPrefixes] = Model()
    human: Model = Model(model="scripted")
    """The person."""
    fail: str = ""
    """How to go wrong."""

    def run(self) -> Result:
        """Print for people, return for machines."""
        if self.fail == "endpoint":
            raise EndpointError("no answer", where="http://localhost:1/v1")
        if self.fail == "group":
            raise ExceptionGroup("tasks", [EndpointError("no answer", where="http://localhost:1/v1")])
        if self.fail == "disk":
            raise OSError(errno.ENOSPC, "No space left on device", "runs/x.jsonl")
        if self.fail == "interrupt":
            raise KeyboardInterrupt
        if self.fail == "package":
            raise ModuleNotFoundError("No module named 'openai'", name="openai")
        if self.fail == "defect":
            raise ValueError("a defect")
        print("for people")
        return Result(self.model_dump(mode="json"), exit_code=1 if self.fail == "no" else 0)
