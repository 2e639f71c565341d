"""Frontend Design tasks on disk, in ColBench's own form: one JSON object a line.

`problem_description` is what the agent is told, `ground_truth` the HTML of the page that the person has in mind. Our
own `id` and `meta` may be there too. Rows of WebSight are understood as they are (`websight.py`).
"""

import re
from collections.abc import Mapping
from typing import Any

from dulcet.benchmarks.frontend.websight import is_websight, rewrite_pictures
from dulcet.benchmarks.task_file import common_fields, text_field
from dulcet.errors import InputError
from dulcet.task import Task

NAME = "frontend"
_ELEMENT = re.compile(r"<[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>")


def recognises(row: Mapping[str, Any]) -> bool:
    """Whether a row looks like one of these tasks: WebSight's, or ColBench's with a page and without test cases."""
    page = row.get("ground_truth")
    return is_websight(row) or ("test_cases" not in row and isinstance(page, str) and bool(_ELEMENT.search(page)))


def parse_task(row: dict[str, Any], where: str, default_id: str) -> Task:
    """One row as a Task. Raises InputError naming the field."""
    identity, meta = common_fields(row, where, default_id)
    if is_websight(row):
        prompt, html = text_field(row, "llm_generated_idea", where), rewrite_pictures(html_field(row, "text", where))
    else:
        prompt, html = text_field(row, "problem_description", where), html_field(row, "ground_truth", where)
    return Task(id=identity, benchmark=NAME, prompt=prompt, hidden=html, meta=meta)


def as_row(task: Task) -> dict[str, Any]:
    """A task as ColBench writes it, with our `id`, `benchmark` and `meta`."""
    row: dict[str, Any] = {
        "id": task.id,
        "benchmark": NAME,
        "problem_description": task.prompt,
        "ground_truth": task.hidden,
    }
    return {**row, "meta": task.meta} if task.meta else row


def html_field(row: dict[str, Any], name: str, where: str) -> str:
    """A text that holds at least one HTML element. Raises InputError naming the field."""
    text = text_field(row, name, where)
    if not _ELEMENT.search(text):
        raise InputError(f"field '{name}': holds no HTML element", where=where)
    return text
