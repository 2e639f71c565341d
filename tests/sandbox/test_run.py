import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dulcet.sandbox import Limits, Pool, SandboxError, Status, Worker, launch, request, run

FAST = Limits(cpu_seconds=0.5, seconds=1.0, total_seconds=2.0, memory_bytes=1 << 28)


@pytest.fixture(scope="module")
def worker():
    with Worker() as worker:
        yield worker


def results(worker, code, *calls, limits=FAST, name="f"):
    return worker.run(request(code, calls or ["f(1)"], [name] * max(1, len(calls))), limits)


def test_alone():
    first, second = run("def f(x): return x + 1", ["f(1)", "f('a')"])
    assert (first.status, first.value) == (Status.VALUE, 2)
    assert (second.status, second.value) == (Status.RAISED, "TypeError")


def test_every_call_has_a_fresh_namespace(worker):
    code = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    assert [result.value for result in results(worker, code, "f(1)", "f(2)", "f(3)")] == [1, 1, 1]


def test_random_draws_are_repeatable(worker):
    code = "import random\ndef f(x): return random.random()"
    first, second = results(worker, code, "f(1)", "f(1)")
    assert first.value == second.value == results(worker, code)[0].value


def test_numpy_draws_and_set_order_are_repeatable(worker):
    code = "import numpy as np\ndef f(x): return list({str(n) for n in range(9)}), np.random.rand()"
    assert results(worker, code)[0].value == results(worker, code)[0].value


HONEST = {
    "recursion": "def f(x): return 1 if x < 2 else x * f(x - 1)",
    "helper and constant": "BASE = 1\ndef g(x): return x * BASE\ndef f(x): return g(x)",
    "class": "class A:\n    def __init__(self, x): self.x = x\n"
    "    def get(self): return self.x\ndef f(x): return A(x).get()",
    "main": "def f(x): return x\nif __name__ == '__main__':\n    raise SystemExit(1)",
    "dataclass": "from __future__ import annotations\nfrom dataclasses import dataclass\n"
    "@dataclass\nclass P:\n    x: int\ndef f(x): return P(x).x",
    "prints": "print('x' * 1_000_000)\ndef f(x):\n    print(x)\n    return x",
    "thread": "import threading\ndef f(x):\n    a = []\n    t = threading.Thread(target=lambda: a.append(x))\n"
    "    t.start(); t.join()\n    return a[0]",
    "file of its own": "def f(x):\n    open('a.txt', 'w').write(str(x))\n    return int(open('a.txt').read())",
    "database": "import sqlite3\ndef f(x):\n    c = sqlite3.connect('d.db')\n    c.execute('create table t (a)')\n"
    "    c.execute('insert into t values (1)')\n    return c.execute('select a from t').fetchone()[0]",
}


@pytest.mark.parametrize("code", HONEST.values(), ids=HONEST.keys())
def test_honest_programs_work(worker, code):
    (result,) = results(worker, code)
    assert (result.status, result.value) == (Status.VALUE, 1), result


