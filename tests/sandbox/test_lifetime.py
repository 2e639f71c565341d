"""Lifetimes: whoever is killed, and whatever programs leave, nothing stays; memory is flat; any user may run it."""

import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from dulcet.sandbox import Isolation, Limits, Pool, Worker, launch, request
from dulcet.sandbox.inside.folder import clear
from tests.sandbox.corpus.canaries import descendants

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="whether processes are left over is seen in Linux' /proc"
)
WRAPPERS = ("bubblewrap", "namespaces")
FAST = Limits(cpu_seconds=0.5, seconds=1.0, total_seconds=2.0, memory_bytes=1 << 28)
ONE = "def f(x): return x"


def results(worker, code):
    return worker.run(request(code, ["f(1)"], ["f"]), FAST)


DEEP = "import os\ndef f(x):\n    for n in range({depth}):\n        os.mkdir({name!r}); os.chdir({name!r})"


@pytest.mark.parametrize(("depth", "name"), [(900, "d"), (14, "d" * 250), (3000, "x")])
@pytest.mark.parametrize("without", [(), WRAPPERS], ids=["as it is", "no namespaces"])
def test_the_deepest_folders_are_cleaned_away(monkeypatch, tmp_path, without, depth, name):
    monkeypatch.setattr(launch, "WITHOUT", without)
    monkeypatch.setitem(launch.ENVIRONMENT, "TMPDIR", str(tmp_path))
    with Worker() as worker:
        results(worker, DEEP.format(depth=depth, name=name))
        assert results(worker, "import os\ndef f(x): return os.listdir('.')")[0].value == []
    assert not list(tmp_path.iterdir())


FORESEEN = """
import os
def f(x):
    for n in range(40):
        os.makedirs(f".{os.getppid()}-{n}/inner")
        os.makedirs(f"outer/folder-{n}/inner")
        open(f"outer/folder-{n}/inner/file", "w").close()
"""


@pytest.mark.parametrize("without", [(), WRAPPERS], ids=["as it is", "no namespaces"])
def test_names_that_are_in_the_way_do_not_keep_a_folder_from_being_cleaned(monkeypatch, tmp_path, without):
    monkeypatch.setattr(launch, "WITHOUT", without)
    monkeypatch.setitem(launch.ENVIRONMENT, "TMPDIR", str(tmp_path))
    look = "import os\ndef f(x): return [os.getcwd(), os.listdir('.')]"
    with Worker() as worker:
        (before,), process = results(worker, look), worker._process
        results(worker, FORESEEN)
        assert results(worker, look)[0].value == before.value
        assert worker._process is process


