"""The ways that dulcet's grader is measured against: each runs a task's reference and answer and compares them."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from dulcet.benchmarks.backend import paper_driver
from dulcet.benchmarks.backend.grader import Grader
from dulcet.sandbox import Isolation, launch
from dulcet.task import Task

SECONDS = 10.0

PROGRAM = """
import json, sys
task = json.load(sys.stdin)
def results(source):
    found = []
    for call in task["calls"]:
        try:
            namespace = {"__name__": "answer"}
            exec(source, namespace)
            found.append(eval(call, namespace))
        except Exception as error:
            found.append(type(error))
    return found
keep, sys.stdout = sys.stdout, open("/dev/null", "w")
passed = results(task["reference"]) == results(task["answer"])
print(int(passed), file=keep)
"""


def by_interpreter(task: Task) -> bool:
    """A fresh interpreter that runs the reference and the answer, each test in a fresh namespace."""
    asked = json.dumps({"reference": task.hidden, "answer": task.hidden, "calls": task.checks})
    words = [sys.executable, "-I", "-S", "-c", PROGRAM]
    done = subprocess.run(words, input=asked, capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.stdout.strip() == "1"


def by_manager(task: Task) -> bool:
    """A manager's list and a process an answer, as HumanEval's `check_correctness` has it."""
    with multiprocessing.Manager() as manager:
        result = manager.list()
        process = multiprocessing.Process(target=_check, args=(task.hidden, task.hidden, task.checks, result))
        process.start()
        process.join(timeout=SECONDS)
        if process.is_alive():
            process.kill()
        return list(result) == [True]


def _check(reference: str, answer: str, calls: tuple[str, ...], result: Any) -> None:
    """What runs in that process: all tests, under an alarm."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 3)
    with open(os.devnull, "w") as null, redirect_stdout(null):  # noqa: PTH123
        values = [_values(source, calls) for source in (reference, answer)]
    signal.setitimer(signal.ITIMER_REAL, 0)
    result.append(values[0] == values[1])


def _values(source: str, calls: tuple[str, ...]) -> list[Any]:
    found: list[Any] = []
    for call in calls:
        namespace: dict[str, Any] = {"__name__": "answer"}
        try:
            exec(source, namespace)
            found.append(eval(call, namespace))
        except Exception as error:
            found.append(type(error))
    return found


def in_process(task: Task) -> bool:
    """Reference and answer in this very process, executed anew for each test, under an alarm of a second."""
    passed: list[bool] = []
    asked = {"reference": task.hidden, "code": task.hidden, "calls": task.checks}
    paper_driver.run(asked, 0, lambda status, value, detail: passed.append(value))
    return all(passed)


@contextmanager
def bare_grader() -> Iterator[Grader]:
    """Dulcet's grader with children that are forked and watched as always, and confined by resource limits alone."""
    launch.WITHOUT = ("bubblewrap", "namespaces", "landlock", "seccomp")
    try:
        with Grader(isolation=Isolation.PROCESS) as grader:
            yield grader
    finally:
        launch.WITHOUT = ()
