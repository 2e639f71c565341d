"""collect, evaluate and talk through the command line, with a real (tiny, random) model and the scripted person."""

import json
import os
import subprocess
import sys

import pytest

from dulcet.benchmarks.backend.synthesis.make import hand_written
from dulcet.benchmarks.task_file import load_tasks, write_tasks
from dulcet.cli import main
from dulcet.rollout.collect import load
from tests.tiny import make_tiny_llama

pytest.importorskip("torch", reason="torch is not installed: pip install 'dulcet[local]'")
SMALL = ["--max-tokens", "10", "--max-turns", "2", "--rules", "paper", "--device", "cpu"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return str(make_tiny_llama(tmp_path_factory.mktemp("model") / "tiny", window=4096))


@pytest.fixture
def tasks(tmp_path):
    path = tmp_path / "tasks.jsonl"
    write_tasks(path, hand_written()[:3])
    return str(path)


def test_collect_goes_on_and_refuses_another_config(tmp_path, tiny, tasks, capsys):
    out, result = tmp_path / "runs" / "episodes.jsonl", tmp_path / "result.json"
    command = ["collect", tasks, "--out", str(out), "--model", tiny, "--json", str(result), *SMALL]
    assert main([*command, "--limit", "2"]) == 0
    first = out.read_bytes()
    assert [run.key[0] for run in load(out)] and len(load(out)) == 2
    assert main(command) == 0
    assert out.read_bytes().startswith(first) and len(load(out)) == 3
    data = json.loads(result.read_text())
    assert (data["episodes"], data["failed"], data["outcomes"], data["turns"]) == (3, 0, {"turn_limit": 3}, 2.0)
    assert all(run.grade is not None and run.human["kind"] == "scripted" for run in load(out))
    capsys.readouterr()
    assert main([*command, "--temperature", "0.5"]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "agent.sampling.temperature = 1.0, and now it is 0.5" in said
    write_tasks(tmp_path / "other.jsonl", hand_written()[:2])
    assert main(["collect", str(tmp_path / "other.jsonl"), *command[2:]]) == 2
    assert "task_file" in capsys.readouterr().err


def test_wrong_input_is_one_line(tmp_path, tiny, tasks, capsys):
    out = str(tmp_path / "episodes.jsonl")
    down = ["--model", "some", "--base-url", "http://127.0.0.1:9/v1", "--retries", "0"]
    for code, words, what in (
        (2, ["collect", str(tmp_path / "nowhere.jsonl"), "--out", out], "nowhere.jsonl: cannot be read"),
        (2, ["collect", tasks, "--out", out, "--model", str(tmp_path / "nothing")], "nothing"),
        (2, ["collect", tasks, "--out", out, "--model", tiny, "--prompt", "nice"], "there is no prompt 'nice'"),
        (2, ["talk", tasks, "--task", "nobody"], "there is no task 'nobody'"),
        (2, ["evaluate", tasks, "--out", out, "--name", "a/b"], "'a/b' cannot be a file's name"),
        (3, ["collect", tasks, "--out", out, *down], "127.0.0.1:9"),
        (3, ["talk", tasks, "--watch", *down], "127.0.0.1:9"),
    ):
        assert main(words) == code
        last = capsys.readouterr().err.splitlines()[-1]
        assert last.startswith("dulcet: ") and what in last, last
    assert {run.outcome.value for run in load(tmp_path / "episodes.jsonl")} == {"agent_failed"}


def test_evaluate_compares_what_is_in_the_folder(tmp_path, tiny, tasks, capsys):
    command = ["evaluate", tasks, "--out", str(tmp_path / "run"), "--model", tiny, *SMALL]
    assert main([*command, "--name", "b_first"]) == 0
    assert main([*command, "--name", "a_single", "--agent", "single-turn", "--json", "-"]) == 0
    printed = capsys.readouterr().out
    table = json.loads(printed[printed.index("{\n") :])
    assert list(table["methods"]) == ["b_first", "a_single"]
    assert table["methods"]["a_single"]["turns"] == 1.0 and table["methods"]["b_first"]["turns"] == 2.0
    assert table == json.loads((tmp_path / "run" / "table.json").read_text())
    assert load_tasks(tmp_path / "run/tasks/test.jsonl") == hand_written()[:3]
    write_tasks(tmp_path / "other.jsonl", hand_written()[:2])
    assert main(["evaluate", str(tmp_path / "other.jsonl"), *command[2:], "--name", "c_other"]) == 2
    assert "was measured on other tasks" in capsys.readouterr().err
    assert not (tmp_path / "run" / "evaluate" / "c_other.jsonl").exists()


def test_agents_that_think_mend_and_try_again_stand_in_one_table(tmp_path, tiny, tasks, capsys):
    command = ["evaluate", tasks, "--limit", "1", "--out", str(tmp_path / "run"), "--model", tiny, *SMALL]
    assert main([*command, "--name", "mends", "--agent", "self-refine"]) == 0
    assert main([*command, "--name", "thinks", "--agent", "react"]) == 0
    capsys.readouterr()
    assert main([*command, "--name", "tries", "--agent", "reflexion", "--trials", "2", "--json", "-"]) == 0
    said = capsys.readouterr()
    found = json.loads(said.out[said.out.index("{\n") :])
    assert {row["agent"]["kind"] for row in found["methods"].values()} == {"self-refine", "react", "reflexion"}
    assert found["by_trial"]["played"] == [1, 1] and "all trials and reflections together" in said.err
    assert found["methods"]["tries"]["agent"]["told"] == found["by_trial"]["told"]
    assert main(["talk", tasks, "--agent", "reflexion", "--watch", "--model", tiny]) == 2
    assert "reflexion needs several trials" in capsys.readouterr().err


def test_evaluate_refuses_another_task_of_the_same_id(tmp_path, tiny, tasks, capsys):
    command = ["--out", str(tmp_path / "run"), "--model", tiny, *SMALL]
    assert main(["evaluate", tasks, "--limit", "1", *command]) == 0
    assert main(["evaluate", tasks, "--limit", "2", "--name", "more", *command]) == 0
    kept = tmp_path / "run/tasks/test.jsonl"
    assert load_tasks(kept) == hand_written()[:2]
    first = hand_written()[0]
    write_tasks(kept, [first.model_copy(update={"hidden": first.hidden + "\n# another"})])
    assert main(["evaluate", tasks, "--name", "third", *command]) == 2
    assert f"holds another task '{first.id}'" in capsys.readouterr().err


def test_why_episodes_failed_is_said(tmp_path, tiny, tasks, capsys):
    command = ["collect", tasks, "--out", str(tmp_path / "e.jsonl"), "--model", tiny, *SMALL]
    assert main([*command, "--limit", "2"]) == 0
    assert main([*command, "--time-limit", "0.0001"]) == 1
    assert "Why (1 of 1 failed): the episode took longer than" in capsys.readouterr().out


def test_watching(tiny, tasks, capsys):
    assert main(["talk", tasks, "--task", "hand-tribe", "--watch", "--model", tiny, *SMALL]) == 0
    shown = capsys.readouterr().out
    assert "Agent:" in shown and "Person:" in shown and "Tests passed: 0%" in shown
    assert "def recognize_tribe" in shown.partition("The hidden function")[2]


def test_being_the_person(tiny, tasks):
    command = [sys.executable, "-m", "dulcet", "talk", tasks, "--model", tiny, *SMALL]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    done = subprocess.run(
        command, input="It is always yes.\n" * 5, capture_output=True, text=True, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "turn_limit after 2 messages" in done.stdout and "The hidden function" in done.stdout
