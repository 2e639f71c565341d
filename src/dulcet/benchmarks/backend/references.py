"""What the references return: each is run once, in processes of their own, and remembered.

Many references can share a process. An answer never does; but a reference is the benchmark's own, and one that imports
nothing and touches nothing but plain values leaves nothing behind that the next could notice.
"""

import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from itertools import islice

from dulcet.benchmarks.backend.checks import parse_check
from dulcet.benchmarks.backend.judging import Expected
from dulcet.sandbox import Isolation, Limits, Pool, Status, request, requests
from dulcet.task import Task

TOGETHER = 32
"""References that share a process."""
_BUSY = (Status.TIMED_OUT, Status.CRASHED, Status.OUT_OF_MEMORY)
"""What a busy machine, or a neighbour in the process, may have caused: worth a second try, alone."""
_WAYS_OUT = re.compile(
    r"__|\b(import|class|async|breakpoint|compile|delattr|eval|exec|exit|getattr|globals|help|input|locals|memoryview"
    r"|mro|open|quit|setattr|vars)\b|\b(ag|co|cr|f|func|gi|tb)_"
)
"""Words with which a program could leave something behind, or find it: modules, classes, scopes, frames, files."""


def leaves_nothing(source: str) -> bool:
    """Whether a program can be seen to leave its process as it found it: it has no word for anything but values."""
    return _WAYS_OUT.search(source) is None


class References:
    """The references' results, by content. Thread-safe."""

    def __init__(self, workers: int | None, limits: Limits, isolation: Isolation | None) -> None:
        self.limits = limits
        self.pool = Pool(workers, isolation=isolation)
        self._known: dict[str, Future[list[Expected]]] = {}
        self._lock = threading.Lock()

    def results(self, task: Task) -> list[Expected]:
        """What the reference does with each check; waits for it. Raises SandboxError."""
        mine = self._claim([task])
        if mine:
            self._run(mine)
            return mine[0][1].result()
        begun = self._known.get(_key(task))
        return begun.result() if begun is not None else self.results(task)  # it failed just now: once more

    def prepare(self, tasks: Iterable[Task], submit: Callable[..., object]) -> None:
        """Have the references run that are not known yet, many in a process where they can share one.

        `submit(function, argument)` runs it on another thread.
        """
        waiting = iter(tasks)
        while some := list(islice(waiting, TOGETHER)):
            mine = self._claim([task for task in some if leaves_nothing(task.hidden)])
            if mine:
                submit(self._run, mine)

    def abandon(self) -> None:
        """Nobody will run what has not been begun: whoever waits for it hears of that."""
        with self._lock:
            for future in self._known.values():
                if not future.done():
                    future.set_exception(RuntimeError("the grader was closed"))

    def _claim(self, tasks: Sequence[Task]) -> list[tuple[Task, Future[list[Expected]]]]:
        """Those of the tasks whose reference nobody has begun to run, with the places of their results."""
        claimed = []
        with self._lock:
            for task in tasks:
                if (key := _key(task)) not in self._known:
                    self._known[key] = Future()
                    claimed.append((task, self._known[key]))
        return claimed

    def _run(self, claimed: Sequence[tuple[Task, Future[list[Expected]]]]) -> None:
        try:
            found = self._together([task for task, _ in claimed])
            for (task, future), results in zip(claimed, found, strict=True):
                busy = any(not expected.report.plain and expected.result.status in _BUSY for expected in results)
                again = self._together([task])[0] if busy else results
                if not future.done():  # abandoned meanwhile
                    future.set_result(again)
        except BaseException as error:
            for task, future in claimed:
                if not future.done():
                    with self._lock:
                        self._known.pop(_key(task), None)
                    future.set_exception(error)
            if len(claimed) == 1:
                raise

    def _together(self, tasks: Sequence[Task]) -> list[list[Expected]]:
        """The results of each task's reference, all of them in one process."""
        asked = requests([request(task.hidden, *_calls(task)) for task in tasks])
        longer = self.limits.model_copy(update={"total_seconds": self.limits.total_seconds * len(tasks)})
        flat = iter(self.pool.reports(asked, longer))
        return [[Expected(next(flat)) for _ in task.checks] for task in tasks]


def _calls(task: Task) -> tuple[list[str], list[str]]:
    checks = [parse_check(check) for check in task.checks]
    return [check.call for check in checks], [check.function for check in checks]


def _key(task: Task) -> str:
    return hashlib.sha256("\x1f".join((task.hidden, *task.checks)).encode("utf-8", "replace")).hexdigest()
