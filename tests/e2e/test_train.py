"""A tiny random Llama folder goes through the very same commands as any model: train with LoRA, evaluate, report.

The episodes are written by hand: a random model's all fail alike, and there is nothing to learn from those.
"""

import json

import pytest

from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.benchmarks.backend.synthesis.make import hand_written
from dulcet.benchmarks.task_file import write_tasks
from dulcet.jsonl import write_all
from dulcet.trajectory import Grade, Outcome, Trajectory, Turn
from tests.tiny import make_tiny_llama

pytest.importorskip("torch", reason="torch is not installed: pip install 'dulcet[local]'")


def episode(task, number, passed):
    """One that asked and then answered, with `passed` of its tests."""
    answer = task.hidden if passed == 1 else "def f():\n    return 0"
    said = f"I WANT TO ANSWER:\n{answer}"
    return Trajectory(
        task_id=task.id,
        episode=number,
        prompt=task.prompt,
        turns=(
            Turn(raw="What decides?", content="What decides?", reply="Whether it is above ten.", tokens=4),
            Turn(raw=said, content=said, tokens=30),
        ),
        answer=answer,
        outcome=Outcome.ANSWERED,
        grade=Grade(tests_passed=passed, success=passed == 1, outcome="passed" if passed == 1 else "wrong"),
    )


@pytest.fixture
def episodes(tmp_path):
    path = tmp_path / "episodes.jsonl"
    write_all(path, [episode(task, n, n / 2) for task in hand_written()[:3] for n in range(3)])
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("method", "lora"), [("sweet-rl", ["--lora", "--lora-rank", "2"]), ("multi-turn-dpo", [])])
def test_train_evaluate_report(dulcet, tasks, episodes, tmp_path, method, lora):
    make_tiny_llama(tmp_path / "tiny", window=4096)
    (tmp_path / "small.toml").write_text("candidates = 3\nturns = 4\n" if method == "sweet-rl" else "margin = 0.1\n")
    trained = dulcet(
        "train", method, "--tasks", tasks, "--episodes", episodes, "--out", "out", "--model", "tiny", *lora,
        "--epochs", "1", "--lr", "1e-3", "--max-new-tokens", "300", "--settings", "small.toml",
        "--max-tokens", "4096", "--device", "cpu", "--json", "trained.json",
    )  # fmt: skip
    assert trained.returncode == 0, trained.stderr
    policy = json.loads((tmp_path / "trained.json").read_text())["policy"]
    assert (tmp_path / policy / "adapter_config.json").exists() == bool(lora)
    small = ["--max-tokens", "8", "--max-turns", "2", "--device", "cpu"]
    measured = dulcet("evaluate", tasks, "--out", "run", "--name", "trained", "--model", policy, *small)
    assert measured.returncode == 0, measured.stderr
    table = json.loads((tmp_path / "run" / "table.json").read_text())
    assert table["methods"]["trained"]["episodes"] == 3
    reported = dulcet("report", "run")
    assert reported.returncode == 0, reported.stderr
    assert (tmp_path / "run" / "report.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")


@pytest.mark.parametrize("method", ["multi-turn-dpo", "rejection-fine-tuning", "sweet-rl"])
def test_episodes_of_other_tasks_are_refused(dulcet, episodes, tmp_path, method):
    write_tasks(tmp_path / "other.jsonl", hand_written()[3:4])
    done = dulcet("train", method, "--tasks", "other.jsonl", "--episodes", episodes, "--out", "o", "--preset", "house")
    assert done.returncode == 2, done.stderr
    assert "but no such task" in done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_a_policy_that_learns_while_it_plays(dulcet, tmp_path):
    """The house model and its person, in one iteration; no episodes are collected before."""
    write_tasks(tmp_path / "made.jsonl", synthesise(4, seed=0, split="train", difficulty=1))
    (tmp_path / "small.toml").write_text("iterations = 1\ntasks = 4\nepisodes = 6\n[train]\nlog_to = []\n")
    played = ["--tasks", "made.jsonl", "--preset", "house", "--settings", "small.toml", "--device", "cpu"]
    trained = dulcet("train", "grpo", *played, "--out", "out", "--max-new-tokens", "160", "--max-tokens", "1024")
    assert trained.returncode == 0, trained.stderr
    assert (tmp_path / "out" / "iteration_0001" / "model" / "config.json").exists()
    (row,) = [json.loads(line) for line in (tmp_path / "out" / "metrics.jsonl").read_text().splitlines()]
    assert row["episodes"] == 24 and 0 < row["reward"] < 1 and row["steps"] == 1


@pytest.mark.parametrize("method", ["sweet-rounds", "rejection-fine-tuning"])
def test_a_method_that_needs_episodes_says_so(dulcet, tasks, method):
    done = dulcet("train", method, "--tasks", tasks, "--out", "out")
    assert done.returncode == 2
    assert f"'{method}' learns from collected episodes" in done.stderr.splitlines()[-1]
