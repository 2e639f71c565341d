"""What a forked program gives up before its first line runs: resources, privileges, files, processes, the network."""

import ctypes
import os
import resource
import sys
from typing import Any

from . import landlock, seccomp
from .syscalls import TABLES

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
_CAPABILITIES_HEADER = (ctypes.c_uint32 * 2)(0x20080522, 0)
_NO_CAPABILITIES = (ctypes.c_uint32 * 6)()
MOST_THREADS = 256
"""Of a program that has a user namespace of its own; elsewhere the limit would count all processes of the user."""


class Confinement:
    """Prepared once in the zygote, entered by each fork.

    `readable`: what programs may read where Landlock holds; `without`: layers that are not to be used; `own_users`:
    whether there is a user namespace around; `missing`: why a layer does not hold here.
    """

    def __init__(self, readable: list[str], without: list[str], own_users: bool) -> None:
        self.readable, self.own_users = readable, own_users
        self.libc = ctypes.CDLL(None, use_errno=True) if LINUX else None
        self._capset = self.libc.capset if self.libc else None  # looked up here, once, not in each fork
        self.missing: dict[str, str] = {}
        self.filters = self._filters(without)
        self.landlock = self._landlock(without)
        self._ruleset = -1
        self._limits: tuple[dict[str, Any], list[tuple[int, tuple[int, int]]]] = {}, []

    @property
    def layers(self) -> list[str]:
        """The layers that hold here."""
        return ["rlimits", *(["landlock"] if self.landlock else []), *(["seccomp"] if self.filters else [])]

    def weaken(self, why: str) -> None:
        """Give up the last layer that can be missing. Raises OSError when there is none left to give up."""
        if self.filters is not None:
            self.filters, self.missing["seccomp"] = None, f"seccomp: {why}"
        elif self.landlock:
            self.landlock, self._ruleset, self.missing["landlock"] = False, -1, f"Landlock: {why}"
        else:
            raise OSError(f"not even resource limits can be set here: {why}")

    def allow_writing(self, folder: str) -> None:
        """From now on `folder` is the one place that programs may write to."""
        if self.libc is not None and self.landlock:
            if self._ruleset >= 0:
                os.close(self._ruleset)
            self._ruleset = landlock.rules(self.libc, folder, self.readable)

    def settle(self) -> None:
        """Enter once, in the zygote itself, what it can live with: every fork inherits it, at no cost."""
        if self.libc is not None and self.own_users and self._ruleset >= 0:
            landlock.enter(self.libc, self._ruleset)
            self._ruleset = -1
        if self.filters is not None:
            self.filters[0].enter()

    def enter(self, limits: dict[str, Any], parent: int) -> None:
        """Confine the calling process, a child of `parent` that has settled, for good. It dies with its parent."""
        for which, values in self._limits_of(limits):
            resource.setrlimit(which, values)
        if self.libc is None:
            return
        if not self.own_users:  # a namespace ends all that is in it when its first process ends
            self.libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)  # it died before this was said
        if self._ruleset >= 0:
            landlock.enter(self.libc, self._ruleset)
        if self.filters is not None:
            self.filters[1].enter()

    def prepare(self, limits: dict[str, Any]) -> None:
        """Work out the limits before the fork, which then has less to do. They seldom change."""
        if limits != self._limits[0]:
            self._limits = limits, resource_limits(limits, self.filters is not None, self.own_users)

    def _limits_of(self, limits: dict[str, Any]) -> list[tuple[int, tuple[int, int]]]:
        self.prepare(limits)
        return self._limits[1]

    def drop_capabilities(self) -> None:
        """What root may do beyond others, raising its own limits among it; no fork can win any of it back."""
        if self.libc is None:
            return
        if self._capset is None or self._capset(_CAPABILITIES_HEADER, _NO_CAPABILITIES) != 0:
            raise OSError(ctypes.get_errno(), "capabilities could not be dropped")
        self.libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)

    def _filters(self, without: list[str]) -> tuple[seccomp.Filter, seccomp.Filter] | None:
        """What the zygote enters, and what each fork enters besides."""
        if self.libc is None or "seccomp" in without:
            self.missing["seccomp"] = "seccomp: not asked for" if self.libc else "seccomp: Linux only"
        elif os.uname().machine not in TABLES:
            self.missing["seccomp"] = f"seccomp: the system calls of {os.uname().machine} are not known here"
        else:
            table = TABLES[os.uname().machine]
            both = seccomp.for_zygote(table), seccomp.for_program(table)
            return seccomp.Filter(self.libc, both[0]), seccomp.Filter(self.libc, both[1])
        return None

    def _landlock(self, without: list[str]) -> bool:
        if self.libc is None or "landlock" in without:
            self.missing["landlock"] = "Landlock: not asked for" if self.libc else "Landlock: Linux only"
        elif landlock.version(self.libc) == 0:
            self.missing["landlock"] = landlock.why_missing()
        else:
            return True
        return False


def resource_limits(limits: dict[str, Any], filtered: bool, own_users: bool) -> list[tuple[int, tuple[int, int]]]:
    """What a fork is to be held to, as arguments of `setrlimit`."""
    wanted = {
        resource.RLIMIT_CPU: int(limits["total_seconds"]) + 2,
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CORE: 0,
    }
    if LINUX:
        wanted[resource.RLIMIT_AS] = limits["memory_bytes"]
    if own_users:
        wanted[resource.RLIMIT_NPROC] = MOST_THREADS
    elif not filtered:  # the filter allows threads and no processes; without it there are neither
        wanted[resource.RLIMIT_NPROC] = 0
    return [(which, _at_most(value, resource.getrlimit(which)[1])) for which, value in wanted.items()]


def _at_most(value: int, hard: int) -> tuple[int, int]:
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    return most, most
