"""The zygote: a small warm process, started by exec, that forks a child for each program and watches over it.

Request: 4 bytes length, then JSON `{code, calls, names, extract, limits, ...}`. Response: for each call one byte of
state (V: the child's own report; T: out of time; D: died), 4 bytes length, payload. The child's reports are
passed on unread: they are claims about return values, and the caller judges them.
"""

import contextlib
import json
import os
import select
import signal
import struct
import time
from typing import Any, NoReturn

from . import namespaces, trial
from .confine import LINUX, PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, Confinement
from .folder import Folder
from .reports import Emit, drain

GRACE = 0.25
"""Seconds that a call may take to end by itself after its time is over."""
SMALLEST_PIPE = 1 << 12
"""Bytes; Linux gives a pipe more where it can."""
TICK = 0.02
"""Seconds between two looks at the reports of a program that runs long."""

Result = tuple[bytes, bytes]


class Zygote:
    """Serves requests until its input ends. `settings`: see `start.main`."""

    def __init__(self, driver: Any, requests: int, responses: int, settings: dict[str, Any]) -> None:
        self.driver, self.requests, self.responses = driver, requests, responses
        self.own_pids = settings["own_pids"]
        self.folder = Folder(namespaces.WORK if self.own_pids else None)
        self.confinement = Confinement(settings["readable"], settings["without"], self.own_pids)
        self.confinement.drop_capabilities()
        self.confinement.allow_writing(self.folder.path)
        while why := self._confinement_fails():
            self.confinement.weaken(why)
        if self.confinement.libc is not None:
            self.confinement.libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans come to us, to be killed
            self.confinement.libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # no core files, no tracing of each other
        self.confinement.settle()

    def _confinement_fails(self) -> str:
        """Why a fork cannot enter the confinement here, or "": a kernel may know a layer and a container forbid it."""
        limits = {"total_seconds": 1, "file_bytes": 1, "open_files": 64, "memory_bytes": 1 << 30}
        zygote = os.getpid()

        def attempt() -> None:
            self.confinement.settle()
            self.confinement.enter(limits, zygote)

        return trial.why_not(attempt)

    def serve(self, wrapped: dict[str, Any]) -> None:
        """Answer one request after the other; `wrapped`: the layers around this process and why others are missing."""
        layers = [*wrapped["layers"], *self.confinement.layers]
        try:
            self._write(json.dumps([layers, wrapped["missing"] | self.confinement.missing]).encode())
            os.dup2(0, 2)  # from now on nobody listens to what is said on standard error
            while (request := self._read()) is not None:
                self._write(b"".join(state + struct.pack("<I", len(data)) + data for state, data in self.run(request)))
        except BrokenPipeError:
            return
        finally:
            self.folder.remove()

    def run(self, request: dict[str, Any]) -> list[Result]:
        """One result for each call. A call that kills its process costs only itself: a new child makes the rest."""
        self.confinement.prepare(request["limits"])
        results: list[Result] = []
        deadline = time.monotonic() + request["limits"]["total_seconds"]
        while len(results) < len(request["calls"]) and time.monotonic() < deadline:
            results += self._fork(request, len(results), deadline)
        return results + [(b"T", b"")] * (len(request["calls"]) - len(results))

    def _fork(self, request: dict[str, Any], first: int, deadline: float) -> list[Result]:
        wanted = len(request["calls"]) - first
        reports, write_end = os.pipe()
        os.set_blocking(reports, False)
        zygote, child = os.getpid(), os.fork()
        if child == 0:
            os.close(reports)  # with it, a program could make our own end block
            self._child(request, first, write_end, zygote)
        os.close(write_end)
        try:
            lines, timed_out = self._watch(child, reports, request["limits"], wanted, deadline)
        finally:
            os.close(reports)
            status = self._end(child)
            self._clean()
        results = [(b"V", line) for line in lines]
        if len(lines) < wanted:
            results.append((b"T", b"") if timed_out else (b"D", str(os.waitstatus_to_exitcode(status)).encode()))
        return results

    def _watch(
        self, child: int, reports: int, limits: dict[str, Any], wanted: int, deadline: float
    ) -> tuple[list[bytes], bool]:
        """Collect the child's reports until it ends or its time is over: (at most `wanted` reports, out of time).

        Waits for the hang-up only and looks at the pipe now and then: to be woken by each report costs more than most
        programs take. One that has filled the pipe waits for us, so from then on we are woken.
        """
        lines: list[bytes] = []
        rest = b""
        poll = select.poll()
        poll.register(reports, 0)
        poll.register(self.requests, 0)
        since, spent = time.monotonic(), 0.0
        while True:
            events = dict(poll.poll(TICK * 1000))
            if self.requests in events:
                raise BrokenPipeError  # the caller is gone: nobody waits for this
            chunk, ended = drain(reports)
            if len(chunk) >= SMALLEST_PIPE:
                poll.modify(reports, select.POLLIN)
            *pieces, rest = (rest + chunk).split(b"\n")
            lines += pieces[: wanted - len(lines)]
            if ended or len(lines) == wanted or len(rest) > limits["output_bytes"] + 1024 or self.folder.floods():
                return lines, False
            now, used = time.monotonic(), _processor_time(child)
            if pieces:
                since, spent = now, used
            if now > min(deadline, since + limits["seconds"] + GRACE) or used - spent > limits["cpu_seconds"] + GRACE:
                return lines, True

    def _end(self, child: int) -> int:
        """Kill the child and everything it left behind; its exit status."""
        if self.own_pids:
            return _end_all(child, self.confinement.filters is not None)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        while True:  # adopted orphans
            try:
                orphan, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return status
            if orphan == 0:
                _kill_children()

    def _child(self, request: dict[str, Any], first: int, write_end: int, zygote: int) -> NoReturn:
        """The forked process: confined, then handed to the driver. Never returns."""
        code = 1
        try:
            os.close(self.requests)
            os.close(self.responses)
            if self.folder.lock >= 0:
                os.close(self.folder.lock)
            if not self.own_pids or self.confinement.filters is None:
                os.setsid()  # elsewhere it can send no signals
            self.confinement.enter(request["limits"], zygote)
            self.driver.run(request, first, Emit(write_end, request["limits"]["output_bytes"]))
            code = 0
        finally:
            os._exit(code)

    def _clean(self) -> None:
        """Leave nothing of one program to the next."""
        if not self.folder.clean():
            self.confinement.allow_writing(self.folder.path)

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


def _end_all(child: int, filtered: bool) -> int:
    """Kill all processes of our namespace but ourselves, until none is left; the child's exit status.

    `filtered`: the child could make no others.
    """
    status = 0
    with contextlib.suppress(ChildProcessError):
        while True:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            ended, its = os.waitpid(-1, 0)
            status = its if ended == child else status
            if ended == child and filtered:
                break
    return status


def _kill_children() -> None:
    with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123
        for child in file.read().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
    time.sleep(0.001)


def _processor_time(child: int) -> float:
    """Seconds of processor time that a child has taken, by the clock that Linux keeps of each process."""
    try:
        return time.clock_gettime((~child << 3) | 2) if LINUX else 0.0
    except OSError:
        return 0.0
