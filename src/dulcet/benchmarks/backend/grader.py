"""The grader: does an answer return what the reference returns?

Reference and answer run in different sandboxed processes, never in the caller's; their values come back as plain
data and are compared here, so that nothing an answer does can reach the verdict. See docs/grader.md.
"""

import asyncio
import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel

from dulcet import jsonl
from dulcet.benchmarks.backend import paper_grader
from dulcet.benchmarks.backend.checks import Check, parse_check
from dulcet.benchmarks.backend.judging import REPEATABLE, AnswerOutcome, Expected, describe
from dulcet.benchmarks.backend.references import References
from dulcet.sandbox import Isolation, Limits, Pool, request
from dulcet.task import Task
from dulcet.trajectory import Grade

VERSION = 3
"""Part of every cache key: raised whenever a verdict may change."""
MODES = ("strict", "paper")
Mode = Literal["strict", "paper"]


LOOK_SECONDS = 0.1
"""Between two looks at how far a batch is."""
REMEMBERED = 20_000
"""Verdicts kept in memory; beyond that the oldest go first."""


class CachedGrade(BaseModel):
    """One line of the cache file."""

    key: str
    grade: Grade


class Grader:
    """Grades answers to backend tasks. Thread-safe; use as a context manager.

    `workers`: programs at a time (default: the cores); `cache`: a file in which verdicts outlive the process;
    `isolation`: what must hold around answers, else SandboxError (default: what the system can).
    """

    def __init__(
        self,
        mode: Mode = "strict",
        workers: int | None = None,
        limits: Limits | None = None,
        cache: Path | None = None,
        isolation: Isolation | None = None,
    ) -> None:
        self.mode, self.limits = mode, limits or Limits()
        self._same_for_all = f"{VERSION} {mode} {self.limits.model_dump_json()}"
        # two sets of processes: what an answer's process was forked from never held a reference or its values
        self._answers = Pool(workers, paper_grader.DRIVER if mode == "paper" else None, isolation)
        self._references = References(workers, self.limits, isolation) if mode == "strict" else None
        self._threads = ThreadPoolExecutor(self._answers.size + 1, thread_name_prefix="grader")
        self._lock = threading.Lock()
        self._closed = False
        self._cache: dict[str, Grade] = {}
        self._file: jsonl.Appender | None = None
        if cache is not None:
            self._cache = {line.key: line.grade for line in jsonl.read_if_exists(cache, CachedGrade)}
            self._file = jsonl.Appender(cache)
            self._file.__enter__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.close()

    @property
    def layers(self) -> list[str]:
        """The isolation around answers; known once the first has run."""
        return self._answers.layers

    def close(self) -> None:
        """End all processes. Answers that have not been begun are dropped, and whoever waits for them hears of it."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._references is not None:
            self._references.abandon()
        self._threads.shutdown(wait=True)
        self._answers.close()
        if self._references is not None:
            self._references.pool.close()
        if self._file is not None:
            self._file.__exit__()
            self._file = None

    def grade(self, task: Task, answer: str | None) -> Grade:
        """The verdict on one answer; `None` (there is none) is graded as an empty one. Raises SandboxError."""
        key = self._key(task, answer or "")
        found = self._cache.get(key)
        if found is not None:
            return found
        verdict = self._paper(task, answer or "") if self.mode == "paper" else self._strict(task, answer or "")
        if verdict.outcome in REPEATABLE:
            with self._lock:
                if self._file is not None and key not in self._cache:
                    self._file.append(CachedGrade(key=key, grade=verdict))
                self._cache[key] = verdict
                if len(self._cache) > REMEMBERED and self._file is None:
                    self._cache.pop(next(iter(self._cache)))
        return verdict

    def grade_many(
        self, pairs: Sequence[tuple[Task, str | None]], on_done: Callable[[int, Grade], None] | None = None
    ) -> list[Grade]:
        """The verdicts in the order of `pairs`, all workers at work; `on_done(index, grade)` soon after each (here)."""
        if self._references is not None:
            self._references.prepare([task for task, _ in pairs], self._threads.submit)
        waiting = deque(range(len(pairs)))
        found: dict[int, Grade] = {}
        came: list[int] = []

        def work() -> None:
            for index in _taken(waiting):
                found[index] = self.grade(*pairs[index])
                came.append(index)

        working = {self._threads.submit(work) for _ in range(min(len(pairs), self._answers.size + 1))}
        told = 0
        try:
            while working:  # looks now and then: to be woken by each verdict costs as much as a verdict
                finished, working = wait(working, timeout=LOOK_SECONDS, return_when=FIRST_EXCEPTION)
                if on_done is not None:
                    for index in came[told:]:
                        on_done(index, found[index])
                        told += 1
                for future in finished:
                    future.result()
                if self._closed and len(found) < len(pairs):
                    raise RuntimeError("the grader was closed before all answers were graded")
            return [found[index] for index in range(len(pairs))]
        finally:
            waiting.clear()

    async def agrade(self, task: Task, answer: str | None) -> Grade:
        """`grade` without blocking the event loop; any number may be under way."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.grade, task, answer)

    def reference_results(self, task: Task) -> list[Expected]:
        """What the reference does with each check: run once a task, then remembered. Mode `strict` only."""
        assert self._references is not None
        return self._references.results(task)

    def _strict(self, task: Task, answer: str) -> Grade:
        expected = self.reference_results(task)
        checks = [parse_check(check) for check in task.checks]
        actual = self._answers.reports(_request(answer, checks), self.limits)
        outcomes = [one.judge(report) for one, report in zip(expected, actual, strict=True)]
        failed = [number for number, outcome in enumerate(outcomes) if outcome is not AnswerOutcome.PASSED]
        own = [number for number in failed if outcomes[number] is not AnswerOutcome.REFERENCE_FAILED]
        first = next(iter(own or failed), None)
        if first is None:
            return Grade(tests_passed=1.0, success=True, outcome=AnswerOutcome.PASSED.value)
        return Grade(
            tests_passed=1 - len(failed) / len(outcomes),
            success=False,
            outcome=outcomes[first].value,
            detail=f"{_short(checks[first].call)}: {describe(actual[first])}",
        )

    def _paper(self, task: Task, answer: str) -> Grade:
        results = self._answers.run(paper_grader.paper_request(task, answer), paper_grader.limits(self.limits))
        return paper_grader.verdict(answer, task, results)

    def _key(self, task: Task, answer: str) -> str:
        return _digest(self._same_for_all, task.hidden, answer, *task.checks)


def _request(answer: str, checks: Sequence[Check]) -> dict[str, object]:
    return request(answer, [check.call for check in checks], [check.function for check in checks], extract=True)


def _taken(waiting: deque[int]) -> Iterator[int]:
    """Each number once, whichever thread asks."""
    while waiting:
        try:
            yield waiting.popleft()
        except IndexError:  # another thread took the last
            return


def _short(call: str) -> str:
    return call if len(call) <= 120 else call[:117] + "..."


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "replace")).hexdigest()
