import json
from pathlib import Path

import pytest

from dulcet.benchmarks.task_file import load_tasks, read_tasks, write_tasks
from dulcet.errors import InputError

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "colbench" / "frontend_dev.jsonl"
ROW = {"problem_description": "Bakery: a warm page.", "ground_truth": "<html><body>Bread</body></html>"}


def write(tmp_path, *rows):
    path = tmp_path / "tasks.jsonl"
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def test_rows_of_colbench_are_read(tmp_path):
    first, second = load_tasks(write(tmp_path, ROW, {**ROW, "id": 7, "meta": {"kind": "bakery"}}))
    assert (first.id, first.benchmark, first.prompt, first.hidden) == (
        "frontend-0",
        "frontend",
        ROW["problem_description"],
        ROW["ground_truth"],
    )
    assert (second.id, second.meta) == ("7", {"kind": "bakery"})
    assert "Bread" not in str(first.brief)


def test_what_is_written_is_read_again(tmp_path):
    tasks = load_tasks(write(tmp_path, ROW, {**ROW, "ground_truth": "<p>é ∑</p>", "meta": {"n": 1}}))
    write_tasks(tmp_path / "again.jsonl", tasks)
    assert load_tasks(tmp_path / "again.jsonl") == tasks


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"problem_description": "x", "benchmark": "frontend"}, "field 'ground_truth': missing"),
        ({**ROW, "benchmark": "frontend", "problem_description": ""}, "field 'problem_description': empty"),
        ({**ROW, "benchmark": "frontend", "ground_truth": 3}, "field 'ground_truth': a text is needed, not int"),
        ({**ROW, "benchmark": "frontend", "ground_truth": "no page: 1 < 2 > 1"}, "holds no HTML element"),
        ({**ROW, "id": True}, "field 'id': a text or a number is needed, not bool"),
        ({**ROW, "meta": [1]}, "field 'meta': an object is needed, not list"),
    ],
)
def test_a_bad_line_names_its_field_and_the_others_are_kept(tmp_path, row, what):
    path = write(tmp_path, ROW, row, ROW)
    file = read_tasks(path)
    assert len(file.tasks) == 2
    (fault,) = file.faults
    assert str(fault).startswith(f"{path}:2: ")
    assert what in str(fault)
    with pytest.raises(InputError, match="tasks check"):
        load_tasks(path)


@pytest.mark.skipif(
    not REAL.exists(), reason="ColBench's pages, whose licence keeps them out of the project, are not in ../shared/data"
)
def test_all_real_pages_are_read():
    file = read_tasks(REAL)
    assert (len(file.tasks), file.faults) == (500, [])
    assert all(task.benchmark == "frontend" and not task.checks for task in file.tasks)
