"""How much isolation a sandbox must have, and what is said where a machine has less."""

import os
import sys
from collections.abc import Collection
from enum import StrEnum

from dulcet.errors import DulcetError, InputError

VARIABLE = "DULCET_ISOLATION"
"""Environment variable that says what must hold, for every command."""


class SandboxError(DulcetError):
    """The sandbox cannot be started, or is weaker here than was demanded. Exit code 6."""

    exit_code = 6


class Isolation(StrEnum):
    """What must hold before a program is run. More is used wherever it is there."""

    PROCESS = "process"
    """Separate processes with limits, as everywhere. What you accept with it: files and network are in reach."""
    CONTAINED = "contained"
    """Besides: no files but those it needs, no network, no other processes, each kept by one layer at least."""
    LAYERED = "layered"
    """Besides: files and network kept by two independent layers, so that a hole in one is not enough."""

    @classmethod
    def default(cls) -> "Isolation":
        """What DULCET_ISOLATION says; else `contained` on Linux, `process` elsewhere: there is no more to be had.

        Raises InputError for a level that there is not.
        """
        if (asked := os.environ.get(VARIABLE)) is not None:
            if asked not in list(cls):
                do = f"Choose one of: {', '.join(cls)}."
                raise InputError(f"there is no isolation '{asked}'", where=VARIABLE, do=do)
            return cls(asked)
        return cls.CONTAINED if sys.platform.startswith("linux") else cls.PROCESS

    def demands(self) -> tuple[tuple[str, ...], ...]:
        """The layers that must hold; of each group one is enough."""
        wrappers = ("bubblewrap", "namespaces")
        return {
            Isolation.PROCESS: (),
            Isolation.CONTAINED: (("seccomp",), ("landlock", *wrappers)),
            Isolation.LAYERED: (("seccomp",), ("landlock",), wrappers),
        }[self]


def require(isolation: Isolation, layers: Collection[str], missing: dict[str, str]) -> None:
    """Raise SandboxError if `layers` are fewer than demanded. `missing`: why a layer does not hold here."""
    unmet = [group for group in isolation.demands() if not set(group) & set(layers)]
    if not unmet:
        return
    names = " and ".join(" or ".join(group) for group in unmet)
    reasons = [missing.get(layer, f"{layer}: unknown") for group in unmet for layer in group]
    raise SandboxError(
        f"isolation '{isolation.value}' needs {names}, which this machine does not give ({'; '.join(reasons)})",
        where="sandbox",
        do=_advice(unmet),
    )


def _advice(unmet: list[tuple[str, ...]]) -> str:
    wrapper = "Install bubblewrap or allow user namespaces. " if any("bubblewrap" in group for group in unmet) else ""
    return f"{wrapper}If this is a container, allow it there. To run programs all the same: {VARIABLE}=process."
