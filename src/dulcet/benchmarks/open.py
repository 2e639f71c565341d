"""The benchmarks by name. Adding one is a folder and one line in `BENCHMARKS`; it is imported only when it is used."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from dulcet.benchmarks.base import Benchmark
from dulcet.errors import InputError
from dulcet.task import Task

DEFAULT = "backend"
"""What a row is read as that nobody recognises, so that its faults have names."""
BENCHMARKS = {
    "backend": "dulcet.benchmarks.backend.benchmark:Backend",
    "frontend": "dulcet.benchmarks.frontend.benchmark:Frontend",
}
"""Name -> `module:Class`."""


@cache
def open_benchmark(name: str) -> Benchmark:
    """The benchmark of that name. Raises InputError when there is none."""
    if name not in BENCHMARKS:
        raise InputError(f"there is no benchmark '{name}'", do=f"There are: {', '.join(BENCHMARKS)}.")
    module, _, kind = BENCHMARKS[name].partition(":")
    benchmark: Benchmark = getattr(import_module(module), kind)()
    return benchmark


def benchmark_of_row(row: Mapping[str, Any], where: str) -> Benchmark:
    """Which benchmark a row of a task file belongs to. Raises InputError for the field `benchmark`."""
    if "benchmark" in row:
        if row["benchmark"] not in tuple(BENCHMARKS):
            do = f"There are: {', '.join(BENCHMARKS)}."
            raise InputError(f"field 'benchmark': there is no benchmark {row['benchmark']!r}", where=where, do=do)
        return open_benchmark(row["benchmark"])
    for name in BENCHMARKS:
        if open_benchmark(name).recognises(row):
            return open_benchmark(name)
    return open_benchmark(DEFAULT)


def benchmark_of(tasks: Iterable[Task]) -> Benchmark:
    """The one benchmark that all the tasks belong to. Raises InputError where they belong to several."""
    names = list(dict.fromkeys(task.benchmark for task in tasks)) or [DEFAULT]
    if len(names) > 1:
        do = "Put the tasks of each benchmark into a file of its own."
        raise InputError(f"the tasks belong to several benchmarks: {', '.join(names)}", do=do)
    return open_benchmark(names[0])
