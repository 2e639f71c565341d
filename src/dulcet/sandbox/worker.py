"""One zygote seen from outside: ask it to run a program, start it anew when it is lost."""

import json
import os
import select
import signal
import struct
import subprocess
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Self

from dulcet.sandbox import launch
from dulcet.sandbox.isolation import Isolation, SandboxError, require
from dulcet.sandbox.limits import Limits
from dulcet.sandbox.report import LOST, Report, split
from dulcet.sandbox.results import CallResult

START_SECONDS = 60.0
SLACK_SECONDS = 10.0
"""What a zygote may take beyond a program's own time before it counts as lost."""
MOST_RESPONSE = 1 << 28
HEAD = 4
"""Bytes that say how long a message is."""


class WorkerLostError(Exception):
    """The zygote died or does not answer."""


class Worker:
    """One zygote process. Not thread-safe: one request at a time.

    `driver`: a Python file other than the default; `isolation`: what must hold here (default: what the system can).
    """

    def __init__(self, driver: Path | None = None, isolation: Isolation | None = None) -> None:
        self.driver, self.isolation = driver, isolation or Isolation.default()
        self.layers: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def run(self, request: dict[str, Any], limits: Limits) -> list[CallResult]:
        """The results of all calls of a request. A program that takes the zygote down with it has crashed."""
        return [report.read() for report in self.reports(request, limits)]

    def reports(self, request: dict[str, Any], limits: Limits) -> list[Report]:
        """The same, unread."""
        message = json.dumps({**request, "limits": _as_dict(limits)}).encode()
        try:
            process = self._process or self._start()
            answer = self._exchange(process, message, limits.total_seconds + SLACK_SECONDS)
            return split(answer)
        except (WorkerLostError, BrokenPipeError, struct.error):
            self.close(kill=True)
            return [Report(LOST) for _ in request["calls"]]
        except BaseException:  # an interruption: the response stays unread, and would be taken for the next one's
            self.close(kill=True)
            raise

    def close(self, kill: bool = False) -> None:
        """End the zygote and whatever runs in it: by closing its input, or with `kill` at once."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        with suppress(subprocess.TimeoutExpired):
            if not kill:
                process.wait(timeout=5)
        with suppress(ProcessLookupError, PermissionError):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        command = launch.command(self.driver)
        # its own session: Ctrl-C reaches the caller alone, which then closes the zygote's input
        self._process = subprocess.Popen(
            command, env=launch.ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
            stderr=subprocess.PIPE, start_new_session=True, cwd="/",
        )  # fmt: skip
        try:
            layers, missing = json.loads(self._receive(self._process, START_SECONDS))
        except WorkerLostError as error:
            said = self._last_words(self._process)
            self.close(kill=True)
            raise SandboxError(f"the sandbox does not start ({said})", where=command[0]) from error
        self.layers = ["process", *layers]
        try:
            require(self.isolation, self.layers, missing)
        except SandboxError:
            self.close()
            raise
        return self._process

    def _last_words(self, process: subprocess.Popen[bytes]) -> str:
        """The last line that a zygote which did not start wrote to standard error."""
        assert process.stderr is not None
        poll = select.poll()
        poll.register(process.stderr, select.POLLIN)
        said = os.read(process.stderr.fileno(), 1 << 16) if poll.poll(1000) else b""
        return (said.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"])[-1]

    def _exchange(self, process: subprocess.Popen[bytes], message: bytes, seconds: float) -> bytes:
        assert process.stdin is not None
        data = memoryview(struct.pack("<I", len(message)) + message)
        while data:
            data = data[os.write(process.stdin.fileno(), data) :]
        return self._receive(process, seconds)

    def _receive(self, process: subprocess.Popen[bytes], seconds: float) -> bytes:
        """One response: its length in four bytes, then itself, mostly read at once. Nothing comes unasked."""
        assert process.stdout is not None
        descriptor, deadline = process.stdout.fileno(), time.monotonic() + seconds
        parts, size = bytearray(), HEAD
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        while len(parts) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise WorkerLostError("no response in time")
            part = os.read(descriptor, max(1 << 16, size - len(parts)))
            if not part:
                raise WorkerLostError("ended")
            parts += part
            if size == HEAD and len(parts) >= HEAD:
                size += int.from_bytes(parts[:HEAD], "little")
            if size > MOST_RESPONSE:
                raise WorkerLostError("response too large")
        return bytes(parts[HEAD:])


@cache
def _as_dict(limits: Limits) -> dict[str, Any]:
    return limits.model_dump()
