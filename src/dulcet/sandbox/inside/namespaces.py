"""Namespaces made by the zygote itself: no network, no other processes, a file system of what programs must read.

What bubblewrap does, with nothing installed. It needs a kernel that lets an ordinary user make a user namespace.
"""

import ctypes
import os
import struct

from . import trial

NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000 | 0x02000000
"""User, mount, process, network, IPC, host name and cgroup."""
NOBODY = 65534
BIND, RECURSIVE, PRIVATE, DETACH = 4096, 16384, 1 << 18, 2
READ_ONLY_NO_SETUID = 0b11
MOUNT_SETATTR = 442
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
PARENT_DEATH_SIGNAL = 1
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
BASE = "/tmp"
WORK = "/dulcet-sandbox"
"""The one place that can be written to, in memory."""
MOST_BYTES = "64m"


def why_not(libc: ctypes.CDLL, readable: list[str]) -> str:
    """Tries in a child that is thrown away; the reason why it does not work here, or ""."""

    def attempt() -> None:
        enter(libc, readable)
        import decimal  # noqa: F401  (its library, too, has to be visible in there)

    return trial.why_not(attempt)


def enter(libc: ctypes.CDLL, readable: list[str]) -> None:
    """Move the calling process in; its children are the processes of the new namespace. Raises OSError."""
    unshare(libc)
    mount(libc, readable)


def unshare(libc: ctypes.CDLL) -> None:
    """New namespaces of every kind, as nobody. Raises OSError."""
    maps = {"setgroups": "deny", "uid_map": f"{NOBODY} {os.getuid()} 1", "gid_map": f"{NOBODY} {os.getgid()} 1"}
    _done(libc.unshare(NAMESPACES), "new namespaces")
    for name, text in maps.items():
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
            file.write(text)


def mount(libc: ctypes.CDLL, readable: list[str], work: str = WORK, size: str = MOST_BYTES, proc: bool = False) -> None:
    """A new root: `readable`, and `work` of at most `size` to write to. `proc`: the caller is its first process, and
    needs to see its own processes. Raises OSError.
    """
    _done(libc.mount(None, b"/", None, RECURSIVE | PRIVATE, None), "private mounts")
    sources = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in [*DEVICES, *readable] if os.path.exists(path)}  # noqa: PTH110
    _done(libc.mount(b"tmpfs", BASE.encode(), b"tmpfs", 0, b"mode=755"), "an empty file system")
    for path, source in sources.items():
        _show(libc, path, source)
    for name in ("/tmp", work, *(["/proc"] if proc else [])):
        os.makedirs(BASE + name, exist_ok=True)  # noqa: PTH103
    attributes = struct.pack("QQQQ", READ_ONLY_NO_SETUID, 0, 0, 0)
    _done(libc.syscall(MOUNT_SETATTR, -1, BASE.encode(), 0x8000, attributes, len(attributes)), "read-only mounts")
    options = f"size={size},nr_inodes=8k,mode=700"
    _done(libc.mount(b"tmpfs", (BASE + work).encode(), b"tmpfs", 6, options.encode()), "a place to write")
    if proc:  # while the old one can be seen: the kernel shows processes to nobody who saw none before
        _done(libc.mount(b"proc", (BASE + "/proc").encode(), b"proc", 14, None), "a view of its own processes")
    os.chdir(BASE)
    _done(libc.syscall(PIVOT_ROOT[os.uname().machine], b".", b"."), "a new root")
    _done(libc.umount2(b".", DETACH), "leaving the old root")
    os.chdir("/")


def _show(libc: ctypes.CDLL, path: str, source: int) -> None:
    """Make `path` visible under BASE, unless it already is through a folder above it."""
    place = BASE + path
    if not os.path.lexists(place):
        folder = os.path.isdir(f"/proc/self/fd/{source}")  # noqa: PTH112
        os.makedirs(place if folder else os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
        if not folder:
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o644))
        _done(libc.mount(f"/proc/self/fd/{source}".encode(), place.encode(), None, BIND | RECURSIVE, None), path)
    os.close(source)


def first_process(libc: ctypes.CDLL) -> None:
    """Go on as the first process of the namespace, whose end is the end of all in it; the caller only waits for it."""
    child = os.fork()
    if child == 0:
        libc.prctl(PARENT_DEATH_SIGNAL, 9, 0, 0, 0)
        return
    os.closerange(0, 2)
    os.waitpid(child, 0)
    os._exit(0)


def _done(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{os.strerror(ctypes.get_errno())} ({what})")
