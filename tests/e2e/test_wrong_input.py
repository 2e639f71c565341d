"""Wrong input ends in one clear line and a non-zero exit, and loses nothing that was collected."""

import json
import shutil
import subprocess

import pytest

from dulcet.rollout.collect import load
from tests.models.stub import completion, serve
from tests.tiny import make_tiny_llama

ANSWER = "I WANT TO ANSWER:\ndef f():\n    return 1"


def last_line(done):
    """The line that says what was wrong; above it nothing but a progress bar."""
    assert "Traceback" not in done.stderr, done.stderr
    line = done.stderr.splitlines()[-1]
    assert line.startswith("dulcet: ")
    return line


@pytest.mark.parametrize("words", [("grade", "FILE"), ("collect", "FILE", "--out", "episodes.jsonl")])
def test_a_missing_task_file(dulcet, words):
    done = dulcet(*words)
    assert done.returncode == 2
    assert last_line(done).startswith("dulcet: FILE: cannot be read (No such file or directory)")


@pytest.mark.parametrize("words", [("tasks", "check", "FILE"), ("evaluate", "FILE", "--out", "run")])
def test_an_empty_task_file(dulcet, tmp_path, words):
    (tmp_path / "FILE").touch()
    done = dulcet(*words)
    assert done.returncode == 2
    assert last_line(done).startswith("dulcet: FILE: holds no tasks")


def test_a_missing_run(dulcet):
    done = dulcet("report", "nowhere")
    assert done.returncode == 2
    assert "nowhere: no such folder" in last_line(done)


def test_a_broken_line_of_tasks_is_named(dulcet, tasks):
    good = tasks.read_text()
    tasks.write_text(good + '{"problem_description": "Write f."}\n')
    done = dulcet("grade", tasks)
    assert done.returncode == 2
    assert f"{tasks}:4" in last_line(done)


def test_an_unknown_key_in_a_config_file(dulcet, tasks, tmp_path):
    (tmp_path / "run.toml").write_text("temprature = 0.5\n")
    done = dulcet("collect", tasks, "--out", "e.jsonl", "--config", "run.toml")
    assert done.returncode == 2
    assert last_line(done).startswith(
        "dulcet: run.toml: unknown key 'temprature'. The nearest known key is 'temperature'"
    )


@pytest.mark.slow
def test_a_model_folder_without_a_tokenizer(dulcet, tasks, tmp_path):
    folder = make_tiny_llama(tmp_path / "model")
    for path in folder.glob("*token*"):
        path.unlink()
    done = dulcet("collect", tasks, "--out", "e.jsonl", "--model", folder, "--device", "cpu")
    assert done.returncode == 2
    assert "model: the folder holds no tokenizer" in last_line(done)


def test_a_server_that_is_down(dulcet, tasks, tmp_path):
    done = dulcet(
        "collect", tasks, "--out", "e.jsonl", "--model", "stub", "--retries", "1", "--base-url", "http://127.0.0.1:9/v1"
    )
    assert done.returncode == 3
    assert last_line(done).startswith("dulcet: http://127.0.0.1:9/v1: no connection")


def test_a_server_that_goes_away_loses_nothing(dulcet, tasks, tmp_path):
    out = tmp_path / "e.jsonl"
    words = ["collect", tasks, "--out", out, "--model", "stub", "--retries", "1"]
    with serve(completion(ANSWER)) as server:
        assert dulcet(*words, "--base-url", server.url).returncode == 0
    before = out.read_bytes()
    done = dulcet(*words, "--episodes", "2", "--base-url", server.url)
    assert done.returncode != 0
    assert "3 more failed" in done.stdout
    assert "same command again" in done.stdout
    assert out.read_bytes().startswith(before)
    assert [run.outcome.value for run in load(out)] == ["answered"] * 3 + ["agent_failed"] * 3


needs_namespaces = pytest.mark.skipif(
    not shutil.which("unshare")
    or subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode,
    reason="a small file system of its own needs user namespaces (unshare -rm)",
)
ON_A_SMALL_DISK = """mount -t tmpfs -o size=32k none disk && "$@"; code=$?; cp disk/* kept/; exit $code"""


@needs_namespaces
def test_a_full_disk_keeps_what_was_collected_and_the_same_command_goes_on(dulcet, tasks, tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "kept").mkdir()
    with serve(completion(ANSWER)) as server:
        words = [
            "collect",
            tasks,
            "--out",
            "disk/e.jsonl",
            "--episodes",
            "40",
            "--model",
            "stub",
            "--base-url",
            server.url,
        ]
        done = dulcet(*words, before=["unshare", "-rm", "sh", "-c", ON_A_SMALL_DISK, "sh"])
        assert done.returncode == 4
        assert "disk/e.jsonl: cannot be written (No space left on device). Free some space" in last_line(done)
        kept = load(tmp_path / "kept" / "e.jsonl")
        assert 5 < len(kept) < 120
        shutil.copytree(tmp_path / "kept", tmp_path / "disk", dirs_exist_ok=True)
        assert dulcet(*words).returncode == 0
    whole = [json.loads(line) for line in (tmp_path / "disk" / "e.jsonl").read_text().splitlines()]
    assert len({(run["task_id"], run["episode"]) for run in whole}) == len(whole) == 120
    assert (tmp_path / "disk" / "e.jsonl").read_bytes().startswith((tmp_path / "kept" / "e.jsonl").read_bytes())
