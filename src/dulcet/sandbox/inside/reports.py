"""The way of a report: a bounded line of JSON that the child writes and the zygote takes from the pipe, unread."""

import json
import os
from typing import Any


class Emit:
    """Writes the child's reports, one bounded line of JSON each."""

    def __init__(self, descriptor: int, most: int) -> None:
        self.descriptor, self.most = descriptor, most

    def __call__(self, status: str, value: Any, detail: str) -> None:
        """Write one report; one that is too large says so."""
        try:
            line = json.dumps([status, value, detail]).encode()
        except (MemoryError, RecursionError, ValueError):
            line = json.dumps(["too_large", None, ""]).encode()
        if len(line) > self.most:
            line = json.dumps(["too_large", None, f"{len(line)} bytes"]).encode()
        data = line + b"\n"
        while data:
            data = data[os.write(self.descriptor, data) :]


def drain(reports: int) -> tuple[bytes, bool]:
    """(what is in the pipe, which must not block; whether it has ended)."""
    parts = []
    try:
        while part := os.read(reports, 1 << 20):
            parts.append(part)
    except BlockingIOError:
        return b"".join(parts), False
    return b"".join(parts), True