def test_a_folder_is_emptied_where_nothing_may_be_moved(monkeypatch, tmp_path):
    def refused(*paths):
        raise PermissionError

    monkeypatch.setattr(os, "rename", refused)
    for name in ("a/b/c/d", "a/b/x", "e"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("file", "a/file", "a/b/c/d/file"):
        (tmp_path / name).touch()
    assert clear(str(tmp_path))
    assert not list(tmp_path.iterdir())


MANY = """
import os
def f(x):
    for n in range(40):
        if os.fork() == 0:
            while True:
                open(f"x{n}", "w").close()
                os.unlink(f"x{n}")
"""


def test_no_process_of_a_program_is_left_when_the_next_begins(monkeypatch):
    monkeypatch.setattr(launch, "WITHOUT", ("seccomp", "landlock"))
    with Worker(isolation=Isolation.PROCESS) as worker:
        if not {*WRAPPERS} & {*(results(worker, ONE) and worker.layers)}:
            pytest.skip("this system gives an ordinary process no namespaces, in which all processes can be ended")
        for _ in range(8):
            results(worker, MANY)
            assert results(worker, "import os\ndef f(x): return os.listdir('.')")[0].value == []


def test_a_program_cannot_end_its_sandbox_through_its_group(monkeypatch):
    monkeypatch.setattr(launch, "WITHOUT", ("seccomp", "landlock"))
    with Worker(isolation=Isolation.PROCESS) as worker:
        results(worker, ONE)
        process = worker._process
        (killed,) = results(worker, "import os\ndef f(x): os.kill(0, 9)")
        assert (killed.status, killed.detail) == ("crashed", "signal 9")
        assert results(worker, ONE)[0].value == 1
        assert worker._process is process


def test_an_interrupted_request_is_no_answer_to_the_next(monkeypatch):
    with Worker() as worker:
        results(worker, ONE)
        with monkeypatch.context() as patch:

            def interrupted(*given):
                raise KeyboardInterrupt

            patch.setattr(worker, "_receive", interrupted)
            with pytest.raises(KeyboardInterrupt):
                results(worker, "def f(x): return 'of the interrupted'")
        assert results(worker, ONE)[0].value == 1


OWNER = """
import sys, threading
from dulcet.sandbox import Isolation, Limits, Pool, launch, request
launch.WITHOUT = tuple(sys.argv[2:])
launch.ENVIRONMENT["TMPDIR"] = sys.argv[1]
limits = Limits(cpu_seconds=20, seconds=20, total_seconds=20)
programs = [
    "def f(x): return x",
    "def f(x):\\n    open('file', 'w').write('x' * 9999)\\n    while True: pass",
    "import os, time\\nos.mkdir('folder')\\ndef f(x): time.sleep(0.05)",
    "import threading, time\\nthreading.Thread(target=time.sleep, args=(9,)).start()\\ndef f(x): time.sleep(9)",
]
with Pool(2) as pool:
    print("ready", flush=True)
    while True:
        futures = [pool.submit(request(code, ["f(1)", "f(2)"]), limits) for code in programs]
        futures[0].result()
"""


@pytest.fixture
def orphans():
    """Whoever loses its parents comes to us and is seen. The processes below us that were not there before."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    before = descendants()

    def left():
        for pid in descendants() - before:
            with suppress(OSError):
                os.waitpid(pid, os.WNOHANG)
        return descendants() - before

    yield left
    ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)


def gone(left, seconds=5):
    deadline = time.monotonic() + seconds
    while left() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not left()


@pytest.mark.parametrize("without", [(), WRAPPERS], ids=["as it is", "no namespaces"])
def test_whenever_the_grader_is_killed_nothing_is_left(tmp_path, orphans, without):
    moments = random.Random(0)
    for turn in range(int(os.environ.get("DULCET_KILLS", "6"))):
        owner = subprocess.Popen([sys.executable, "-c", OWNER, tmp_path, *without], stdout=subprocess.PIPE)
        if turn % 3:
            owner.stdout.readline()
        time.sleep(moments.uniform(0, 0.6))
        if turn % 3 == 2:  # its zygotes as well, in any order
            for pid in orphans():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        owner.kill()
        owner.wait()
        owner.stdout.close()
        assert gone(orphans), orphans()
    with pytest.MonkeyPatch.context() as patch:  # what a killed zygote could not remove, the next one does
        patch.setattr(launch, "WITHOUT", without or ("bubblewrap", "namespaces"))
        patch.setitem(launch.ENVIRONMENT, "TMPDIR", str(tmp_path))
        with Worker() as worker:
            results(worker, ONE)
    assert not list(tmp_path.iterdir())


def test_a_folder_in_use_is_not_swept_away(monkeypatch, tmp_path):
    monkeypatch.setattr(launch, "WITHOUT", WRAPPERS)
    monkeypatch.setitem(launch.ENVIRONMENT, "TMPDIR", str(tmp_path))
    (tmp_path / "dulcet-sandbox-stale" / "inner").mkdir(parents=True)
    write = "def f(x):\n    open('own', 'w').write('x')\n    return open('own').read()"
    with Worker() as first, Worker() as second:
        results(first, ONE)
        assert not (tmp_path / "dulcet-sandbox-stale").exists()
        results(second, ONE)
        assert len(list(tmp_path.iterdir())) == 2
        assert results(first, write)[0].value == results(second, write)[0].value == "x"


def resident(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_memory_stays_flat():
    codes = [ONE, "def f(x): return [str(n) for n in range(x * 999)]", "import os\nos._exit(1)", "def f(x) retur"]
    before = descendants()
    with Pool(1) as pool:

        def grade(times):
            for turn in range(times):
                pool.run(request(f"# {turn}\n{codes[turn % 4]}", ["f(1)", "f(2)"], ["f", "f"]), FAST)
            return {pid: resident(pid) for pid in {os.getpid(), *descendants()} - before}

        early, late = grade(400), grade(800)
    assert early.keys() == late.keys()  # nor was any process replaced
    assert max(late[pid] - early[pid] for pid in early) < 1 << 20


ORDINARY = """
import os
from dulcet.sandbox import Limits, Pool, request
assert os.getuid() != 0
codes = [
    "def f(x): return x",
    "def f(x): return open('/etc/passwd').read()",
    "import socket\\ndef f(x): socket.socket()",
    "import os\\ndef f(x):\\n    while True: os.fork()",
    "import os\\ndef f(x): os.kill(-1, 9)",
    "import os\\nos._exit(0)",
    "import threading as t, time\\nwhile True: t.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    "def f(x):\\n    open('a', 'w').write('x')\\n    return open('a').read()",
]
with Pool(1) as pool:
    found = [pool.run(request(code, ["f(1)"], ["f"]), Limits(cpu_seconds=0.5, seconds=1)) for code in codes]
print(*(result[0].status.value for result in found))
"""


def importable(user):
    probe = [sys.executable, "-c", "import dulcet.sandbox"]
    try:
        return subprocess.run(probe, cwd="/", capture_output=True, check=False, **user).returncode == 0
    except PermissionError:
        return False


@pytest.mark.parametrize("without", ["", "bubblewrap,namespaces"], ids=["as it is", "no namespaces"])
def test_it_works_as_an_ordinary_user(without, tmp_path):
    code = f"from dulcet.sandbox import launch\nlaunch.WITHOUT = tuple({without!r}.split(','))\n{ORDINARY}"
    user = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    if not importable(user):
        pytest.skip("this Python, or the source, is in a folder that no other user may read")
    done = subprocess.run([sys.executable, "-c", code], cwd="/", capture_output=True, text=True, check=False, **user)
    *statuses, threads, own_file = done.stdout.split()
    assert statuses == ["value", "raised", "raised", "raised", "raised", "crashed"], done.stderr
    assert threads in ("raised", "timed_out", "out_of_memory")
    assert own_file == "value"
