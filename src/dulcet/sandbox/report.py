"""What a zygote answers: for each call a report, which stays unread until somebody wants to know what it says."""

import json
import signal
import struct
from dataclasses import dataclass

from dulcet.sandbox.results import CallResult, Status

SPOKEN, TIMED_OUT, DIED, LOST = b"V", b"T", b"D", b"L"
_VALUE, _OPAQUE = b'["value", ', b'{"opaque": '
_OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGPROF)


@dataclass(frozen=True)
class Report:
    """State and payload of one call. A program's own payload may be forged: only its form is relied upon.

    Equal reports say the same, to the last bit; unequal ones may, too.
    """

    state: bytes
    payload: bytes = b""

    @property
    def plain(self) -> bool:
        """Whether it reports a value all of which has a plain form, as can be seen without reading it.

        For reports of programs that forge none. Inside a text the quotation marks are escaped, so that no text is
        taken for a tag.
        """
        return self.state == SPOKEN and self.payload.startswith(_VALUE) and _OPAQUE not in self.payload

    def read(self) -> CallResult:
        """What it says. Never raises, whatever it holds."""
        if self.state == TIMED_OUT:
            return CallResult(Status.TIMED_OUT)
        if self.state == LOST:
            return CallResult(Status.CRASHED, detail="took its sandbox down")
        return _of_exit(int(self.payload)) if self.state == DIED else _of_words(self.payload)


def split(answer: bytes) -> list[Report]:
    """The reports in a zygote's answer. Raises struct.error where it is cut off."""
    parts, at = [], 0
    while at < len(answer):
        (size,) = struct.unpack_from("<I", answer, at + 1)
        parts.append(Report(answer[at : at + 1], answer[at + 5 : at + 5 + size]))
        at += 5 + size
    return parts


def _of_exit(code: int) -> CallResult:
    if code in _OUT_OF_TIME:
        return CallResult(Status.TIMED_OUT)
    return CallResult(Status.CRASHED, detail=f"signal {-code}" if code < 0 else f"exit code {code}")


def _of_words(payload: bytes) -> CallResult:
    try:
        status, value, detail = json.loads(payload.decode())
        return CallResult(Status(status), value, str(detail)[:400].encode("utf-8", "backslashreplace").decode())
    except (ValueError, TypeError, RecursionError):
        return CallResult(Status.CRASHED, detail="unreadable report")
