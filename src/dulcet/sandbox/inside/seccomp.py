"""The system-call filter, as a classic BPF program made by hand: nothing needs to be installed for it."""

import ctypes
import os
import struct

from .syscalls import NEWEST, Table, ranges

PR_SET_SECCOMP, MODE_FILTER = 22, 2
CLONE_THREAD = 0x10000
X32 = 0x40000000
STREAMS = (1, 1 | 0o4000, 1 | 0o2000000, 1 | 0o2004000)
"""SOCK_STREAM, with SOCK_NONBLOCK, with SOCK_CLOEXEC, with both."""
FCNTL_FORBIDDEN = (8, 10, 15)
"""F_SETOWN, F_SETSIG, F_SETOWN_EX: a descriptor that sends a signal of one's choice to any process."""
IOCTL_FORBIDDEN = (0x8901, 0x8902, 0x5412)
"""FIOSETOWN, SIOCSPGRP: the same; TIOCSTI: typing into a terminal."""

LOCAL_FAMILIES = (1, 16)
"""AF_UNIX, which reaches processes of this machine; AF_NETLINK, which asks the kernel about its interfaces."""
IO_URING_SETUP = 425
"""Of the same number everywhere."""

_LOAD, _EQUAL, _AT_LEAST, _SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _EPERM, _ENOSYS, _PRETEND, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16


def _step(code: int, k: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, k)


def _answer(value: int) -> list[bytes]:
    return [_step(_RETURN, value)]


def _argument(index: int, *tests: bytes, then: int, otherwise: int) -> list[bytes]:
    """Load an argument (its low 32 bits); `then` if one of `tests` holds, else `otherwise`."""
    jumps = [test[:2] + bytes([len(tests) - number]) + test[3:] for number, test in enumerate(tests)]
    return [_step(_LOAD, _ARGUMENTS + 8 * index), *jumps, *_answer(otherwise), *_answer(then)]


def _is(*values: int) -> list[bytes]:
    return [_step(_EQUAL, value) for value in values]


def for_zygote(table: Table) -> bytes:
    """The program that a zygote enters once, and every fork inherits at no cost: most of what there is to forbid.

    Limits may only be one's own; what is not listed fails with EPERM.
    """
    answers = dict.fromkeys(range(NEWEST + 1), _answer(_EPERM))
    answers |= {number: _answer(_ALLOW) for first, last in ranges(table) for number in range(first, last + 1)}
    answers |= dict.fromkeys((*table.zygote, table.chmod, table.clone), _answer(_ALLOW))
    answers |= dict.fromkeys(table.pretended, _answer(_PRETEND))
    answers[table.clone3] = _answer(_ENOSYS)
    answers[table.prlimit] = _argument(0, *_is(0), then=_ALLOW, otherwise=_EPERM)
    # a datagram socket would send to any socket that has a name
    answers[table.socketpair] = _argument(1, *_is(*STREAMS), then=_ALLOW, otherwise=_EPERM)
    answers[table.fcntl] = _argument(1, *_is(*FCNTL_FORBIDDEN), then=_EPERM, otherwise=_ALLOW)
    answers[table.ioctl] = _argument(1, *_is(*IOCTL_FORBIDDEN), then=_EPERM, otherwise=_ALLOW)
    head = [_step(_LOAD, _ARCHITECTURE), _step(_EQUAL, table.architecture, 1, 0), _step(_RETURN, _KILL)]
    beyond = [(NEWEST + 1, _answer(_ENOSYS)), (X32, _answer(_EPERM))]
    return b"".join([*head, _step(_LOAD, _NUMBER), *_search([*_segments(answers), *beyond])])


def for_program(table: Table) -> bytes:
    """The program that a fork enters besides: `clone` may only make threads, and nothing that only a zygote may do.

    Of two programs' answers the kernel takes the stricter. This one is short, as it is made ready in every fork.
    """
    answers = dict.fromkeys(range(NEWEST + 1), _answer(_ALLOW))
    answers |= dict.fromkeys(table.zygote, _answer(_EPERM))
    answers[table.chmod] = _answer(_PRETEND)
    answers[table.clone] = _argument(0, _step(_SET, CLONE_THREAD), then=_ALLOW, otherwise=_EPERM)
    return b"".join([_step(_LOAD, _NUMBER), *_search(_segments(answers))])


def local_sockets(table: Table) -> bytes:
    """Another program, for large software that needs most system calls: all but sockets that lead out of the machine.

    io_uring, which makes sockets unseen by any filter, is not there; calls of another architecture end the process.
    """
    families = [*_is(*LOCAL_FAMILIES)]
    sockets = _argument(0, *families, then=_ALLOW, otherwise=_EPERM)
    head = [_step(_LOAD, _ARCHITECTURE), _step(_EQUAL, table.architecture, 1, 0), _step(_RETURN, _KILL)]
    number = [_step(_LOAD, _NUMBER), _step(_AT_LEAST, X32, 0, 1), _step(_RETURN, _KILL)]
    no_ring = [_step(_EQUAL, IO_URING_SETUP, 0, 1), _step(_RETURN, _ENOSYS)]
    return b"".join(
        [*head, *number, *no_ring, _step(_EQUAL, table.socket, 0, len(sockets)), *sockets, *_answer(_ALLOW)]
    )


def _segments(answers: dict[int, list[bytes]]) -> list[tuple[int, list[bytes]]]:
    """Numbers with one answer, as (the first, the answer); `answers` is in ascending order."""
    return [(number, then) for number, then in answers.items() if then != answers.get(number - 1)]


def _search(segments: list[tuple[int, list[bytes]]]) -> list[bytes]:
    """Binary search for the segment (its first number, what then): the kernel tries all numbers when it is entered."""
    if len(segments) == 1:
        return segments[0][1]
    middle = len(segments) // 2
    low, high = _search(segments[:middle]), _search(segments[middle:])
    return [_step(_AT_LEAST, segments[middle][0], len(low), 0), *low, *high]


class _SockFprog(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


class Filter:
    """Prepared once, entered by each fork."""

    def __init__(self, libc: ctypes.CDLL, code: bytes) -> None:
        self._libc = libc
        self._buffer = ctypes.create_string_buffer(code, len(code))  # the structure does not own what it points to
        self._program = _SockFprog(len(code) // 8, ctypes.cast(self._buffer, ctypes.c_void_p))

    def enter(self) -> None:
        """Filter the calling process for good. Raises OSError where the kernel refuses."""
        if self._libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(self._program), 0, 0) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"{os.strerror(number)} (the system-call filter)")
