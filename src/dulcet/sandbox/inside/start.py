"""Where a zygote begins: it moves into its namespaces, loads what programs will need, and serves."""

# ruff: noqa: E402
import os

_register, os.register_at_fork = os.register_at_fork, lambda **hooks: None
import random  # noqa: F401  (seeds itself anew in every fork, which takes time: here each call is seeded for itself)

os.register_at_fork = _register

import ctypes
import gc
import importlib
import importlib.util
import json
import sys
from typing import Any

from . import namespaces
from .confine import LINUX
from .preloading import preload
from .zygote import Zygote


def _driver(path: str | None) -> Any:
    if path is None:
        return importlib.import_module(".calls", __package__)
    spec = importlib.util.spec_from_file_location("driver", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _wrap(settings: dict[str, Any]) -> dict[str, Any]:
    """Move into namespaces of our own where there are none yet: the layers around us, and why one is missing."""
    missing = dict(settings["missing"])
    if settings["own_pids"]:
        return {"layers": ["bubblewrap"], "missing": missing}
    if "namespaces" in settings["without"] or not LINUX:
        why = "not asked for" if LINUX else "Linux only"
    else:
        libc = ctypes.CDLL(None, use_errno=True)
        why = namespaces.why_not(libc, settings["readable"])
        if not why:
            namespaces.enter(libc, settings["readable"])
            namespaces.first_process(libc)
            settings["own_pids"] = True
            return {"layers": ["namespaces"], "missing": missing}
    return {"layers": [], "missing": missing | {"namespaces": f"namespaces: {why}"}}


def main() -> None:
    """Set up from the JSON in the first argument and serve.

    `package`: the folder this was found in; `paths`: of installed packages; `driver`: a Python file or null;
    `own_pids`: whether bubblewrap is around us; `readable`: what programs may read; `without`: layers not to be used;
    `missing`: why there is no bubblewrap.
    """
    settings = json.loads(sys.argv[1])
    sys.path[:] = [path for path in sys.path if path != settings["package"]] + settings["paths"]
    driver = _driver(settings["driver"])
    sys.dont_write_bytecode = True  # our own is; a program that imports what it wrote finds no more than that
    wrapped = _wrap(settings)
    requests, responses = os.dup(0), os.dup(1)
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    sys.argv[:] = [""]
    sys.orig_argv[:] = [""]
    gc.disable()
    preload()
    if settings["driver"] is None:
        from . import rehearsal

        rehearsal.rehearse(null)
    gc.freeze()
    Zygote(driver, requests, responses, settings).serve(wrapped)
