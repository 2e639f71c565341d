"""What a forked program gives up before its first line runs: resources, files, processes, the network."""

import ctypes
import os
import platform
import resource
import struct
import sys
from typing import Any

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 22, 36, 38
CLONE_THREAD = 0x10000
EXECUTE, WRITE_FILE, READ_FILE = 1, 2, 4
READ_BELOW = 0b1101
"""Landlock's rights to execute, read files and list folders."""
EVERYTHING = 0x1FFF
"""All rights of Landlock's first version."""

# System calls by number. Denied: new processes and programs, signals to others, sockets, tracing, namespaces,
# and the kernel's less used doors (io_uring, bpf, keys, modules).
X86_64 = {
    "arch": 0xC000003E, "clone": 56, "clone3": 435,
    "denied": [57, 58, 59, 322, 62, 200, 234, 129, 297, 424, 434, 101, 310, 311, 41, 272, 308, 165, 166, 155, 161,
               321, 298, 323, 425, 248, 249, 250, 29, 68, 64, 175, 313, 176, 246, 169, 167],
}  # fmt: skip
AARCH64 = {
    "arch": 0xC00000B7, "clone": 220, "clone3": 435,
    "denied": [221, 281, 129, 130, 131, 138, 240, 424, 434, 117, 270, 271, 198, 97, 268, 40, 39, 41, 51,
               280, 241, 282, 425, 217, 218, 219, 194, 186, 190, 105, 273, 106, 104, 142, 224],
}  # fmt: skip
TABLES: dict[str, dict[str, Any]] = {"x86_64": X86_64, "aarch64": AARCH64}


class Confinement:
    """Prepared once in the zygote, entered by each fork. `readable`: what programs may read where Landlock holds."""

    def __init__(self, readable: list[str]) -> None:
        self.readable = readable
        self.libc = ctypes.CDLL(None, use_errno=True) if LINUX else None
        self._filter = _filter(TABLES[platform.machine()]) if LINUX and platform.machine() in TABLES else None
        self._program = _program(self._filter or b"")
        self.seccomp = self._filter is not None and os.path.exists("/proc/sys/kernel/seccomp")  # noqa: PTH110
        self.landlock = self.libc is not None and self.libc.syscall(444, None, 0, 1) > 0
        self._ruleset = -1

    @property
    def layers(self) -> list[str]:
        """The layers that hold here."""
        return ["rlimits", *(["landlock"] if self.landlock else []), *(["seccomp"] if self.seccomp else [])]

    def weaken(self) -> None:
        """Give up the last layer that can be missing. Raises OSError when there is none left to give up."""
        if self.seccomp:
            self.seccomp = False
        elif self.landlock:
            self.landlock, self._ruleset = False, -1
        else:
            raise OSError("not even resource limits can be set here")

    def allow_writing(self, folder: str) -> None:
        """From now on `folder` is the one place that programs may write to."""
        if self.libc is not None and self.landlock:
            if self._ruleset >= 0:
                os.close(self._ruleset)
            self._ruleset = _rules(self.libc, folder, self.readable)

    def enter(self, limits: dict[str, Any]) -> None:
        """Confine the calling process for good."""
        _set_resource_limits(limits, self.seccomp)
        if self.libc is None:
            return
        self.libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)
        self.libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if self._ruleset >= 0:
            if self.libc.syscall(446, self._ruleset, 0) != 0:
                raise OSError(ctypes.get_errno(), "Landlock could not be entered")
            os.close(self._ruleset)
        if self.seccomp and self.libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(self._program), 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "the system-call filter was refused")


def _set_resource_limits(limits: dict[str, Any], seccomp: bool) -> None:
    wanted = {
        resource.RLIMIT_CPU: int(limits["total_seconds"]) + 2,
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CORE: 0,
    }
    if LINUX:
        wanted[resource.RLIMIT_AS] = limits["memory_bytes"]
    if not seccomp:  # the filter allows threads and no processes; without it there are neither
        wanted[resource.RLIMIT_NPROC] = 0
    for which, value in wanted.items():
        hard = resource.getrlimit(which)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (most, most))


def _filter(table: dict[str, Any]) -> bytes:
    """A classic BPF program: the denied calls fail with EPERM, `clone` may only make threads, `clone3` is unknown."""
    load, jump_equal, jump_at_least, jump_set, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, eperm, enosys, kill = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000

    def step(code: int, k: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, k)

    program = [step(load, 4), step(jump_equal, table["arch"], 1, 0), step(answer, kill), step(load, 0)]
    program += [step(jump_at_least, 0x40000000, 0, 1), step(answer, eperm)]  # the x32 numbers
    program += [step(jump_equal, table["clone3"], 0, 1), step(answer, enosys)]
    for number in table["denied"]:
        program += [step(jump_equal, number, 0, 1), step(answer, eperm)]
    program += [step(jump_equal, table["clone"], 0, 3), step(load, 16), step(jump_set, CLONE_THREAD, 1, 0)]
    program += [step(answer, eperm), step(answer, allow)]
    return b"".join(program)


class _SockFprog(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def _program(code: bytes) -> _SockFprog:
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _SockFprog(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    program.keep = buffer  # the structure does not own what it points to
    return program


def _rules(libc: ctypes.CDLL, folder: str, readable: list[str]) -> int:
    """A Landlock ruleset: everything below `folder`, reading below `readable`, and nothing else."""
    attributes = struct.pack("Q", EVERYTHING)
    ruleset = int(libc.syscall(444, attributes, len(attributes), 0))
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused its rules")
    rights = dict.fromkeys(["/dev/urandom", "/dev/random", "/dev/zero"], READ_FILE)
    rights |= {path: READ_BELOW if os.path.isdir(path) else EXECUTE | READ_FILE for path in readable}  # noqa: PTH112
    rights |= {"/dev/null": READ_FILE | WRITE_FILE, folder: EVERYTHING}
    for path, allowed in rights.items():
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        libc.syscall(445, ruleset, 1, struct.pack("=Qi", allowed, place), 0)
        os.close(place)
    return ruleset
