"""What every command is: a frozen class whose fields are its arguments, and `run`, which does the work."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import tyro
from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True)
class Result:
    """What a command found out: `data` is what `--json` writes, `exit_code` what the process returns."""

    data: dict[str, Any] = field(default_factory=dict)
    exit_code: int = 0


class Command(BaseModel, ABC):
    """Base of all commands. The class's docstring is its `--help`, an `Examples:` block at its end included."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    json_out: Annotated[str | None, tyro.conf.arg(name="json", metavar="PATH")] = None
    """Write the result as JSON to this file; '-' is standard output."""
    config: Annotated[Path | None, tyro.conf.arg(metavar="FILE.toml")] = None
    """Take defaults from this file; its keys are the names of the options."""

    @abstractmethod
    def run(self) -> Result:
        """Do it. Raises DulcetError for what the user can mend."""
