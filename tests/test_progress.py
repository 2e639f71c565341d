import contextlib
import os
import pty
import subprocess
import sys

from dulcet.progress import Silent, Tally, duration, progress

SCRIPT = """
from dulcet.progress import progress
with progress("collect", total=3) as bar:
    bar.skip(1, reward=0.0)
    bar.advance(1, reward=1.0)
    bar.advance(1, reward=None)
"""


def test_plain_lines_where_there_is_no_terminal():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("collect: 3/3  ") and line.endswith("reward 0.5")


def on_a_terminal(script):
    """All that the script writes to a terminal: read while it runs, as a terminal holds little."""
    leader, follower = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", script], stderr=follower, env={**os.environ, "TERM": "xterm"})
    os.close(follower)
    seen = b""
    with contextlib.suppress(OSError):  # Linux: nobody writes to it any more
        while piece := os.read(leader, 100_000):
            seen += piece
    os.close(leader)
    assert child.wait() == 0
    return seen.decode()


def test_a_bar_on_a_terminal():
    seen = on_a_terminal(SCRIPT)
    assert "collect" in seen and "3/3" in seen and "reward 0.5" in seen


def test_a_job_within_another_shares_its_display():
    inner = SCRIPT.replace("with", "    with").replace("    bar", "        bar")
    outer = 'with progress("outer", total=2) as all_of_it:\n    all_of_it.advance()\n'
    seen = on_a_terminal(inner.replace("    with", outer + "    with") + "    all_of_it.advance()\n")
    before, _, last = seen.rpartition("outer")
    assert "2/2" in last and "collect" not in last, "the display ends with the job that is left"
    assert "collect" in before and "0/3" in before


def test_means_rates_and_time_left(capsys):
    tally = Tally(total=1000, window=2)
    tally.add(100, {"loss": 9.0}, before=True)
    for loss in (4.0, 2.0):
        tally.add(1, {"loss": loss})
    assert tally.means == "loss 3" and tally.done == 102
    assert tally.rate > 0
    tally._start -= 10
    assert 0.19 < tally.rate < 0.21 and "left" in tally.pace
    assert [duration(s) for s in (47.4, 190, 7500)] == ["47 s", "3 min 10 s", "2 h 05 min"]
    Silent().advance(1, reward=1.0)
    with progress("x", total=0):
        pass
    assert "x: 0/0" in capsys.readouterr().err
