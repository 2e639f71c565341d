"""Backend Programming tasks in ColBench's own form.

`problem_description`, `ground_truth` and `test_cases` (name -> call, as an object, a JSON string of one, or a list of
calls); optional `hidden_information` (equal to `ground_truth`), and our own `id` and `meta`. Only calls are stored:
the values expected come from running the reference.
"""

import json
from typing import Any

from dulcet.benchmarks.task_file import common_fields, text_field
from dulcet.errors import InputError
from dulcet.task import Task


def as_row(task: Task) -> dict[str, Any]:
    """A task as ColBench writes it, with our `id` and `meta`."""
    row: dict[str, Any] = {
        "id": task.id,
        "problem_description": task.prompt,
        "ground_truth": task.hidden,
        "test_cases": {f"test{number}": call for number, call in enumerate(task.checks, start=1)},
    }
    return {**row, "meta": task.meta} if task.meta else row


def parse_task(row: dict[str, Any], where: str, default_id: str) -> Task:
    """One row as a Task. Raises InputError naming the field."""
    identity, meta = common_fields(row, where, default_id)
    return Task(
        id=identity,
        prompt=text_field(row, "problem_description", where),
        hidden=text_field(row, "ground_truth", where),
        checks=_checks(row, where),
        meta=meta,
    )


def _checks(row: dict[str, Any], where: str) -> tuple[str, ...]:
    if "test_cases" not in row:
        raise InputError("field 'test_cases': missing", where=where)
    value = row["test_cases"]
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise InputError(f"field 'test_cases': not JSON ({error})", where=where) from error
    calls = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(calls, list) or not all(isinstance(call, str) and call.strip() for call in calls):
        raise InputError("field 'test_cases': an object of name to call (a text) is needed", where=where)
    if not calls:
        raise InputError("field 'test_cases': holds no calls", where=where)
    return tuple(calls)
