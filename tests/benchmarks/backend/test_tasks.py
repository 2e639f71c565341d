import json

import pytest

from dulcet.benchmarks.task_file import load_tasks, read_tasks, write_tasks
from dulcet.errors import InputError
from dulcet.task import Task
from tests.benchmarks.backend.data import needs_data

ROW = {
    "problem_description": "Add one. The signature is: def f(x)",
    "ground_truth": "def f(x): return x + 1",
    "test_cases": {"test1": "f(1)", "test2": "f(2)"},
}


def write(tmp_path, *rows):
    path = tmp_path / "tasks.jsonl"
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def test_the_three_forms_of_test_cases(tmp_path):
    text = {**ROW, "test_cases": json.dumps(ROW["test_cases"])}
    listed = {**ROW, "test_cases": ["f(1)", "f(2)"]}
    tasks = load_tasks(write(tmp_path, ROW, text, listed))
    assert [task.checks for task in tasks] == [("f(1)", "f(2)")] * 3
    assert [task.id for task in tasks] == ["backend-0", "backend-1", "backend-2"]


def test_hidden_information_id_and_meta(tmp_path):
    row = {**ROW, "hidden_information": ROW["ground_truth"], "id": "adder-3", "meta": {"family": "adder"}}
    (task,) = load_tasks(write(tmp_path, row))
    assert (task.id, task.meta, task.hidden) == ("adder-3", {"family": "adder"}, ROW["ground_truth"])


def test_what_is_written_is_read_again(tmp_path):
    tasks = [
        Task(id=f"t{number}", prompt="é ∑", hidden="def f(): ...", checks=("f()", "f(1)"), meta={"n": number})
        for number in range(3)
    ]
    write_tasks(tmp_path / "out" / "tasks.jsonl", tasks)
    assert load_tasks(tmp_path / "out" / "tasks.jsonl") == tasks


BAD = {
    "not JSON": "{",
    "not a JSON object": "[1]",
    "missing field 'problem_description'": {"ground_truth": "x", "test_cases": {"a": "f()"}},
    "'ground_truth'": {**ROW, "ground_truth": 5},
    "'ground_truth': empty": {**ROW, "ground_truth": "  "},
    "'test_cases': missing": {key: ROW[key] for key in ("problem_description", "ground_truth")},
    "'test_cases': not JSON": {**ROW, "test_cases": "{"},
    "'test_cases': an object": {**ROW, "test_cases": {"test1": 5}},
    "'test_cases': holds no calls": {**ROW, "test_cases": {}},
    "'id'": {**ROW, "id": [1]},
    "'meta'": {**ROW, "meta": "x"},
    "'id': 'backend-0' is also": {**ROW, "id": "backend-0"},
}


@pytest.mark.parametrize("bad", BAD.items(), ids=BAD.keys())
def test_a_bad_line_is_a_fault_and_the_rest_is_kept(tmp_path, bad):
    what, row = bad
    path = write(tmp_path, ROW, row, ROW)
    read = read_tasks(path)
    assert [task.id for task in read.tasks] == ["backend-0", "backend-2"]
    (fault,) = read.faults
    assert f"{path}:2" in str(fault)
    assert what.removeprefix("missing field ") in str(fault)
    with pytest.raises(InputError, match=":2"):
        load_tasks(path)
    assert len(load_tasks(path, strict=False)) == 2


def test_the_number_of_faults_is_said(tmp_path):
    with pytest.raises(InputError, match=r":1: .*3 bad lines in all.*tasks check"):
        load_tasks(write(tmp_path, "{", ROW, "{", "{"))


def test_files_that_hold_nothing(tmp_path):
    with pytest.raises(InputError, match="holds no tasks"):
        load_tasks(write(tmp_path))
    with pytest.raises(InputError, match="holds no tasks"):
        load_tasks(write(tmp_path, "", "  "))
    with pytest.raises(InputError, match="cannot be read"):
        load_tasks(tmp_path / "nowhere.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        load_tasks(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        load_tasks(tmp_path / "binary")


@needs_data
def test_the_real_file(real_tasks):
    assert len(real_tasks) == 500
    assert all(len(task.checks) == 10 for task in real_tasks)
