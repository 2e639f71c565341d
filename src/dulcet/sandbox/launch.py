"""How the zygote is started: inside bubblewrap where that works, else as a process that makes its own namespaces."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from dulcet.sandbox.inside.namespaces import WORK

PACKAGE = Path(__file__).parent
START = "import sys; sys.path.insert(0, sys.argv[2]); from inside.start import main; main()"
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",  # sets iterate alike in the reference's process and in the answer's
    **dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1"),
}
"""All that a program sees of the environment."""
WITHOUT: tuple[str, ...] = ()
"""Layers that are not used even where they are, so that tests can look at the others by themselves."""


def command(driver: Path | None) -> list[str]:
    """The command line of a zygote. It says itself which layers hold, and why others do not."""
    wrapper, missing = bubblewrap(driver)
    settings = {
        "package": str(PACKAGE),
        "paths": site_packages(),
        "driver": str(driver) if driver else None,
        "own_pids": bool(wrapper),
        "readable": readable(driver),
        "without": WITHOUT,
        "missing": {"bubblewrap": missing},
    }
    # -S: no start-up files of installed packages; -P, -s: nothing from the user's folders.
    # Not -I, which would ignore the hash seed; the environment is ours anyway.
    python = [sys.executable, "-P", "-s", "-S", "-c", START, json.dumps(settings), str(PACKAGE)]
    return wrapper + python


def site_packages() -> list[str]:
    """Where the packages of this interpreter are, so that programs may import what is installed."""
    return [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages") and Path(path).is_dir()]


def bubblewrap(driver: Path | None) -> tuple[list[str], str]:
    """(the bubblewrap prefix, ""), or (nothing, why): it is not installed, or the kernel refuses it."""
    found = shutil.which("bwrap")
    if found is None or "bubblewrap" in WITHOUT:
        return [], "bubblewrap: not installed"
    why = _refusal(found)
    return ([], f"bubblewrap: {why}") if why else ([*_namespaces(found), *_mounts(driver)], "")


def _namespaces(found: str) -> list[str]:
    return [found, "--unshare-all", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534"]


def _mounts(driver: Path | None) -> list[str]:
    """A file system that holds the interpreter, its packages and the system's libraries, all read-only, and no more.

    Only the work folder can be written to. There is no /proc: nobody in there needs it.
    """
    options = ["--dev", "/dev", "--dir", "/tmp"]
    for path in readable(driver):
        options += ["--ro-bind-try", path, path]
    return [*options, "--tmpfs", WORK, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]


def readable(driver: Path | None) -> list[str]:
    """What a program needs to see: the interpreter, its packages, the system's libraries."""
    system = ["/usr", "/lib", "/lib64", "/bin", "/nix/store", "/etc/ld.so.cache", "/etc/alternatives"]
    real = Path(os.path.realpath(sys.executable))
    python = [sys.base_prefix, sys.base_exec_prefix, sys.prefix, str(real), *site_packages()]
    own = [str(PACKAGE / "inside"), *([str(driver)] if driver else [])]
    return [path for path in dict.fromkeys([*system, *python, *own]) if path != "/"]


@cache
def _refusal(found: str) -> str:
    """Why no Python starts in these namespaces here, or "" (containers and some distributions forbid them)."""
    trial = [*_namespaces(found), *_mounts(None), sys.executable, "-I", "-S", "-c", "import json"]
    try:
        ended = subprocess.run(trial, env=ENVIRONMENT, capture_output=True, timeout=20, check=False, text=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"]
    return said[-1] if ended.returncode else ""
