"""How far a long job is: a bar with rate, time left and running means on a terminal, else a plain line now and then.

with progress("collect", total=500) as bar:
    bar.advance(1, reward=0.7)
"""

import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

PLAIN_EVERY = 10.0
"""Seconds between two lines where standard error is not a terminal."""


class Progress(Protocol):
    """Something that is told how far a job is."""

    def advance(self, count: int = 1, **values: float | None) -> None:
        """`count` more units are done; each named value goes into its running mean (None is left out)."""
        ...

    def skip(self, count: int = 1, **values: float | None) -> None:
        """`count` units were done by an earlier run: they count, but not for the rate, whose clock starts now."""
        ...


class Silent:
    """A Progress that shows nothing."""

    def advance(self, count: int = 1, **values: float | None) -> None:
        """Nothing to show."""

    def skip(self, count: int = 1, **values: float | None) -> None:
        """Nothing to show."""


class Mean:
    """The mean of the last `window` values; of all where it is None."""

    def __init__(self, window: int | None) -> None:
        self._last: deque[float] | None = None if window is None else deque(maxlen=window)
        self._sum, self._count = 0.0, 0

    def add(self, value: float) -> None:
        """One more value."""
        if self._last is not None:
            self._last.append(value)
        self._sum, self._count = self._sum + value, self._count + 1

    @property
    def value(self) -> float:
        """The mean of at least one value."""
        return sum(self._last) / len(self._last) if self._last else self._sum / self._count


class Tally:
    """What has been done so far; threads may share one. `window` is how many last values a mean covers (None: all)."""

    def __init__(self, total: int, window: int | None = None) -> None:
        self.total, self.done, self._before, self._window = total, 0, 0, window
        self._means: dict[str, Mean] = {}
        self._start, self._lock = time.monotonic(), threading.Lock()

    def add(self, count: int, values: dict[str, float | None], *, before: bool = False) -> None:
        """Count and remember; `before` says that an earlier run did it."""
        with self._lock:
            self.done += count
            if before:
                self._before, self._start = self._before + count, time.monotonic()
            for name, value in values.items():
                if value is not None:
                    self._means.setdefault(name, Mean(self._window)).add(value)

    @property
    def rate(self) -> float:
        """Units a second since the start, without what was done before it."""
        return (self.done - self._before) / max(time.monotonic() - self._start, 1e-9)

    @property
    def means(self) -> str:
        """Running means, e.g. `reward 0.412`."""
        with self._lock:
            return "  ".join(f"{name} {mean.value:.3g}" for name, mean in self._means.items())

    @property
    def pace(self) -> str:
        """Rate and time left, e.g. `12.3/s, 47 s left`."""
        known = self.rate > 0 and self.done < self.total
        left = f", {duration((self.total - self.done) / self.rate)} left" if known else ""
        return f"{self.rate:.3g}/s{left}"

    @property
    def line(self) -> str:
        """Everything in one plain line."""
        return "  ".join(filter(None, [f"{self.done}/{self.total}  {self.pace}", self.means]))


def duration(seconds: float) -> str:
    """`47 s`, `3 min 10 s` or `2 h 05 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return (
        f"{whole // 60} min {whole % 60:02d} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    )


class Plain:
    """A Progress that writes one line about every ten seconds, for logs."""

    def __init__(self, name: str, tally: Tally) -> None:
        self._name, self._tally, self._last = name, tally, time.monotonic()
        self._said = -1

    def advance(self, count: int = 1, **values: float | None) -> None:
        """Count, and write when it is time."""
        self._tally.add(count, values)
        if time.monotonic() - self._last >= PLAIN_EVERY:
            self.write()

    def skip(self, count: int = 1, **values: float | None) -> None:
        """Count."""
        self._tally.add(count, values, before=True)

    def write(self) -> None:
        """Write the line now, unless it would say what the last one said."""
        if self._said == self._tally.done:
            return
        self._said = self._tally.done
        self._last = time.monotonic()
        print(f"{self._name}: {self._tally.line}", file=sys.stderr, flush=True)


class Bar:
    """A Progress that is a bar on a terminal."""

    def __init__(self, display: Any, task: Any, tally: Tally) -> None:
        self._display, self._task, self._tally = display, task, tally

    def advance(self, count: int = 1, **values: float | None) -> None:
        """Count and redraw."""
        self._tally.add(count, values)
        self._draw()

    def skip(self, count: int = 1, **values: float | None) -> None:
        """Count and redraw."""
        self._tally.add(count, values, before=True)
        self._draw()

    def _draw(self) -> None:
        tally = self._tally
        self._display.update(self._task, completed=tally.done, pace=tally.pace, means=tally.means)


@contextmanager
def progress(name: str, total: int, *, window: int | None = None) -> Iterator[Progress]:
    """A bar for `total` units. `window`: how many last values a running mean covers (None: all of them)."""
    tally = Tally(total, window)
    if not sys.stderr.isatty():
        plain = Plain(name, tally)
        try:
            yield plain
        finally:
            plain.write()
        return
    with _display() as display:
        task = display.add_task(name, total=total, pace="", means="")
        try:
            yield Bar(display, task, tally)
        finally:
            if len(_displays) > 1:  # a job within another: its bar goes, the other's stays
                display.remove_task(task)


_displays: list[Any] = []
"""What is on the terminal: once for each bar, as bars within bars share one display."""


@contextmanager
def _display() -> Iterator[Any]:
    """The display on the terminal, a new one where there is none."""
    if _displays:
        _displays.append(_displays[0])
        try:
            yield _displays[0]
        finally:
            _displays.pop()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Display

    text = [TextColumn("{task.fields[pace]}"), TextColumn("{task.fields[means]}")]
    with Display(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *text, console=Console(stderr=True)
    ) as display:
        _displays.append(display)
        try:
            yield display
        finally:
            _displays.pop()
