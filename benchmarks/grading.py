"""Grading answers: dulcet's way beside others', on the same tasks, in one run.

    dulcet        a warm process forks a child for each answer; every layer of isolation that this machine has
    bare fork     the same, confined by resource limits alone: what the layers cost
    interpreter   a fresh interpreter for each answer
    manager       HumanEval's way: a multiprocessing.Manager and a Process for each answer
    in process    the released ColBench grader's way: in this process, the source executed anew for each test, and the
                  reference's too. Unsafe, and one at a time

Each way grades each task's own solution with nothing cached, and does the whole job: it runs the reference, runs the
answer and compares. All but the last use as many processes as there are cores; they are also timed one at a time,
where p50 and p99 (milliseconds of an answer, the reference included) come from. Ways take turns, round after round;
printed are medians over the rounds: answers a second, and how many times dulcet's rate in the same round is that rate.

Usage: python benchmarks/grading.py [--tasks backend.jsonl] [--rounds 3]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from grading_ways import bare_grader, by_interpreter, by_manager, in_process

from dulcet.benchmarks.backend.checks import parse_check
from dulcet.benchmarks.backend.grader import Grader
from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.benchmarks.task_file import load_tasks
from dulcet.sandbox.pool import cores
from dulcet.sandbox.requests import compiled
from dulcet.task import Task

GradeOne = Callable[[Task], bool]
GradeAll = Callable[[Sequence[Task]], list[bool]]


@dataclass
class Measured:
    """One way's rounds."""

    rates: list[float] = field(default_factory=list)
    """Answers a second, for each round."""
    milliseconds: list[float] = field(default_factory=list)
    """Of each answer, one at a time, in all rounds."""
    passed: int = 0

    def all_at_once(self, grade: GradeAll, tasks: Sequence[Task]) -> None:
        """Time the way on all tasks together."""
        began = time.perf_counter()
        found = grade(tasks)
        self.rates.append(len(tasks) / (time.perf_counter() - began))
        self.passed = sum(found)

    def one_by_one(self, grade: GradeOne, tasks: Sequence[Task]) -> None:
        """Time the way on each task by itself."""
        for task in tasks:
            began = time.perf_counter()
            grade(task)
            self.milliseconds.append(1000 * (time.perf_counter() - began))


def at_once(grade: GradeOne) -> GradeAll:
    """A way as many times at once as there are cores."""

    def grade_all(tasks: Sequence[Task]) -> list[bool]:
        with ThreadPoolExecutor(cores()) as threads:
            return list(threads.map(grade, tasks))

    return grade_all


def time_grader(grader: Grader, again: Grader, tasks: Sequence[Task], few: Sequence[Task], into: Measured) -> None:
    """Dulcet's way: `grader` for all at once, `again`, which has seen nothing yet, for one by one."""
    warm_up = synthesise(1, seed=2)[0]
    for each in (grader, again):  # the processes are started before the clock is
        each.grade_many([(warm_up, f"{warm_up.hidden}\n# {number}") for number in range(8)])
    for remembered in (parse_check, compiled):  # what an earlier round has read and compiled
        remembered.cache_clear()
    into.all_at_once(
        lambda tasks: [grade.success for grade in grader.grade_many([(task, task.hidden) for task in tasks])], tasks
    )
    into.one_by_one(lambda task: again.grade(task, task.hidden).success, few)


def run_round(tasks: Sequence[Task], few: Sequence[Task], found: dict[str, Measured]) -> list[str]:
    """Every way once, the slow ones on `few` tasks; returns the layers that were on."""
    with ExitStack() as stack:
        bare = [stack.enter_context(bare_grader()) for _ in range(2)]
        time_grader(*bare, tasks, few, found["bare fork"])
    with Grader() as grader, Grader() as again:
        time_grader(grader, again, tasks, few, found["dulcet"])
        layers = grader.layers
    for name, way in (("interpreter", by_interpreter), ("manager", by_manager)):
        found[name].all_at_once(at_once(way), few)
        found[name].one_by_one(way, few)
    with Path(os.devnull).open("w") as null, redirect_stdout(null):  # answers that print
        found["in process"].all_at_once(lambda tasks: [in_process(task) for task in tasks], tasks)
        found["in process"].one_by_one(in_process, few)
    return layers


def report(found: dict[str, Measured], layers: list[str], tasks: int) -> None:
    """The table."""
    print(f"{tasks} tasks, Python {sys.version.split()[0]}, {cores()} cores; dulcet's layers: {', '.join(layers)}")
    print(f"{'way':<12}{'answers/s':>10}{'dulcet is x times':>20}{'p50 ms':>9}{'p99 ms':>9}{'passed':>8}")
    ours = found["dulcet"]
    for name, way in found.items():
        ratio = statistics.median(a / b for a, b in zip(ours.rates, way.rates, strict=True))
        spent = statistics.quantiles(way.milliseconds, n=100)
        rate = statistics.median(way.rates)
        print(f"{name:<12}{rate:>10.0f}{ratio:>20.2f}{spent[49]:>9.1f}{spent[98]:>9.1f}{way.passed:>8}")


def main() -> None:
    """Run the rounds and print how the ways compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=Path, help="ColBench's tasks; without it 500 are synthesised")
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--few", type=int, default=100, help="how many of them one by one, and for the two slow ways")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    tasks = load_tasks(options.tasks)[: options.limit] if options.tasks else synthesise(options.limit, seed=1)
    found = {name: Measured() for name in ("dulcet", "bare fork", "interpreter", "manager", "in process")}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # programs that are run in this process leave their files there
        for number in range(options.rounds):
            layers = run_round(tasks, tasks[:: max(1, len(tasks) // options.few)], found)
            print(f"round {number + 1} of {options.rounds} done", file=sys.stderr)
        os.chdir("/")
    report(found, layers, len(tasks))


if __name__ == "__main__":
    main()
