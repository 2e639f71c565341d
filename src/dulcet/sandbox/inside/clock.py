"""A clock that stands still while a call runs, so that the reference and every answer see the same moment.

What tells the date and the time of day is frozen; `sleep` sleeps and then moves the clock on by what was asked.
`monotonic`, `perf_counter` and `process_time` run as ever: timeouts and measurements need them. The clock is replaced
once, in the zygote, which itself goes on seeing the real time: it stands still from `start` on, in the forked process.
"""

import ctypes
import datetime
import gc
import time
from collections.abc import Callable
from typing import Any

MOMENT = 1_742_394_225_678_912_000
"""Wednesday, 19 March 2025, 14:23:45.678912 UTC in nanoseconds: no part of it can be taken for another."""
REALTIME = {getattr(time, name) for name in ("CLOCK_REALTIME", "CLOCK_REALTIME_COARSE") if hasattr(time, name)}
_now: int | None = None


def start() -> None:
    """Set the clock to the moment; from now on it stands still."""
    global _now
    _now = MOMENT


def install() -> None:
    """Replace what tells the time, in the module `time` and in the class `datetime`, which stays the class it is."""
    for name, function in {**_readings(), **_broken_down()}.items():
        function.__name__ = name
        setattr(time, name, staticmethod(function))  # like a built-in, it becomes no method where a class holds it
    _replace_datetime()


def _readings() -> dict[str, Any]:
    real_ns, real_sleep = time.time_ns, time.sleep
    real_clock, real_clock_ns = time.clock_gettime, time.clock_gettime_ns

    def time_ns() -> int:
        return real_ns() if _now is None else _now

    def seconds() -> float:
        return time_ns() / 1e9

    def clock_gettime(clk_id: int, /) -> float:
        return seconds() if clk_id in REALTIME else real_clock(clk_id)

    def clock_gettime_ns(clk_id: int, /) -> int:
        return time_ns() if clk_id in REALTIME else real_clock_ns(clk_id)

    def sleep(seconds: float, /) -> None:
        global _now
        real_sleep(seconds)
        _now = None if _now is None else _now + round(seconds * 1e9)

    clocks = {"clock_gettime": clock_gettime, "clock_gettime_ns": clock_gettime_ns}
    return {"time": seconds, "time_ns": time_ns, "sleep": sleep, **clocks}


def _broken_down() -> dict[str, Any]:
    """Those that are given a time and tell the present one without it."""
    real_asctime, real_strftime = time.asctime, time.strftime

    def of_seconds(real: Callable[[float], Any]) -> Callable[..., Any]:
        return lambda seconds=None, /: real(time.time() if seconds is None else seconds)

    def asctime(*given: Any) -> str:
        return real_asctime(*(given or (time.localtime(),)))

    def strftime(form: str, /, *given: Any) -> str:
        return real_strftime(form, *(given or (time.localtime(),)))

    seconds = {name: of_seconds(getattr(time, name)) for name in ("localtime", "gmtime", "ctime")}
    return {**seconds, "asctime": asctime, "strftime": strftime}


def _replace_datetime() -> None:
    """`now` and `utcnow` read the system's clock; `today` asks the module `time`."""

    def now(cls: Any, tz: Any = None) -> Any:
        return cls.fromtimestamp(time.time(), tz)

    def utcnow(cls: Any) -> Any:
        return cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)

    # A built-in class takes no new attributes, but its dictionary does. A class in its stead would not be the type of
    # what strptime, sqlite3 and pandas return, nor the one that is pickled.
    (attributes,) = gc.get_referents(datetime.datetime.__dict__)
    attributes.update(now=classmethod(now), utcnow=classmethod(utcnow))
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
