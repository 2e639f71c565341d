"""Runs code that nobody trusts, in separate processes, and brings back plain data.

from dulcet.sandbox import Limits, run
run("def f(x): return x + 1", ["f(1)", "f('a')"], Limits())
"""

from collections.abc import Sequence

from dulcet.sandbox.isolation import Isolation, SandboxError
from dulcet.sandbox.limits import Limits
from dulcet.sandbox.pool import Pool
from dulcet.sandbox.report import Report
from dulcet.sandbox.requests import request, requests
from dulcet.sandbox.results import CallResult, Status
from dulcet.sandbox.worker import Worker

__all__ = [
    "CallResult",
    "Isolation",
    "Limits",
    "Pool",
    "Report",
    "SandboxError",
    "Status",
    "Worker",
    "request",
    "requests",
    "run",
]


def run(
    code: str, calls: Sequence[str], limits: Limits | None = None, isolation: Isolation | None = None
) -> list[CallResult]:
    """The result of each call, the program executed anew for each. Starts and ends one worker; use `Pool` for many.

    Raises SandboxError where no worker can be started, or none with the isolation that is asked for.
    """
    with Worker(isolation=isolation) as worker:
        return worker.run(request(code, calls), limits or Limits())
