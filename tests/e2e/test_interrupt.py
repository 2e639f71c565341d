"""Ctrl-C on a real process: one line, exit code 130, and the same command goes on."""

import os
import signal
import subprocess
import sys
import time

from dulcet.rollout.collect import load
from tests.models.stub import Reply, completion, serve

ANSWER = completion("I WANT TO ANSWER:\ndef f():\n    return 1").body


def test_ctrl_c_says_how_to_go_on_and_it_does(tmp_path, tasks, dulcet):
    out = tmp_path / "e.jsonl"
    with serve(Reply(body=ANSWER, delay=0.3)) as server:
        words = ["collect", str(tasks), "--out", str(out), "--episodes", "10", "--parallel", "3"]
        words += ["--model", "stub", "--base-url", server.url]
        started = subprocess.Popen(
            [sys.executable, "-m", "dulcet", *words],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job's children ignore it
        )
        deadline = time.monotonic() + 60
        while (not out.exists() or out.read_bytes().count(b"\n") < 4) and time.monotonic() < deadline:
            time.sleep(0.05)
        started.send_signal(signal.SIGINT)
        _, said = started.communicate(timeout=60)
        assert started.returncode == 130
        assert "Traceback" not in said
        assert said.splitlines()[-1].startswith(
            "dulcet: interrupted; what was finished is on disk. To continue: dulcet collect"
        )
        before = out.read_bytes()
        assert 4 <= len(load(out)) < 30
        assert dulcet(*words).returncode == 0
    assert out.read_bytes().startswith(before)
    assert len({run.key for run in load(out)}) == len(load(out)) == 30
