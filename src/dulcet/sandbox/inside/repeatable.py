"""What makes a program do the same every time: a clock that stands still, and nothing random."""

import importlib.machinery
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from types import ModuleType
from typing import Any

from . import clock, database, entropy

LOADING = {
    "numpy.random": entropy.loading_numpy, "sqlite3": database.loading_sqlite,
    "tempfile": entropy.loading_tempfile, "uuid": entropy.loading_uuid,
}  # fmt: skip
"""Modules that are changed as they are loaded."""


def install() -> None:
    """Prepare this process and those forked from it. Nothing changes in it until `start`."""
    clock.install()
    entropy.install()
    sys.meta_path.insert(0, _Loading())


def start() -> None:
    """Begin a call: the clock at its moment, every generator at its beginning."""
    clock.start()
    entropy.start()


class _Loading:
    """A finder that lets Python's own find the modules of LOADING, and changes them as they are executed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in LOADING:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            real = loader.exec_module

            def exec_module(module: ModuleType) -> None:
                changed = LOADING[fullname](module) if module.__name__ == fullname else nullcontext()
                with changed:  # a loader may be shared by several modules
                    real(module)

            loader.exec_module = exec_module
        return spec
