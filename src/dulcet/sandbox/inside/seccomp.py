"""The system-call filter, as a classic BPF program made by hand: nothing needs to be installed for it."""

import ctypes
import os
import struct

from .syscalls import NEWEST, Table, ranges

PR_SET_SECCOMP, MODE_FILTER = 22, 2
CLONE_THREAD = 0x10000
X32 = 0x40000000
STREAM, TYPE_MASK = 1, 0xF
FCNTL_FORBIDDEN = (8, 10, 15)
"""F_SETOWN, F_SETSIG, F_SETOWN_EX: a descriptor that sends a signal of one's choice to any process."""
IOCTL_FORBIDDEN = (0x8901, 0x8902, 0x5412)
"""FIOSETOWN, SIOCSPGRP: the same; TIOCSTI: typing into a terminal."""

_LOAD, _EQUAL, _AT_LEAST, _GREATER, _SET, _AND, _RETURN = 0x20, 0x15, 0x35, 0x25, 0x45, 0x54, 0x06
_ALLOW, _EPERM, _ENOSYS, _PRETEND, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16


def _step(code: int, k: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, k)


def _argument(number: int, index: int, then: list[bytes]) -> list[bytes]:
    """For system call `number`: load its argument (the low 32 bits) and go through `then`, which ends in an answer."""
    load = _step(_LOAD, _ARGUMENTS + 8 * index)
    return [_step(_EQUAL, number, 0, 1 + len(then)), load, *then]


def _allow_if(test: bytes) -> list[bytes]:
    """`test` jumps over nothing if it holds, else over one."""
    return [test, _step(_RETURN, _ALLOW), _step(_RETURN, _EPERM)]


def _allow_unless(values: tuple[int, ...]) -> list[bytes]:
    tests = [_step(_EQUAL, value, len(values) - index, 0) for index, value in enumerate(values)]
    return [*tests, _step(_RETURN, _ALLOW), _step(_RETURN, _EPERM)]


def instructions(table: Table) -> bytes:
    """The program: `clone` may only make threads, limits only be one's own, what is not listed fails with EPERM."""
    program = [_step(_LOAD, _ARCHITECTURE), _step(_EQUAL, table.architecture, 1, 0), _step(_RETURN, _KILL)]
    program += [_step(_LOAD, _NUMBER), _step(_AT_LEAST, X32, 0, 1), _step(_RETURN, _EPERM)]
    program += [_step(_GREATER, NEWEST, 1, 0), _step(_EQUAL, table.clone3, 0, 1), _step(_RETURN, _ENOSYS)]
    program += _argument(table.clone, 0, _allow_if(_step(_SET, CLONE_THREAD, 0, 1)))
    program += _argument(table.prlimit, 0, _allow_if(_step(_EQUAL, 0, 0, 1)))
    is_stream = [_step(_AND, TYPE_MASK), *_allow_if(_step(_EQUAL, STREAM, 0, 1))]
    program += _argument(table.socketpair, 1, is_stream)  # a datagram socket would send to any named socket
    program += _argument(table.fcntl, 1, _allow_unless(FCNTL_FORBIDDEN))
    program += _argument(table.ioctl, 1, _allow_unless(IOCTL_FORBIDDEN))
    for number in table.pretended:
        program += [_step(_EQUAL, number, 0, 1), _step(_RETURN, _PRETEND)]
    for first, last in ranges(table):
        program += [_step(_AT_LEAST, first, 1, 0), _step(_RETURN, _EPERM)]
        program += [_step(_GREATER, last, 1, 0), _step(_RETURN, _ALLOW)]
    return b"".join([*program, _step(_RETURN, _EPERM)])


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
