"""Find the command, run it, and turn what goes wrong into one line and an exit code that means something.

Exit codes: 0 done; 2 wrong input; 3 a model server does not answer; 4 nothing can be written; 5 an optional package
is missing; 130 interrupted; a command may return 1 for "it ran, and the answer is no". Other exceptions are
defects of dulcet: they keep their traceback.
"""

import contextlib
import difflib
import errno
import importlib
import os
import shlex
import sys
import warnings
from collections.abc import Iterator

from dulcet import __version__
from dulcet.cli import COMMANDS
from dulcet.errors import DulcetError, InputError, MissingDependencyError, StorageError

EXTRAS = {
    "torch": "local",
    "transformers": "local",
    "peft": "local",
    "accelerate": "local",
    "safetensors": "local",
    "numpy": "local",
    "openai": "endpoint",
    "matplotlib": "report",
}
"""Optional package -> the extra of dulcet that brings it."""
SPREAD = ("train",)
"""Commands whose processes share the work where torchrun or accelerate starts several."""


def run(arguments: list[str] | None = None) -> int:
    """Run the command line `arguments` (default: those of the process); return the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    # Threads of libgomp that spin while they wait slow everything else down several times; before torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # What libraries tell each other about their next versions is nothing that a user of a command can act on.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|peft|torch)\.")
    try:
        code = _dispatch(words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _forget_output()
        return 141
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except BaseException as error:  # raised again unless a user can act on it
        return _explain(error, words)


def _dispatch(words: list[str]) -> int:
    name, rest = _split(words)
    if name not in COMMANDS:
        return _without_command(words)
    from dulcet.cli.parse import parse

    module, _, kind = COMMANDS[name][0].partition(":")
    command = parse(getattr(importlib.import_module(module), kind), f"dulcet {name}", rest)
    _hold_to_one_process(name)
    with _stdout_for_json_only(command.json_out == "-"):
        result = command.run()
    if command.json_out is not None:
        _write_json(command.json_out, result.data)
    return int(result.exit_code)


def _hold_to_one_process(name: str) -> None:
    """Raises InputError where a launcher started a command several times that would write its files several times.

    Every process says so: the launcher ends the others as soon as one of them has ended.
    """
    size = os.environ.get("WORLD_SIZE", "1")
    if name not in SPREAD and size != "1":
        do = f"Start it without torchrun or accelerate; only `dulcet {', '.join(SPREAD)}` is for several processes."
        raise InputError(f"'{name}' is for one process, and WORLD_SIZE is {size}", do=do)


def _split(words: list[str]) -> tuple[str, list[str]]:
    """The command's name (the longest that is known) and the words after it."""
    for length in (2, 1):
        if " ".join(words[:length]) in COMMANDS:
            return " ".join(words[:length]), words[length:]
    return "", words


def _without_command(words: list[str]) -> int:
    """`dulcet`, `dulcet --help`, `dulcet --version`, `dulcet GROUP`, or a word that nobody knows."""
    first, second = [*words, "", ""][:2]
    if first == "--version":
        print(f"dulcet {__version__}")
        return 0
    helpless = ("", "-h", "--help")
    if first in helpless:
        print(_help())
        return 0
    group = [name for name in COMMANDS if name.startswith(f"{first} ")]
    if group and second in helpless:
        print(_help(group))
        return 0
    asked = f"{first} {second}" if group else first
    near = difflib.get_close_matches(asked, group or list(COMMANDS), 1, 0)
    raise InputError(f"there is no command '{asked}'", do=f"The nearest is 'dulcet {near[0]}'; see: dulcet --help")


def _help(names: list[str] | None = None) -> str:
    shown = names or list(COMMANDS)
    width = max(len(name) for name in shown) + 2
    head = [] if names else ["Train and measure language-model agents that work with a person over many turns.", ""]
    usage = f"usage: dulcet {names[0].split()[0] if names else ''}".rstrip() + " COMMAND [OPTIONS]"
    listed = [f"  {name:<{width}}{COMMANDS[name][1]}" for name in shown]
    tail = ["", "dulcet COMMAND --help shows a command's options and an example; dulcet --version the version."]
    return "\n".join([usage, "", *head, "commands:", *listed, *tail])


@contextlib.contextmanager
def _stdout_for_json_only(wanted: bool) -> Iterator[None]:
    """Where standard output is for the JSON, what is printed for people goes to standard error."""
    with contextlib.redirect_stdout(sys.stderr) if wanted else contextlib.nullcontext():
        yield


def _write_json(target: str, data: dict[str, object]) -> None:
    import json
    from pathlib import Path

    from dulcet.jsonl import write_json

    if target == "-":
        print(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        write_json(Path(target), data)


def _explain(error: BaseException, words: list[str]) -> int:
    """Print what the user can act on as one line and return its exit code; raise anything else again."""
    for cause in _causes(error):
        if isinstance(cause, KeyboardInterrupt):
            again = shlex.join(["dulcet", *words])
            return _say(f"interrupted; what was finished is on disk. To continue: {again}", 130)
        if isinstance(cause, DulcetError):
            return _say(str(cause), cause.exit_code)
        if _disk_is_full(cause):
            _forget_output()
            where = str(getattr(cause, "filename", None) or "")
            do = "Free some space and run the same command again: what was written before is kept."
            return _say(str(StorageError("the disk is full", where=where, do=do)), StorageError.exit_code)
        if isinstance(cause, ModuleNotFoundError) and (extra := EXTRAS.get((cause.name or "").partition(".")[0])):
            return _say(str(MissingDependencyError(str(cause.name), extra)), MissingDependencyError.exit_code)
    raise error


def _forget_output() -> None:
    """Let what standard output cannot take go, so that the interpreter's own flush at exit is quiet, too."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception, and those inside it where it is a group (asyncio's task groups raise groups)."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _causes(inner)


def _disk_is_full(error: BaseException) -> bool:
    """Also for libraries that hide the error number in a message of their own (safetensors does)."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    return isinstance(error, Exception) and "No space left on device" in str(error)


def _say(line: str, code: int) -> int:
    print(f"dulcet: {line}", file=sys.stderr)
    return code
