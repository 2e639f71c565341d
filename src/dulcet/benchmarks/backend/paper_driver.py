"""The released grader's way of running an answer, defects included. Runs in a sandboxed process, one for each answer.

The source is executed anew for each test as if inside a function of Python 3.12 or earlier: into a dictionary of
locals that the functions it defines do not see, so that helpers, imports and constants at the top level are unknown
to them and recursion fails. Reference and answer share the process, and `==` is asked of their own objects.
"""

import signal
from collections.abc import Callable
from typing import Any

SECONDS = 1


def _alarm(number: int, frame: object) -> None:
    raise TimeoutError


def _value(source: str, call: str) -> Any:
    """What `call` gives after `source`, or None where anything goes wrong."""
    outer: dict[str, Any] = {"__builtins__": __builtins__}
    local: dict[str, Any] = {}
    try:
        exec(source, outer, local)
        return eval(call, outer, local)
    except Exception:  # the released code's own: whatever an answer raises is a wrong answer
        return None


def run(request: dict[str, Any], first: int, emit: Callable[[str, Any, str], None]) -> None:
    """Emit for each call whether the answer's value equals the reference's: `("value", True or False, "")`."""
    signal.signal(signal.SIGALRM, _alarm)
    for call in request["calls"][first:]:
        emit("value", _passes(request["reference"], request["code"], call), "")


def _passes(reference: str, answer: str, call: str) -> bool:
    try:
        expected = _value(reference, call)  # the released code sets no alarm here
        signal.alarm(SECONDS)
        actual = _value(answer, call)
        return expected is not None and bool(expected == actual)
    except Exception:  # the same: an answer's `__eq__` may raise anything
        return False
    finally:
        signal.alarm(0)
