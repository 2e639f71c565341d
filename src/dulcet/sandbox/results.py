"""What comes back from one call in the sandbox: plain data, never an object of the program."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """What became of one call."""

    VALUE = "value"
    """It returned; `CallResult.value` is the encoded value."""
    RAISED = "raised"
    """It raised; `CallResult.value` is the name of the exception's type."""
    SYNTAX_ERROR = "syntax_error"
    """The program does not compile."""
    MISSING_FUNCTION = "missing_function"
    """The program does not define the function that the call names."""
    TIMED_OUT = "timed_out"
    """It ran longer than the limits allow, or was not reached within them."""
    OUT_OF_MEMORY = "out_of_memory"
    """It asked for more memory than the limits allow."""
    TOO_LARGE = "too_large"
    """It returned a value larger than the limits allow."""
    CRASHED = "crashed"
    """Its process ended before the call returned (`os._exit`, a segmentation fault)."""


@dataclass(frozen=True)
class CallResult:
    """The result of one call. `value` is in the encoding of `dulcet.sandbox.inside.encode`."""

    status: Status
    value: Any = None
    detail: str = ""
    """A few words for a person: the exception's message, the line of the syntax error."""
