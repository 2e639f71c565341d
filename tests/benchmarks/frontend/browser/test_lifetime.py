"""No browser outlives the process that started it, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


@pytest.fixture
def child(installed, monkeypatch):
    """(the process, in a session of its own as of a terminal; its browser's number; its browser's folder)."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)  # a child inherits that it is ignored
    script = str(Path(__file__).parent / "child.py")
    process = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    signal.signal(signal.SIGINT, previous)
    number, _, folder = process.stdout.readline().strip().partition(" ")
    yield process, int(number), Path(folder)
    process.kill()
    process.communicate()


def gone(number, seconds=15.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_an_interrupt_ends_it_in_order(child):
    process, browser, folder = child
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert said.splitlines()[-1] == "KeyboardInterrupt", "and nothing about pipes that closed"
    assert gone(browser)
    assert not folder.exists()


def test_a_killed_process_leaves_no_browser(child):
    process, browser, _ = child
    process.kill()
    assert gone(browser)
