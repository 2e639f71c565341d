"""The empty folder that programs may write to, one after the other; nothing of one is left to the next."""

import contextlib
import fcntl
import os

PREFIX = "dulcet-sandbox-"
MOST_FILES = 1000
MOST_BYTES = 1 << 26
"""What one program may leave lying in its folder before it is ended (each file has its own limit besides)."""


class Folder:
    """`place`: a folder that this process has for itself, in memory; None for a new one among the temporary files.

    The latter is locked as long as the zygote lives; where it was killed, the next zygote removes what it left.
    It is the working folder of this process and of those forked from it.
    """

    def __init__(self, place: str | None) -> None:
        self.lock = -1
        if place is None:
            self.root, self.lock = _locked()
            _sweep(os.path.dirname(self.root))  # noqa: PTH120
            place = _made(self.root)
        self._move(place)

    def _move(self, place: str) -> None:
        self.path = place
        os.chdir(place)

    def clean(self) -> bool:
        """Empty it; whether it is still the same folder, or another had to be taken. Raises OSError."""
        os.chmod(self.path, 0o700)  # noqa: PTH101
        if not os.listdir(self.path) or clear(self.path):  # noqa: PTH208
            return True
        if self.lock < 0:
            raise OSError(f"{self.path} cannot be emptied")
        self._move(_made(self.root))
        return False

    def floods(self) -> bool:
        """Whether there is more in it than any honest program writes."""
        files = size = 0
        waiting = [self.path]
        while waiting:
            try:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        files += 1
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                        if files > MOST_FILES or size > MOST_BYTES:
                            return True
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
            except (FileNotFoundError, PermissionError):
                continue  # gone meanwhile, or closed to its maker too
            except OSError:
                return True  # too deep to be named
        return False

    def remove(self) -> None:
        """Leave nothing on the disk."""
        if self.lock >= 0:
            _remove(self.root)


def _made(parent: str) -> str:
    """A new folder with a name that nobody foresees. (`tempfile` would load much that programs seldom need.)"""
    path = os.path.join(parent, PREFIX + os.urandom(8).hex())  # noqa: PTH118
    os.mkdir(path, 0o700)  # noqa: PTH102
    return path


def _first_made() -> str:
    """A new folder in the first place for temporary files that lets us make one. Raises OSError."""
    for parent in (os.environ.get("TMPDIR", "/tmp"), "/tmp", "/var/tmp"):
        with contextlib.suppress(OSError):
            return _made(parent)
    return _made(os.getcwd())  # noqa: PTH109


def _locked() -> tuple[str, int]:
    """A new folder and the descriptor that locks it. A sweep may take it away before it is locked: then another."""
    while True:
        root = _first_made()
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.path.isdir(root):  # noqa: PTH112
                return root, lock
            os.close(lock)


def _sweep(parent: str) -> None:
    """Remove the folders of zygotes that were killed: those of this user that nobody holds locked."""
    for name in os.listdir(parent):  # noqa: PTH208
        if not name.startswith(PREFIX):
            continue
        root = os.path.join(parent, name)  # noqa: PTH118
        with contextlib.suppress(OSError):
            lock = os.open(root, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC)
            with contextlib.suppress(OSError):
                if os.fstat(lock).st_uid == os.getuid():
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _remove(root)
            os.close(lock)


def _remove(root: str) -> None:
    clear(root)
    with contextlib.suppress(OSError):
        os.rmdir(root)  # noqa: PTH106


def clear(folder: str) -> bool:
    """Empty `folder`; whether that worked. What lies deep is lifted up first, so that no depth exhausts us.

    Where the kernel's Landlock lets nobody move a file to another folder (before Linux 5.19), it is emptied in place.
    """
    try:
        while names := os.listdir(folder):  # noqa: PTH208
            for name in names:
                path = os.path.join(folder, name)  # noqa: PTH118
                if os.path.islink(path) or not os.path.isdir(path):  # noqa: PTH112, PTH114
                    os.unlink(path)  # noqa: PTH108
                    continue
                os.chmod(path, 0o700)  # noqa: PTH101
                if not _lift(path, folder) and not clear(path):
                    return False
                os.rmdir(path)  # noqa: PTH106
    except (OSError, RecursionError):
        return False
    return True


def _lift(path: str, folder: str) -> bool:
    """Move all that is in `path` to `folder`, under names that nobody foresees; whether that is allowed."""
    for name in os.listdir(path):  # noqa: PTH208
        inner = os.path.join(path, name)  # noqa: PTH118
        if os.path.isdir(inner) and not os.path.islink(inner):  # noqa: PTH112, PTH114
            os.chmod(inner, 0o700)  # noqa: PTH101
        try:
            os.rename(inner, os.path.join(folder, f".{os.urandom(8).hex()}"))  # noqa: PTH104, PTH118
        except OSError:
            return False
    return True
