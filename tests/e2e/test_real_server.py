"""Whole episodes over HTTP: the house model behind `transformers serve`, which is killed half-way and comes back."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.benchmarks.task_file import write_tasks
from dulcet.models.house_model import house_path
from dulcet.rollout.collect import load
from tests.e2e.conftest import ROOT
from tests.models.test_real_server import serving, wait_until_up

REAL_TASKS = ROOT.parent / "shared" / "data" / "colbench" / "backend_dev.jsonl"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not serving, reason="transformers' server is not installed: pip install 'transformers[serving]'"
    ),
]


class Server:
    """`transformers serve` with the house model on a port of its own; it may be killed and started again."""

    def __init__(self, home: Path) -> None:
        (home / "hub").mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home, self.model, self.process = home, house_path(), None

    @property
    def options(self):
        """What points dulcet at it."""
        return ["--model", str(self.model), "--base-url", f"http://127.0.0.1:{self.port}/v1"]

    def start(self) -> None:
        log = self.home / "log"
        program = "from transformers.cli.transformers import main; main()"
        command = [sys.executable, "-c", program, "serve", str(self.model)]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--device", "cpu"]
        settings = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(self.home), "OMP_WAIT_POLICY": "PASSIVE"}
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                command, env={**os.environ, **settings, "OMP_NUM_THREADS": "1"}, stdout=file, stderr=file
            )
        wait_until_up(self.process, self.port, log)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("hub"))
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.mark.skipif(
    not REAL_TASKS.is_file(),
    reason="ColBench's tasks, whose licence keeps them out of the project, are not in ../shared/data",
)
def test_fifty_real_tasks(server, dulcet, tmp_path):
    sizes = ["--limit", 50, "--max-tokens", 120, "--max-turns", 6]
    done = dulcet("collect", REAL_TASKS, "--out", "real.jsonl", *sizes, *server.options)
    assert done.returncode == 0, done.stderr
    episodes = load(tmp_path / "real.jsonl")
    assert len(episodes) == 50
    assert all(episode.outcome.agents_own and episode.error is None for episode in episodes)
    assert all(episode.grade is not None for episode in episodes if episode.outcome.gradable)
    assert sum(episode.outcome.gradable for episode in episodes) >= 25
    assert sum(len(episode.turns) > 1 for episode in episodes) >= 25
    assert {(episode.agent["model"]["kind"], episode.human["kind"]) for episode in episodes} == {
        ("endpoint", "scripted")
    }


def test_a_server_that_is_killed_in_the_middle_and_comes_back(server, dulcet, tmp_path):
    write_tasks(tmp_path / "tasks.jsonl", synthesise(24, seed=1))
    words = ["collect", "tasks.jsonl", "--out", "out.jsonl", "--parallel", "4", "--max-tokens", "120", "--retries", "1"]
    words += server.options
    out = tmp_path / "out.jsonl"
    collecting = subprocess.Popen(
        [sys.executable, "-m", "dulcet", *words],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for_lines(out, 4, collecting)
        server.kill()
        _, said = collecting.communicate(timeout=120)
    finally:
        collecting.kill()
    assert collecting.returncode == 3, said
    waiting, line = [line for line in said.splitlines() if not line.startswith("collect:")]
    assert all(f"http://127.0.0.1:{server.port}/v1: no connection" in each for each in (waiting, line))
    assert "trying again" in waiting and line.startswith("dulcet: ")
    kept = [episode for episode in load(out) if episode.outcome.agents_own]
    assert 4 <= len(kept) < 24

    server.start()
    done = dulcet(*words)
    assert done.returncode == 0, done.stderr
    episodes = load(out)
    assert len(episodes) == 24
    assert all(episode.outcome.agents_own for episode in episodes)
    assert [episode for episode in episodes if episode in kept] == kept


def wait_for_lines(path, count, process):
    """Until the file has so many lines, while the process runs."""
    for _ in range(2400):
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    raise AssertionError(f"{path} has not {count} lines after two minutes")
