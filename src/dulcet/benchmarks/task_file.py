"""Tasks on disk: one JSON object a line, in the form of their benchmark (`Benchmark.parse_row`, `Benchmark.as_row`).

A row says itself which benchmark it belongs to: by its field `benchmark`, else by what it looks like.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dulcet import jsonl
from dulcet.benchmarks.open import benchmark_of_row, open_benchmark
from dulcet.errors import InputError
from dulcet.task import Task


@dataclass(frozen=True)
class TaskFile:
    """What a file holds: the tasks that can be read, and an error for each line that cannot."""

    tasks: list[Task]
    faults: list[InputError] = field(default_factory=list)


def read_tasks(path: Path) -> TaskFile:
    """Read all tasks. A bad line is a fault that names file, line and field; the others are kept.

    Raises InputError where the file cannot be read or holds nothing at all.
    """
    tasks: list[Task] = []
    faults: list[InputError] = []
    seen: dict[str, int] = {}
    number_of_lines = 0
    for number, line in numbered_lines(path):
        number_of_lines += 1
        where = f"{path}:{number}"
        try:
            row = load_object(line, where)
            benchmark = benchmark_of_row(row, where)
            task = benchmark.parse_row(row, where, default_id=f"{benchmark.name}-{number - 1}")
            if task.id in seen:
                raise InputError(f"field 'id': '{task.id}' is also the id of line {seen[task.id]}", where=where)
        except InputError as fault:
            faults.append(fault)
            continue
        seen[task.id] = number
        tasks.append(task)
    if not number_of_lines:
        raise InputError("holds no tasks", where=str(path), do="Give a file with one JSON object a line.")
    return TaskFile(tasks, faults)


def load_tasks(path: Path, strict: bool = True) -> list[Task]:
    """The tasks of a file. With `strict`, any bad line raises InputError (the first, saying how many there are)."""
    file = read_tasks(path)
    if file.faults and (strict or not file.tasks):
        first = file.faults[0]
        more = f" ({len(file.faults)} bad lines in all)" if len(file.faults) > 1 else ""
        raise InputError(first.what + more, where=first.where, do="dulcet tasks check FILE lists every bad line.")
    return file.tasks


def write_tasks(path: Path, tasks: Iterable[Task]) -> None:
    """Write tasks in the same form, atomically. Raises StorageError."""
    lines = [json.dumps(open_benchmark(task.benchmark).as_row(task), ensure_ascii=False) + "\n" for task in tasks]
    jsonl.write_atomic(path, "".join(lines))


def numbered_lines(path: Path) -> Iterable[tuple[int, str]]:
    """(line number, text) of every line that is not blank. Raises InputError where the file cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), do="Check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", where=str(path), do="Give a JSON Lines file.") from error
    return [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


def load_object(line: str, where: str) -> dict[str, Any]:
    """One line as a JSON object. Raises InputError."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON ({error})", where=where) from error
    if not isinstance(row, dict):
        raise InputError("not a JSON object", where=where)
    return row


def common_fields(row: dict[str, Any], where: str, default_id: str) -> tuple[str, dict[str, Any]]:
    """What every row may have: `id` and `meta`. Raises InputError naming the field."""
    identity = row.get("id", default_id)
    if "id" in row and (not isinstance(identity, str | int) or isinstance(identity, bool) or identity == ""):
        raise InputError(f"field 'id': a text or a number is needed, not {type(identity).__name__}", where=where)
    meta = row.get("meta") or {}
    if not isinstance(meta, dict):
        raise InputError(f"field 'meta': an object is needed, not {type(meta).__name__}", where=where)
    return str(identity), meta


def text_field(row: dict[str, Any], name: str, where: str) -> str:
    """A text that must be there and not be blank. Raises InputError naming the field."""
    if name not in row:
        raise InputError(f"field '{name}': missing", where=where)
    value = row[name]
    if not isinstance(value, str):
        raise InputError(f"field '{name}': a text is needed, not {type(value).__name__}", where=where)
    if not value.strip():
        raise InputError(f"field '{name}': empty", where=where)
    return value
