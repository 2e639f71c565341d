"""What a hostile answer must not reach, all of it real: a secret in several places, sockets, files, another process.

`Canaries.breaches()` says what was reached since the last look. What is *read* shows in the score instead: the task's
reference returns the secret, so whoever finds it scores.
"""

import contextlib
import os
import resource
import secrets
import selectors
import shutil
import socket
import subprocess
import tempfile
import threading
from pathlib import Path


class Canaries:
    """Use as a context manager. `places`: where everything is, to be filled into the answers."""

    def __enter__(self):
        self.secret = f"canary-{secrets.token_hex(16)}"
        self.folder = Path(tempfile.mkdtemp(prefix="canaries-"))
        self.mark, self.precious = self.folder / "mark", self.folder / "files" / "precious"
        (self.folder / "secret").write_text(self.secret)
        os.environ["DULCET_CANARY"] = self.secret
        self._listen()
        self._lay_out()
        return self

    def _lay_out(self):
        """What can be harmed: a file and a process."""
        self.precious.parent.mkdir()
        self.precious.write_text("precious")
        self.victim = subprocess.Popen(["sleep", "1000"])
        self._before = self._state()

    def _clear_away(self):
        self.victim.kill()
        self.victim.wait()
        shutil.rmtree(self.precious.parent, ignore_errors=True)

    def __exit__(self, *exception):
        os.environ.pop("DULCET_CANARY", None)
        self._running = False
        self._thread.join()
        for listener in self._sockets.values():
            listener.close()
        self._clear_away()
        shutil.rmtree(self.folder)

    @property
    def places(self):
        return {
            "SECRET": self.secret,
            "SECRET_FILE": self.folder / "secret",
            "MARK": self.mark,
            "PRECIOUS": self.precious,
            "PORT": self._sockets["tcp"].getsockname()[1],
            "UDP_PORT": self._sockets["udp"].getsockname()[1],
            "SOCKET": self.folder / "stream",
            "DATAGRAM": self.folder / "datagram",
            "ABSTRACT": self.folder.name,
            "VICTIM": self.victim.pid,
            "GRADER": os.getpid(),
        }

    def breaches(self):
        """What was reached since the last look; what was harmed is whole again afterwards."""
        found, self._reached = self._reached, []
        if self.mark.exists():
            found.append("made a file")
            self.mark.unlink()
        if self.victim.poll() is not None:
            found.append("killed a process")
        else:
            now = self._state()
            found += [f"changed {name}" for name, value in self._before.items() if now[name] != value]
        if found:
            self._clear_away()
            self._lay_out()
        return found

    def _state(self):
        folder, victim = self.precious.parent, self.victim.pid
        status = self.precious.stat() if self.precious.exists() else folder.stat()
        return {
            "a file": (status.st_size, status.st_mode, status.st_uid, status.st_mtime, status.st_nlink),
            "a folder": (folder.stat().st_mode, sorted(path.name for path in folder.iterdir())),
            "a process's limits": [resource.prlimit(victim, n) for n in (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE)],
            "a process's priority": (os.getpriority(os.PRIO_PROCESS, victim), os.sched_getaffinity(victim)),
            "its own priority": (os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0)),
        }

    def _listen(self):
        self._reached, self._running = [], True
        self._sockets = {
            "tcp": socket.create_server(("127.0.0.1", 0)),
            "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "stream": socket.socket(socket.AF_UNIX),
            "abstract": socket.socket(socket.AF_UNIX),
            "datagram": socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        }
        self._sockets["udp"].bind(("127.0.0.1", 0))
        for name, address in {"stream": str(self.folder / "stream"), "abstract": f"\0{self.folder.name}"}.items():
            self._sockets[name].bind(address)
            self._sockets[name].listen()
        self._sockets["datagram"].bind(str(self.folder / "datagram"))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        """Tell whoever comes the secret, and remember that somebody came."""
        with selectors.DefaultSelector() as selector:
            for name, listener in self._sockets.items():
                selector.register(listener, selectors.EVENT_READ, name)
            while self._running:
                for key, _ in selector.select(timeout=0.05):
                    self._reached.append(f"reached a socket ({key.data})")
                    if key.data in ("udp", "datagram"):
                        key.fileobj.recv(999)
                        continue
                    connection, _ = key.fileobj.accept()
                    with connection, contextlib.suppress(OSError):
                        connection.sendall(self.secret.encode())


def descendants():
    """All processes below this one, as far down as they go."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            pid, _, rest = path.read_text().partition(" (")
            parents[int(pid)] = int(rest.rpartition(") ")[2].split()[1])
    found, last = set(), {os.getpid()}
    while last:
        last = {pid for pid, parent in parents.items() if parent in last} - found
        found |= last
    return found
