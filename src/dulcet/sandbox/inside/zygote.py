"""The zygote: a small warm process, started by exec, that forks a child for each program and watches over it.

Request: 4 bytes length, then JSON `{code, calls, names, extract, limits, ...}`. Response: for each call one byte of
state (V: the child's own report; T: out of time; D: died), 4 bytes length, payload. The child's reports are
passed on unread: they are claims about return values, and the caller judges them.
"""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import select
import shutil
import signal
import struct
import sys
import tempfile
import time
from typing import Any, NoReturn

from .confine import PR_SET_CHILD_SUBREAPER, Confinement

PRELOADED = (
    "abc", "bisect", "collections", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal",
    "enum", "fractions", "functools", "hashlib", "heapq", "inspect", "itertools", "json", "math",
    "numbers", "operator", "random", "re", "statistics", "string", "textwrap", "time", "typing",
    "unicodedata", "uuid",
)  # fmt: skip
GRACE = 0.25
"""Seconds that a call may take to end by itself after its time is over."""

Result = tuple[bytes, bytes]


class Zygote:
    """Serves requests until its input ends. `own_pids`: whether it has a process namespace of its own."""

    def __init__(self, driver: Any, requests: int, responses: int, own_pids: bool) -> None:
        self.driver, self.requests, self.responses, self.own_pids = driver, requests, responses, own_pids
        self.confinement = Confinement()
        self.root = tempfile.mkdtemp(prefix="dulcet-sandbox-")
        self.count = 0
        if self.confinement.libc is not None:  # orphans of a program come to us, to be killed
            self.confinement.libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def serve(self) -> None:
        """Answer one request after the other."""
        self._write(json.dumps(self.confinement.layers).encode())
        try:
            while (request := self._read()) is not None:
                self._write(b"".join(state + struct.pack("<I", len(data)) + data for state, data in self.run(request)))
        except BrokenPipeError:
            return
        finally:
            shutil.rmtree(self.root, ignore_errors=True)

    def run(self, request: dict[str, Any]) -> list[Result]:
        """One result for each call. A call that kills its process costs only itself: a new child makes the rest."""
        results: list[Result] = []
        deadline = time.monotonic() + request["limits"]["total_seconds"]
        while len(results) < len(request["calls"]) and time.monotonic() < deadline:
            results += self._fork(request, len(results), deadline)
        return results + [(b"T", b"")] * (len(request["calls"]) - len(results))

    def _fork(self, request: dict[str, Any], first: int, deadline: float) -> list[Result]:
        self.count += 1
        folder = f"{self.root}/{self.count}"
        os.mkdir(folder, 0o700)  # noqa: PTH102
        reports, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            self._child(request, first, folder, write_end)
        os.close(write_end)
        try:
            lines, timed_out = self._watch(reports, request, len(request["calls"]) - first, deadline)
        finally:
            os.close(reports)
            status = self._end(child)
            _remove(folder)
        results = [(b"V", line) for line in lines]
        if len(lines) < len(request["calls"]) - first:
            results.append((b"T", b"") if timed_out else (b"D", str(os.waitstatus_to_exitcode(status)).encode()))
        return results

    def _watch(self, reports: int, request: dict[str, Any], wanted: int, deadline: float) -> tuple[list[bytes], bool]:
        """Read the child's reports until all are there, it ends, or its time is over."""
        limits, rest = request["limits"], b""
        lines: list[bytes] = []
        poll = select.poll()
        poll.register(reports, select.POLLIN)
        poll.register(self.requests, 0)  # only the caller's end is of interest here
        call_deadline = time.monotonic() + limits["seconds"] + GRACE
        while len(lines) < wanted:
            left = min(deadline, call_deadline) - time.monotonic()
            events = dict(poll.poll(max(0.0, left) * 1000)) if left > 0 else {}
            if self.requests in events:
                raise BrokenPipeError  # the caller is gone: nobody waits for this
            if not events:
                return lines, True
            chunk = os.read(reports, 1 << 16)
            if not chunk:
                break
            pieces = (rest + chunk).split(b"\n")
            rest = pieces.pop()
            if len(rest) > limits["output_bytes"] + 1024:
                break
            if pieces:
                lines += pieces[: wanted - len(lines)]
                call_deadline = time.monotonic() + limits["seconds"] + GRACE
        return lines, False

    def _end(self, child: int) -> int:
        """Kill the child and everything it left behind; its exit status."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGKILL)
        if self.own_pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        while True:  # adopted orphans, where there is no namespace
            try:
                orphan, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return status
            if orphan == 0:
                _kill_children()

    def _child(self, request: dict[str, Any], first: int, folder: str, write_end: int) -> NoReturn:
        """The forked process: confined, then handed to the driver. Never returns."""
        code = 1
        try:
            os.setsid()
            null = os.open("/dev/null", os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            for descriptor in (null, self.requests, self.responses):
                os.close(descriptor)
            os.chdir(folder)
            self.confinement.enter(request["limits"], folder)
            self.driver.run(request, first, _Emit(write_end, request["limits"]["output_bytes"]))
            code = 0
        finally:
            os._exit(code)

    def _read(self) -> dict[str, Any] | None:
        head = self._read_exactly(4)
        body = self._read_exactly(struct.unpack("<I", head)[0]) if head else None
        return json.loads(body) if body else None

    def _read_exactly(self, size: int) -> bytes | None:
        parts = []
        while size:
            part = os.read(self.requests, size)
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _write(self, body: bytes) -> None:
        data = struct.pack("<I", len(body)) + body
        while data:
            data = data[os.write(self.responses, data) :]


class _Emit:
    """Writes the child's reports, one bounded line of JSON each."""

    def __init__(self, descriptor: int, most: int) -> None:
        self.descriptor, self.most = descriptor, most

    def __call__(self, status: str, value: Any, detail: str) -> None:
        try:
            line = json.dumps([status, value, detail]).encode()
        except (MemoryError, RecursionError, ValueError):
            line = json.dumps(["too_large", None, ""]).encode()
        if len(line) > self.most:
            line = json.dumps(["too_large", None, f"{len(line)} bytes"]).encode()
        data = line + b"\n"
        while data:
            data = data[os.write(self.descriptor, data) :]


def _kill_children() -> None:
    with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123
        for child in file.read().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
    time.sleep(0.001)


def _remove(folder: str) -> None:
    try:
        os.rmdir(folder)  # noqa: PTH106
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


def _driver(path: str | None) -> Any:
    if path is None:
        return importlib.import_module(".calls", __package__)
    spec = importlib.util.spec_from_file_location("driver", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Set up from the JSON in the first argument (`paths`, `driver`, `own_pids`) and serve."""
    settings = json.loads(sys.argv[1])
    sys.path[:] = [path for path in sys.path if path != settings["package"]] + settings["paths"]
    driver = _driver(settings["driver"])
    for name in PRELOADED:
        importlib.import_module(name)
    requests, responses = os.dup(0), os.dup(1)
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    sys.argv[:] = [""]
    gc.disable()
    gc.freeze()
    Zygote(driver, requests, responses, settings["own_pids"]).serve()
