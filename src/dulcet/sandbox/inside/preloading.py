"""Modules that are in memory before a program asks for them: always the same, whatever programs ran before.

Each costs every fork a little, and spares those programs that import it the loading; so these are the usual ones.
"""

import importlib

MODULES = (
    "abc", "bisect", "collections", "contextlib", "copy", "datetime", "enum", "functools", "heapq", "importlib.util",
    "itertools", "json", "math", "numbers", "operator", "random", "re", "string", "time", "typing",
)  # fmt: skip


def preload() -> None:
    """Load them."""
    for name in MODULES:
        importlib.import_module(name)