LOOP = "def f(x):\n    while True: pass"
SWALLOW = (
    "def f(x):\n    while True:\n        try:\n            while True: sum(range(999))\n"
    "        except BaseException: pass"
)
HOSTILE = {
    "loop": (LOOP, Status.TIMED_OUT),
    "loop at the top": ("while True: pass", Status.TIMED_OUT),
    "sleep": ("import time\ndef f(x): time.sleep(60)", Status.TIMED_OUT),
    "swallowed alarms": (SWALLOW, Status.TIMED_OUT),
    "timers put off": ("import signal\nsignal.signal(14, 1)\nsignal.setitimer(0, 0)\n" + LOOP, Status.TIMED_OUT),
    "slow regular expression": ("import re\ndef f(x): re.match('(a+)+$', 'a' * 40 + 'b')", Status.TIMED_OUT),
    "slow arithmetic": ("def f(x): return sum(range(10**10))", Status.TIMED_OUT),
    "memory": ("def f(x): return [0] * 10**10", Status.OUT_OF_MEMORY),
    "memory bit by bit": ("def f(x):\n    a = []\n    while True: a.append(bytes(1 << 24))", Status.OUT_OF_MEMORY),
    "large value": ("def f(x): return 'a' * (1 << 22)", Status.TOO_LARGE),
    "sys.exit": ("import sys\ndef f(x): sys.exit(0)", Status.RAISED),
    "exit at the top": ("raise SystemExit", Status.RAISED),
    "os._exit": ("import os\ndef f(x): os._exit(0)", Status.CRASHED),
    "segmentation fault": ("import ctypes\ndef f(x): ctypes.string_at(0)", Status.CRASHED),
    "deep recursion": ("def f(x): return f(x)", Status.RAISED),
    "fork": ("import os\ndef f(x):\n    while True: os.fork()", Status.RAISED),
    "program": ("import subprocess\ndef f(x): subprocess.run(['/bin/sh'])", Status.RAISED),
    "kill all": ("import os\ndef f(x): os.kill(-1, 9)", Status.RAISED),
    "kill the parent": ("import os\ndef f(x): os.kill(os.getppid(), 9)", Status.RAISED),
    "socket": ("import socket\ndef f(x): socket.socket()", Status.RAISED),
    "write elsewhere": ("def f(x): open('/tmp/dulcet-test', 'w')", Status.RAISED),
    "write a lot": ("def f(x): open('a', 'w').write('a' * (1 << 24))", Status.RAISED),
    "read the password file": ("def f(x): return open('/etc/passwd').read()", Status.RAISED),
    "read the environment": ("def f(x): return open('/proc/self/environ').read()", Status.RAISED),
    "closed pipes": ("import os\nos.closerange(0, 64)\ndef f(x): return 1", Status.CRASHED),
    "nonsense": ("def f(x) return", Status.SYNTAX_ERROR),
    "null byte": ("\x00", Status.SYNTAX_ERROR),
    "brackets": ("(" * 10_000, Status.SYNTAX_ERROR),
    "other name": ("def g(x): return x", Status.MISSING_FUNCTION),
    "hides its name": ("def f(x): return 1\ndel f", Status.MISSING_FUNCTION),
}


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="macOS has neither the limit on memory nor the filter of system calls"
)
@pytest.mark.parametrize(("code", "status"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_programs_are_contained(worker, code, status):
    began = time.monotonic()
    (result,) = results(worker, code)
    assert result.status is status, result
    assert time.monotonic() - began < FAST.total_seconds + 1
    (after,) = results(worker, "def f(x): return x")  # the next program finds all in order
    assert (after.status, after.value) == (Status.VALUE, 1)


def test_a_call_that_dies_costs_only_itself(worker):
    code = "import os\ndef f(x):\n    if x == 2: os._exit(1)\n    if x == 3:\n        while True: pass\n    return x"
    statuses = [result.status.value for result in results(worker, code, "f(1)", "f(2)", "f(3)", "f(4)")]
    assert statuses == ["value", "crashed", "timed_out", "value"]


def test_a_flood_of_forged_reports_is_cut(worker):
    code = (
        "import os\ndef f(x):\n    for fd in range(3, 64):\n        try:\n"
        '            while True: os.write(fd, b\'["value", 1, ""]\\n\' * 999)\n        except OSError: pass'
    )
    forged = results(worker, code, "f(1)", "f(2)")
    assert len(forged) == 2
    assert results(worker, "def f(x): return x")[0].value == 1


def test_leftovers_do_not_reach_the_next(worker):
    spoil = "import builtins, json\nbuiltins.len = lambda x: 7\njson.dumps = None\nopen('left', 'w').write('x')\n"
    spoil += "def f(x): return 1"
    results(worker, spoil)
    (after,) = results(worker, "import os\ndef f(x): return [len('ab'), os.listdir('.'), dict(os.environ).get('USER')]")
    assert after.value == [2, [], None]


def test_the_environment_is_not_visible(worker, monkeypatch):
    (result,) = results(worker, "import os\ndef f(x): return sorted(os.environ)")
    assert set(result.value) <= {*launch.ENVIRONMENT, "PWD", "LC_CTYPE"}


def test_without_namespaces(monkeypatch):
    monkeypatch.setattr(launch, "WITHOUT", ("bubblewrap", "namespaces"))
    with Worker() as plain:
        fork = "import os\ndef f(x):\n    while True: os.fork()"
        for code, status in [
            (fork, Status.RAISED),
            HOSTILE["os._exit"],
            HOSTILE["kill all"],
            HOSTILE["write elsewhere"],
        ]:
            assert results(plain, code)[0].status is status
        assert results(plain, "def f(x): return x")[0].value == 1
        assert not {"bubblewrap", "namespaces"} & set(plain.layers)


def test_a_killed_zygote_is_replaced():
    with Worker() as worker:
        assert results(worker, "def f(x): return x")[0].value == 1
        os.killpg(worker._process.pid, signal.SIGKILL)
        assert results(worker, "def f(x): return x")[0].status is Status.CRASHED
        assert results(worker, "def f(x): return x")[0].value == 1


def test_a_sandbox_that_does_not_start_says_why(monkeypatch):
    monkeypatch.setattr(launch, "START", "raise SystemExit('no such luck')")
    with Worker() as worker, pytest.raises(SandboxError, match="no such luck"):
        results(worker, "x = 1")


def test_a_pool_works_in_parallel():
    sleep = request("import time\ndef f(x):\n    time.sleep(0.5)\n    return x", ["f(1)"])
    with Pool(4) as pool:
        pool.run(request("x = 1", ["x"]), FAST)
        began = time.monotonic()
        futures = [pool.submit(sleep, FAST) for _ in range(4)]
        assert all(future.result()[0].value == 1 for future in futures)
        assert time.monotonic() - began < 1.9


CALLER = """
from dulcet.sandbox import Worker, request, Limits
with Worker() as worker:
    worker.run(request("x = 1", ["x"]), Limits())
    print(worker._process.pid, flush=True)
    worker.run(request("while True: pass", ["x"]), Limits(cpu_seconds=50, seconds=50, total_seconds=50))
"""


@pytest.mark.skipif(
    not Path("/proc").is_dir(), reason="processes that are left over are looked for in /proc, which is not here"
)
def test_nothing_outlives_a_killed_caller():
    caller = subprocess.Popen([sys.executable, "-c", CALLER], stdout=subprocess.PIPE, text=True)
    zygote = int(caller.stdout.readline())
    time.sleep(0.3)
    caller.kill()
    caller.wait()
    caller.stdout.close()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{zygote}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{zygote}").exists()
