"""What goes wrong with a call: typed, told to the model, and never the end of the conversation."""

from typing import Literal

Fault = Literal["not_json", "cut_off", "unknown_tool", "bad_arguments", "failed"]
"""The completion holds no readable call; it was cut at the token limit; there is no such tool; an argument is missing,
of the wrong type or out of range; the tool ran and could not do it."""


class CallError(Exception):
    """A call that cannot be made or did not work; the message says what to do instead."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault, self.message = fault, message
