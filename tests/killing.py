"""Trainings that are killed.

They run in a process of their own, which imports torch once and forks: the children die, and no thread is lost.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_apart(module, *arguments):
    """What `python -m module` prints, word by word; it has to end well."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    surroundings = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def forked(work, *arguments):
    """The id of a child that does the work, and exits with 1 where it fails."""
    if (child := os.fork()) == 0:
        code = 1
        try:
            work(*arguments)
            code = 0
        finally:
            os._exit(code)
    return child


def ends_well(child):
    """Wait for it; whether it did its work."""
    return os.waitpid(child, 0)[1] == 0


def kill_when(child, is_time, wait=0.0):
    """SIGKILL once `is_time()` and `wait` seconds have passed; it must not have ended before."""
    while not is_time() and os.waitpid(child, os.WNOHANG)[0] == 0:
        time.sleep(0.001)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, "it ended before it was killed"


def taken(path):
    """Whole lines so far."""
    return path.read_bytes().count(b"\n") if path.exists() else 0
