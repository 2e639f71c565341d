"""Modules that are in memory before a program asks for them.

Each costs every fork, and spares those programs that import it the loading. So only the usual ones are loaded at once,
and others when enough programs have asked for them. Their text is searched for names, and nothing in it is executed.
"""

import gc
import importlib
import re
from collections import Counter
from contextlib import suppress

USUAL = (
    "abc", "bisect", "collections", "contextlib", "copy", "datetime", "enum", "functools", "heapq", "itertools",
    "json", "math", "operator", "random", "re", "string", "time", "typing",
)  # fmt: skip
SELDOM = (
    "calendar", "csv", "dataclasses", "decimal", "fractions", "hashlib", "inspect", "numbers", "numpy", "pandas",
    "sqlite3", "statistics", "textwrap", "unicodedata", "urllib.parse", "uuid",
)  # fmt: skip
"""None of them does more, when it is loaded, than to define things: no threads, no files left open."""
FEWEST = 8
"""Programs that have to ask for a module before it counts as asked for often."""
ONE_IN = 50
"""How many of the programs, at least."""
_ASKING = re.compile(rf"\b(?:import|from) +({'|'.join(map(re.escape, SELDOM))})\b")


class Preloading:
    """Loads the usual modules; then counts what programs ask for."""

    def __init__(self) -> None:
        for name in USUAL:
            importlib.import_module(name)
        self._programs, self._asked = 0, Counter[str]()
        self._waiting = set(SELDOM)

    def seen(self, text: str) -> None:
        """A program is about to run: load what it, like enough others before it, asks for."""
        self._programs += 1
        if "import" not in text:
            return
        for name in {*_ASKING.findall(text)} & self._waiting:
            self._asked[name] += 1
            if self._asked[name] >= max(FEWEST, self._programs / ONE_IN):
                self._waiting.remove(name)
                self._load(name)

    def _load(self, name: str) -> None:
        with suppress(Exception):  # it is not installed, or does not work here: the program will hear of it
            importlib.import_module(name)
            gc.freeze()
