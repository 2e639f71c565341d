"""As many workers as there are cores, handed out one request at a time."""

import os
import queue
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from dulcet.sandbox.isolation import Isolation
from dulcet.sandbox.limits import Limits
from dulcet.sandbox.report import Report
from dulcet.sandbox.results import CallResult
from dulcet.sandbox.worker import Worker


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Pool:
    """Workers started when first needed. Thread-safe; use as a context manager.

    `isolation`: what must hold here, else the first program is refused (default: what the system can).
    """

    def __init__(
        self, workers: int | None = None, driver: Path | None = None, isolation: Isolation | None = None
    ) -> None:
        self.size = workers or cores()
        self._workers = [Worker(driver, isolation) for _ in range(self.size)]
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="sandbox")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def layers(self) -> list[str]:
        """The isolation around programs, known once a worker has started."""
        return next((worker.layers for worker in self._workers if worker.layers), [])

    def run(self, request: dict[str, Any], limits: Limits) -> list[CallResult]:
        """Run one request; waits for an idle worker."""
        return [report.read() for report in self.reports(request, limits)]

    def reports(self, request: dict[str, Any], limits: Limits) -> list[Report]:
        """The same, unread."""
        worker = self._idle.get()
        try:
            return worker.reports(request, limits)
        finally:
            self._idle.put(worker)

    def submit(self, request: dict[str, Any], limits: Limits) -> Future[list[CallResult]]:
        """`run` on a thread of the pool."""
        return self._threads.submit(self.run, request, limits)

    def close(self) -> None:
        """End all workers; requests that have not begun are dropped."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.close()
