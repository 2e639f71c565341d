"""Landlock: what a program may read and write, as the kernel's own rules, without privileges (Linux 5.13 and later)."""

import ctypes
import os
import struct

CREATE, ADD_RULE, RESTRICT = 444, 445, 446
"""System calls, of the same number everywhere."""
EXECUTE, WRITE_FILE, READ_FILE, TRUNCATE = 1, 1 << 1, 1 << 2, 1 << 14
READ_BELOW = 0b1101
"""To execute, read files and list folders."""
FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF}
"""All rights to files by version: 2 adds moving between folders, 3 adds cutting a file short."""
NETWORK = 0b11
"""To bind and to connect TCP ports (version 4); the rules grant none."""
SCOPES = 0b11
"""No abstract sockets and no signals to processes outside (version 6)."""
READABLE_DEVICES = ("/dev/urandom", "/dev/random", "/dev/zero")


def version(libc: ctypes.CDLL) -> int:
    """The version that this kernel has, 0 for none."""
    return max(0, int(libc.syscall(CREATE, None, 0, 1)))


def why_missing() -> str:
    """Why there is no Landlock here, after `version` said 0."""
    return f"Landlock: {os.strerror(ctypes.get_errno())} (Linux 5.13 or later, enabled in the kernel's lsm= list)"


def rules(libc: ctypes.CDLL, folder: str, readable: list[str], more: dict[str, int] | None = None) -> int:
    """A ruleset's descriptor: everything below `folder`, reading below `readable`, `more` rights, and nothing else."""
    known = version(libc)
    everything = FILE_RIGHTS[min(known, 3)]
    attributes = struct.pack("QQQ", everything, NETWORK, SCOPES)[: 24 if known >= 6 else 16 if known >= 4 else 8]
    ruleset = int(libc.syscall(CREATE, attributes, len(attributes), 0))
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused its rules")
    rights = dict.fromkeys(READABLE_DEVICES, READ_FILE)
    rights |= {path: READ_BELOW if os.path.isdir(path) else EXECUTE | READ_FILE for path in readable}  # noqa: PTH112
    rights |= {"/dev/null": everything & (READ_FILE | WRITE_FILE | TRUNCATE), folder: everything}
    rights |= more or {}
    for path, allowed in rights.items():
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what cannot be opened here cannot be read either
        libc.syscall(ADD_RULE, ruleset, 1, struct.pack("=Qi", allowed, place), 0)
        os.close(place)
    return ruleset


def enter(libc: ctypes.CDLL, ruleset: int) -> None:
    """Hold the calling process to the rules for good. Raises OSError where the kernel refuses."""
    if libc.syscall(RESTRICT, ruleset, 0) != 0:
        raise OSError(ctypes.get_errno(), "Landlock could not be entered")
    os.close(ruleset)
