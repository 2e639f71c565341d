"""The commands as a user runs them: processes of their own, real files, a real server, real exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dulcet.benchmarks.backend.synthesis.make import hand_written
from dulcet.benchmarks.task_file import write_tasks

ROOT = Path(__file__).parents[2]


@pytest.fixture
def tasks(tmp_path):
    """A file of three tasks."""
    path = tmp_path / "tasks.jsonl"
    write_tasks(path, hand_written()[:3])
    return path


@pytest.fixture
def dulcet(tmp_path):
    """Runs `dulcet WORDS…` in the test's folder; `before` are words of a program that runs it."""

    def run(*words, before=(), **options):
        command = [*before, sys.executable, "-m", "dulcet", *map(str, words)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "COLUMNS": "100"}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300, **options
        )

    return run
