"""The default driver: runs a program anew for each call and reports each value. Runs in the forked process."""

import binascii
import contextlib
import gc
import marshal
import os
import signal
import sys
import types
from collections.abc import Callable
from typing import Any

from . import entropy, repeatable
from .encode import encode
from .extract import program

Emit = Callable[[str, Any, str], None]
MODULE = "answer"
WAYS_OUT = ("import", "open", "__", "eval", "exec", "compile", "getattr")


class TimeUp(BaseException):
    """The call's time is over. Not an Exception, so that ordinary handlers of a program let it pass."""


def _time_is_up(number: int, frame: object) -> None:
    raise TimeUp


def run(request: dict[str, Any], first: int, emit: Emit) -> None:
    """Make the calls from number `first` on; `emit(status, value, detail)` once for each, in order."""
    folder = os.getcwd()  # noqa: PTH109  # the one place that it may write to
    entropy.keep_files_in(folder)
    compiled: dict[int, Any] = {}
    plain = False
    for position in range(first, len(request["calls"])):
        name = request["names"][position]
        try:
            try:
                _arm(request["limits"])
                number = request["owners"][position] if "owners" in request else 0
                if number not in compiled:
                    compiled[number] = _compiled(request, number)
                    plain = is_plain(_text(request, number))
                if not plain:
                    _empty(folder)
                result = _call(compiled[number], _made(request, position), name, plain)
            finally:
                _disarm()
        except TimeUp:
            _disarm()
            result = ("timed_out", None, "")
        except (SyntaxError, ValueError, UnicodeError) as error:
            line = getattr(error, "lineno", None)
            result = ("syntax_error", None, f"{getattr(error, 'msg', error)} (line {line})")
        except MemoryError:
            result = ("out_of_memory", None, "")
        except RecursionError:
            result = ("syntax_error", None, "nested too deeply to compile")
        emit(*result)


def _compiled(request: dict[str, Any], number: int) -> Any:
    """The code object of the request's only program, or of one of several."""
    text = _text(request, number)
    if request["extract"]:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            code = _code(text)
            if any(name and name in code.co_names for name in request["names"]):
                return code  # Python as it stands
        text = program(text, request["names"])
    return _code(text)


def _code(text: str) -> types.CodeType:
    return compile(text.removeprefix("\ufeff"), "<answer>", "exec", dont_inherit=True)


def _text(request: dict[str, Any], number: int) -> str:
    text: str = request["codes"][number] if "codes" in request else request["code"]
    return text


def is_plain(text: str) -> bool:
    """Whether no word in the text leads to clock, randomness or files: then a call leaves nothing to be put back.

    A program that finds its way there without these words makes only its own results less repeatable.
    """
    return not any(word in text for word in WAYS_OUT)


def _made(request: dict[str, Any], position: int) -> str | types.CodeType:
    """A call as the caller of the sandbox has compiled it, or its text."""
    compiled = request["compiled"][position]
    code: types.CodeType | None = marshal.loads(binascii.a2b_base64(compiled)) if compiled else None
    return code or request["calls"][position]


def _call(code: Any, call: str | types.CodeType, name: str, plain: bool) -> tuple[str, Any, str]:
    """Execute the program in a fresh namespace and evaluate one call in it."""
    module = types.ModuleType(MODULE)
    sys.modules[MODULE] = module  # dataclasses and typing look their module up by name
    namespace = module.__dict__
    try:
        if not plain:
            repeatable.start()
        exec(code, namespace)
        if name and not callable(namespace.get(name)):
            return "missing_function", None, name
        if not plain:
            repeatable.start()
        return "value", encode(eval(call, namespace)), ""
    except TimeUp:
        raise
    except MemoryError:
        namespace.clear()
        gc.collect()
        return "out_of_memory", None, ""
    except BaseException as error:
        return "raised", type(error).__name__, _message(error)


def _empty(folder: str) -> None:
    """What one call wrote is not there for the next, as it would not be in a new process."""
    os.chdir(folder)
    for name in os.listdir(folder):  # noqa: PTH208
        if os.path.isdir(name) and not os.path.islink(name):  # noqa: PTH112, PTH114
            import shutil  # few programs make folders, and it loads much

            shutil.rmtree(name, ignore_errors=True)
        else:
            os.remove(name)  # noqa: PTH107


def _message(error: BaseException) -> str:
    if type(error).__module__ != "builtins" or not error.args or type(error.args[0]) is not str:
        return ""
    return error.args[0][:200].encode("utf-8", "backslashreplace").decode()


def _arm(limits: dict[str, Any]) -> None:
    signal.setitimer(signal.ITIMER_REAL, limits["seconds"])
    signal.setitimer(signal.ITIMER_PROF, limits["cpu_seconds"])


def _disarm() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


if __package__ == "inside":  # in the zygote, before it forks; never in a process that only looks at this file
    repeatable.install()
    signal.signal(signal.SIGALRM, _time_is_up)
    signal.signal(signal.SIGPROF, _time_is_up)
