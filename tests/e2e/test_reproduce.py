"""The whole chain on the house model, small: killed in each of its stages, it ends with the same table."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SIZES = [
    "--train-tasks", "24", "--evaluation-tasks", "24", "--episodes", "3", "--best-of-n", "1", "2", "--seed", "5",
]  # fmt: skip

STAGES = [
    ("evaluate/zero_shot.jsonl", 5),
    ("evaluate/single_turn.jsonl", 2),
    ("episodes.jsonl", 20),
    ("train/rejection_fine_tuning/metrics.jsonl", 1),
    ("evaluate/rejection_fine_tuning.jsonl", 3),
    ("train/multi_turn_dpo/metrics.jsonl", 1),
    ("train/shared/candidates_16.jsonl", 10),
    ("train/sweet_rl/critic/metrics.jsonl", 1),
    ("train/sweet_rl/advantages.jsonl", 1),
    ("train/sweet_rl/policy/metrics.jsonl", 1),
    ("evaluate/sweet_rl.jsonl", 3),
    ("best_of_n/sweet_rl/2.jsonl", 3),
]
"""A file of each stage, and the number of its lines at which the process is killed."""


SETTINGS = """
rejection_fine_tuning.train.watch.replies = 0
multi_turn_dpo.train.watch.replies = 0
sweet_rl.policy.watch.replies = 0
"""
"""Replies drawn to watch a training take longer than so small a training."""


def command(out: Path) -> list[str]:
    settings = out.parent / "settings.toml"
    settings.write_text(SETTINGS)
    return [sys.executable, "-m", "dulcet", "reproduce", "--out", str(out), *SIZES, "--settings", str(settings)]


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def run_until(out: Path, file: str, count: int) -> bool:
    """Start the run, kill it the moment the file has that many lines; False where it ended by itself before."""
    process = subprocess.Popen(command(out), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    try:
        while process.poll() is None:
            if lines(out / file) >= count:
                os.killpg(process.pid, signal.SIGKILL)
                return True
            time.sleep(0.02)
        assert process.returncode == 0, process.stderr.read().decode() if process.stderr else ""
        return False
    finally:
        process.wait()
        if process.stderr:
            process.stderr.close()


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("unbroken") / "run"
    subprocess.run(command(out), check=True, stdout=subprocess.DEVNULL)
    return out


@pytest.mark.slow
def test_table_and_report_are_there(unbroken: Path) -> None:
    table = json.loads((unbroken / "table.json").read_text())
    assert set(table["methods"]) == {
        "zero_shot", "single_turn", "rejection_fine_tuning", "multi_turn_dpo", "sweet_rl",
    }  # fmt: skip
    for row in table["methods"].values():
        assert row["episodes"] == 24
        assert row["success_interval"][0] <= row["success"] <= row["success_interval"][1]
        assert row["tests_passed_interval"][0] <= row["tests_passed"] <= row["tests_passed_interval"][1]
        assert row["turns"] >= 1
    assert table["simulator"]["kind"] == "scripted"
    assert table["seeds"]["run"] == 5
    assert "<table" in (unbroken / "report.html").read_text()


@pytest.mark.slow
def test_killed_in_every_stage_it_ends_with_the_same_table(unbroken: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    killed = [file for file, count in STAGES if lines(out / file) < count and run_until(out, file, count)]
    assert len(killed) >= 8, f"only killed at {killed}"
    subprocess.run(command(out), check=True, stdout=subprocess.DEVNULL)
    assert (out / "table.json").read_bytes() == (unbroken / "table.json").read_bytes()
    keys = [(row["task_id"], row["episode"]) for row in map(json.loads, (out / "episodes.jsonl").open())]
    assert len(keys) == len(set(keys)) == 24 * 3


def test_another_experiment_does_not_continue_in_the_same_folder(unbroken: Path) -> None:
    changed = [*command(unbroken), "--max-new-tokens", "99"]
    done = subprocess.run(changed, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "max_new_tokens" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
