"""Where a browser begins: this process gives up network, files and other processes, then becomes the browser.

A browser forks, makes threads, maps memory to run and needs most system calls, so it gets other layers than a Python
program does: namespaces of its own, Landlock, and a filter that knows sockets alone. The browser's own sandbox around
the processes that draw comes on top where the kernel lets it make namespaces inside these.
"""

import ctypes
import json
import os
import platform
import resource
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import Any

from . import landlock, namespaces, seccomp, trial
from .confine import LINUX, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG
from .syscalls import TABLES

WORK = namespaces.WORK
"""The one place that it can write to where it has a file system of its own, in memory."""
MOST_BYTES = "1g"
NEW_USERS = 0x10000000 | 0x20000000 | 0x40000000
"""What the browser's own sandbox makes: a user, a process and a network namespace."""
MOST_MEMORY = 4 << 30
"""Bytes of private memory of each process of the browser."""
PROFILE = "--user-data-dir="
LAYERS = ("namespaces", "landlock", "seccomp")
"""In the order in which they are entered."""


def main() -> None:
    """Become the browser; the JSON in the first argument says how, arguments after the second are the browser's.

    `executable`: its path; `readable`: what it must see; `folder`: where it may write without namespaces; `layers`:
    what must hold, each of them or nothing is started; `probe`: only say which layers would hold, and why not.
    """
    settings = json.loads(sys.argv[1])
    if settings["probe"]:
        print(json.dumps(probe(settings)))
        return
    for layer in settings["layers"]:
        if layer in LAYERS:
            enter(layer, settings)
    executable = settings["executable"]
    os.execv(executable, [executable, *arguments(sys.argv[3:], settings)])


def probe(settings: dict[str, Any]) -> dict[str, Any]:
    """The layers that hold here, each tried in a fork that is thrown away, and why others do not."""
    missing: dict[str, str] = {}
    for layer in LAYERS:
        why = _why_not(layer, settings) if LINUX else "Linux only"
        if why:
            missing[layer] = f"{layer}: {why}"
    layers = [layer for layer in LAYERS if layer not in missing]

    def everything() -> None:
        for layer in layers:
            enter(layer, settings)
        if os.getuid() == 0 or _libc().unshare(NEW_USERS) != 0:
            raise OSError(ctypes.get_errno(), "it does not start as root, nor where it may make no namespaces")

    if LINUX and (why := trial.why_not(everything)):
        missing["own sandbox"] = f"the browser's own sandbox: {why}"
    return {"layers": layers + ([] if "own sandbox" in missing else ["own sandbox"]), "missing": missing}


def _why_not(layer: str, settings: dict[str, Any]) -> str:
    if layer in settings["without"]:
        return "not asked for"
    if layer == "landlock" and landlock.version(_libc()) == 0:
        return landlock.why_missing()
    if layer == "seccomp" and platform.machine() not in TABLES:
        return f"the system calls of {platform.machine()} are not known here"
    return trial.why_not(lambda: enter(layer, settings))


def enter(layer: str, settings: dict[str, Any]) -> None:
    """Enter one layer for good. Raises OSError where it does not hold."""
    steps: dict[str, Callable[[dict[str, Any]], None]] = {
        "namespaces": _namespaces,
        "landlock": _landlock,
        "seccomp": _seccomp,
    }
    steps[layer](settings)


def _namespaces(settings: dict[str, Any]) -> None:
    libc = _libc()
    namespaces.unshare(libc)
    _first_process(libc)
    namespaces.mount(libc, settings["readable"], WORK, MOST_BYTES, proc=True)
    settings["folder"] = WORK


def _first_process(libc: ctypes.CDLL) -> None:
    """Go on as the first process of the namespace; the one before waits for it, and ends as it ended."""
    child = os.fork()
    if child == 0:
        libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
        return
    os.closerange(0, 256)  # or whoever talks with the browser would not see its end
    status = os.waitpid(child, 0)[1]
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _landlock(settings: dict[str, Any]) -> None:
    libc = _libc()
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    processes = {"/proc": landlock.READ_BELOW | landlock.WRITE_FILE}  # where its own sandbox says who it is
    landlock.enter(libc, landlock.rules(libc, settings["folder"], settings["readable"], processes))


def _seccomp(settings: dict[str, Any]) -> None:
    libc = _libc()
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    seccomp.Filter(libc, seccomp.local_sockets(TABLES[platform.machine()])).enter()


def arguments(given: Sequence[str], settings: dict[str, Any]) -> list[str]:
    """The browser's arguments, its profile moved to where it may write. Also sets its limits and environment."""
    profile = os.path.join(settings["folder"], "profile")  # noqa: PTH118
    shutil.rmtree(profile, ignore_errors=True)
    for which, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_DATA, MOST_MEMORY)):
        resource.setrlimit(which, (value, value))
    os.environ.clear()
    os.environ.update(settings["environment"], HOME=settings["folder"], TMPDIR=settings["folder"])
    return [PROFILE + profile if argument.startswith(PROFILE) else argument for argument in given]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
