import json

import pytest

from dulcet.cli import main

TASKS = [
    {
        "problem_description": "Double.",
        "ground_truth": "def f(x): return x * 2",
        "test_cases": {"a": "f(1)", "b": "f(2)"},
    },
    {
        "problem_description": "Name.",
        "ground_truth": "def g(x): return 'big'",
        "test_cases": {"a": "g(1)", "b": "g(2)"},
    },
]


@pytest.fixture
def tasks(tmp_path):
    return write(tmp_path / "tasks.jsonl", TASKS)


def write(path, rows):
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return str(path)


def test_references(tasks, tmp_path):
    out = tmp_path / "out.json"
    assert main(["grade", tasks, "--answers", "reference", "--json", str(out)]) == 0
    data = json.loads(out.read_text())
    assert (data["tasks"], data["passed"], data["tests_passed"]) == (2, 2, 1.0)
    assert data["seconds"] > 0


def test_answers_of_a_file(tasks, tmp_path, capsys):
    answers = write(tmp_path / "answers.jsonl", [{"answer": "def f(x): return 2"}, {"answer": "no idea"}])
    assert main(["grade", tasks, "--answers", answers, "--json", "-", "--workers", "1"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["tasks"], data["passed"], data["tests_passed"]) == (2, 0, 0.25)
    assert [result["tests_passed"] for result in data["results"]] == [0.5, 0.0]
    assert [result["success"] for result in data["results"]] == [False, False]
    assert [result["outcome"] for result in data["results"]] == ["wrong", "syntax_error"]


def test_mode_paper(tasks, tmp_path, capsys):
    answers = write(tmp_path / "answers.jsonl", [{"answer": "def f(x): return x * 2.0"}, {"answer": None}])
    for mode, passed in (("strict", 0), ("paper", 1)):
        assert main(["grade", tasks, "--answers", answers, "--mode", mode, "--json", "-"]) == 0
        assert json.loads(capsys.readouterr().out)["passed"] == passed


def test_both_modes_say_why_they_differ(tmp_path, capsys):
    source = "def f(x): return x * 2"
    task = {"problem_description": "Double.", "ground_truth": source, "test_cases": {"a": "f(1)", "b": "f(2)"}}
    compared = {**task, "test_cases": {"a": "f(1) == 2", "b": "f(2) == 4"}}
    nothing = {**task, "ground_truth": "def f(x): return None"}
    cases = [
        (task, source, None),
        (task, "def f(x): return x * 2.0", "`==` takes"),
        (task, "def g(x): return x * 2\ndef f(x): return g(x)", "name of the top level"),
        (task, f"{source}  # quit()", "forbidden word"),
        (task, f"Here it is:\n\n{source}", "not Python alone"),
        (nothing, "def f(x): return None", "returns None"),
        (compared, "def f(x): return x * 2", None),
        (compared, "def f(x): return x - 0.5 if x > 9 else x * 2.0", "a test case is a comparison"),
    ]
    tasks = write(tmp_path / "tasks.jsonl", [case[0] for case in cases])
    answers = write(tmp_path / "answers.jsonl", [{"answer": case[1]} for case in cases])
    assert main(["grade", tasks, "--answers", answers, "--mode", "both"]) == 0
    assert "6 differ" in capsys.readouterr().out
    assert main(["grade", tasks, "--answers", answers, "--mode", "both", "--json", "-"]) == 0
    paper = json.loads(capsys.readouterr().out)["paper"]
    for result, (_, answer, why) in zip(paper["results"], cases, strict=True):
        assert (result["why"] is None) if why is None else why in result["why"], (answer, result)
    assert sum(paper["differences"].values()) == 6


WRONG = {
    "1 answers for 2 tasks": [{"answer": "x"}],
    "3 answers for 2 tasks": [{"answer": "x"}] * 3,
    "jsonl:2: not JSON": [{"answer": "x"}, "{"],
    "jsonl:2: field 'answer': missing": [{"answer": "x"}, {"reply": "x"}],
    "jsonl:1: field 'answer': a text": [{"answer": 5}, {"answer": "x"}],
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_answer_files(tasks, tmp_path, capsys, message):
    answers = write(tmp_path / "answers.jsonl", WRONG[message])
    assert main(["grade", tasks, "--answers", answers]) == 2
    error = capsys.readouterr().err.strip()
    assert message in error
    assert "\n" not in error


def test_missing_files(tasks, tmp_path, capsys):
    assert main(["grade", tasks, "--answers", str(tmp_path / "nowhere")]) == 2
    assert main(["grade", str(tmp_path / "nowhere")]) == 2
    assert main(["tasks", "check", str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().err.count("cannot be read") == 3


def test_check_a_good_file(tasks, capsys):
    assert main(["tasks", "check", tasks, "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["tasks"], data["tests"], data["faults"], data["failing_references"]) == (2, 4, [], [])
    assert data["constant_answers"] == [{"id": "backend-0", "share": 0.5}, {"id": "backend-1", "share": 1.0}]


def test_check_a_bad_file(tmp_path, capsys):
    broken = {**TASKS[0], "ground_truth": "def f(x): return nothing"}
    path = write(tmp_path / "tasks.jsonl", [TASKS[0], "{", broken, {**TASKS[1], "test_cases": {}}])
    assert main(["tasks", "check", path]) == 1
    out = capsys.readouterr().out
    assert f"{path}:2: not JSON" in out
    assert f"{path}:4: field 'test_cases'" in out
    assert "backend-2: reference_failed" in out
