"""The layers: which are demanded, what each keeps by itself, and that nothing outlives whoever owns the sandbox."""

import platform
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dulcet.errors import InputError
from dulcet.sandbox import Isolation, Limits, Pool, SandboxError, Status, Worker, launch, request
from dulcet.sandbox.inside import syscalls
from dulcet.sandbox.isolation import require
from tests.sandbox.corpus.canaries import descendants

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="namespaces, Landlock and seccomp are layers of Linux"
)
WRAPPERS = ("bubblewrap", "namespaces")
FAST = Limits(cpu_seconds=0.5, seconds=1.0, total_seconds=2.0, memory_bytes=1 << 28)
ONE = "def f(x): return x"


def results(worker, code, *calls, limits=FAST):
    return worker.run(request(code, calls or ["f(1)"], ["f"] * max(1, len(calls))), limits)


BLOCKED = """
import ctypes, os, platform, sys
from dulcet.sandbox.inside import seccomp
libc = ctypes.CDLL(None, use_errno=True)
intel = platform.machine() == "x86_64"
calls = {"landlock": (444, None), "namespaces": (272 if intel else 97, None), "seccomp": (157 if intel else 167, 22)}
steps = [seccomp._step(seccomp._LOAD, 0)]
for name in sys.argv[2:]:
    number, argument = calls[name]
    refuse = seccomp._answer(seccomp._EPERM)
    if argument is not None:
        refuse = seccomp._argument(0, *seccomp._is(argument), then=seccomp._EPERM, otherwise=seccomp._ALLOW)
    steps += [seccomp._step(seccomp._EQUAL, number, 0, len(refuse)), *refuse]
steps.append(seccomp._step(seccomp._RETURN, seccomp._ALLOW))
libc.prctl(38, 1, 0, 0, 0)
seccomp.Filter(libc, b"".join(steps)).enter()
os.environ["PATH"] = "/nonexistent"  # no bubblewrap either
from dulcet.sandbox import Isolation, SandboxError, Worker, request, Limits
try:
    with Worker(isolation=Isolation(sys.argv[1])) as worker:
        print(worker.run(request("def f(x): return x", ["f(7)"]), Limits())[0].value, *worker.layers)
except SandboxError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def where_blocked(isolation, *names):
    """(exit code, what was said) where the kernel refuses the layers `names`, as some containers do."""
    command = [sys.executable, "-c", BLOCKED, isolation, *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize("name", ["landlock", "namespaces", "seccomp"])
def test_less_than_was_demanded_is_refused(name):
    code, said = where_blocked("layered", name)
    assert code == SandboxError.exit_code
    assert "isolation 'layered' needs" in said
    assert name in said.lower()
    assert "DULCET_ISOLATION=process" in said


def test_by_default_a_program_must_be_contained():
    assert Isolation.default() is Isolation.CONTAINED
    assert where_blocked("contained", "seccomp")[0] == SandboxError.exit_code
    code, said = where_blocked("contained", "landlock", "namespaces")
    assert code == SandboxError.exit_code
    for reason in ("bubblewrap: not installed", "Landlock: Operation not permitted", "namespaces: Operation not"):
        assert reason in said


def test_whoever_accepts_less_says_so():
    code, said = where_blocked("process", "landlock", "namespaces", "seccomp")
    assert (code, said.split()) == (0, ["7", "process", "rlimits"])


def test_one_layer_that_is_missing_is_made_up_for_by_another(monkeypatch):
    monkeypatch.setattr(launch, "WITHOUT", ("bubblewrap",))
    with Worker() as worker:
        results(worker, ONE)
        if "namespaces" not in worker.layers:
            pytest.skip(
                "this system gives an ordinary process no namespaces, the layer that is to make up for bubblewrap"
            )
    code, said = where_blocked("contained", "landlock")
    assert (code, said.split()) == (0, ["7", "process", "namespaces", "rlimits", "seccomp"])


def test_a_refused_worker_leaves_no_process(monkeypatch):
    monkeypatch.setattr(launch, "WITHOUT", ("seccomp",))
    before = descendants()
    for _ in range(2):
        with Pool(1) as pool, pytest.raises(SandboxError, match="needs seccomp"):
            pool.run(request(ONE, ["f(1)"]), FAST)
    assert descendants() <= before


def test_each_demand_is_met_by_layers_that_exist():
    everything = ["process", "rlimits", "landlock", "seccomp", *WRAPPERS]
    for isolation in Isolation:
        require(isolation, everything, {})
    require(Isolation.PROCESS, [], {})
    with pytest.raises(SandboxError):
        require(Isolation.CONTAINED, ["process", "rlimits", "namespaces"], {})


HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm-generic/unistd.h")
DANGEROUS = (
    ("programs and processes", "fork vfork execve execveat clone3 ptrace process_vm_readv process_vm_writev kcmp"),
    ("signals", "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_getfd pidfd_send_signal"),
    ("sockets", "socket connect accept accept4 bind listen"),
    ("files", "truncate mknod mknodat chroot open_by_handle_at name_to_handle_at inotify_init1 fanotify_init"),
    ("mounts", "mount umount2 pivot_root move_mount fsopen open_tree mount_setattr unshare setns"),
    ("what outlives a process", "shmget msgget semget mq_open mq_unlink add_key request_key keyctl"),
    (
        "other processes' share",
        "setpriority sched_setscheduler sched_setaffinity sched_setattr ioprio_set migrate_pages",
    ),
    ("identity", "setuid setgid setgroups capset personality"),
    (
        "the kernel's doors",
        "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter seccomp init_module kexec_load",
    ),
    ("the machine", "reboot swapon settimeofday clock_settime clock_adjtime acct quotactl syslog sethostname"),
)


@pytest.mark.parametrize(
    ("table", "header"), list(zip(syscalls.TABLES.values(), HEADER, strict=True)), ids=syscalls.TABLES
)
def test_the_numbers_are_those_of_the_kernel(table, header):
    if not header.exists():
        pytest.skip(
            f"the kernel's own numbers to compare with are not here ({header.name}): apt-get install linux-libc-dev"
        )
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    numbers = {name: int(number) for name, number in found}
    allowed = {number for first, last in syscalls.ranges(table) for number in range(first, last + 1)}
    assert not {name for _, names in DANGEROUS for name in names.split() if numbers.get(name) in allowed}
    assert {numbers[name] for name in ("read", "write", "openat", "futex", "exit_group", "mmap")} <= allowed
    assert table.clone == numbers["clone"]
    assert (table.prlimit, table.socketpair) == (numbers["prlimit64"], numbers["socketpair"])
    assert {numbers["fchmod"], numbers["fchown"], numbers["utimensat"], numbers["setxattr"]} <= set(table.pretended)
    own = ("fork", "kill", "setsid", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
    assert set(table.zygote) == {numbers[name] for name in own if name in numbers}
    assert table.chmod == numbers.get("chmod", numbers["fchmodat"])
    elsewhere = {table.clone, table.clone3, table.prlimit, table.socketpair, table.chmod}
    assert not allowed & {*elsewhere, *table.pretended, *table.zygote}


LEAVE = """
import os, sys, ctypes, json
def f(x):
    near = os.path.dirname(os.getcwd()), os.path.dirname(json.__file__)
    for folder in (".", "..", "/", "/tmp", "/dev/shm", "/dev", "/var/tmp", *near):
        for name in ("left-behind", "left-folder/inner"):
            path = os.path.join(folder, name)
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                open(path, "w").close()
            except OSError:
                pass
    os.environ["LEFT"] = "behind"
    sys.modules["left_behind"] = sys
    os.umask(0o777)
    os.chdir("/")
    libc = ctypes.CDLL(None)
    libc.shmget(0x5EED, 4096, 0o1666)
    libc.syscall(240, b"left-behind", 0o100 | 2, 0o600, None)
"""
LOOK = """
import os, sys, ctypes, json, glob
def f(x):
    found = []
    for folder in (".", "..", "/", "/tmp", "/dev/shm", "/dev", "/var/tmp", os.path.dirname(json.__file__)):
        try:
            found += [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("left-")]
        except OSError:
            pass
        if os.path.exists(os.path.join(folder, "left-behind")):
            found.append(folder)
    found += ["variable"] if "LEFT" in os.environ else []
    found += ["module"] if "left_behind" in sys.modules else []
    libc = ctypes.CDLL(None)
    found += ["segment"] if libc.shmget(0x5EED, 4096, 0) >= 0 else []
    found += ["queue"] if libc.syscall(240, b"left-behind", 2, 0o600, None) >= 0 else []
    open("own", "w").close()
    return found
"""


@pytest.mark.parametrize("without", [(), WRAPPERS, ("landlock",), ("bubblewrap", "landlock")], ids=str)
def test_nothing_is_left_for_the_next(monkeypatch, without):
    monkeypatch.setattr(launch, "WITHOUT", without)
    with Worker() as worker:
        try:
            results(worker, LEAVE)
        except SandboxError:
            pytest.skip("this kernel has neither Landlock nor namespaces, so that nothing keeps files away")
        assert not set(without) & set(worker.layers)
        assert [results(worker, LOOK)[0].value for _ in range(2)] == [[], []]


def test_processor_time_is_kept_even_where_the_alarm_is_caught():
    swallow = (
        "def f(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    )
    limits = Limits(cpu_seconds=0.3, seconds=8, total_seconds=10)
    with Worker() as worker:
        results(worker, ONE)
        began = time.monotonic()
        assert results(worker, swallow, limits=limits)[0].status is Status.TIMED_OUT
        assert 0.3 <= time.monotonic() - began < 4  # of wall time there would be 8


@pytest.mark.skipif(
    platform.machine() not in syscalls.TABLES, reason="the system-call filter knows x86-64 and AArch64 alone"
)
def test_what_cannot_be_kept_from_is_pretended():
    code = (
        "import os\ndef f(x):\n    open('a', 'w').close()\n    os.chmod('a', 0)\n    return oct(os.stat('a').st_mode)"
    )
    with Worker() as worker:
        (result,) = results(worker, code)
    assert (result.status, result.value[-3:]) == (Status.VALUE, "644")


def test_the_environment_says_what_must_hold(monkeypatch):
    monkeypatch.setenv("DULCET_ISOLATION", "process")
    assert Isolation.default() is Isolation.PROCESS
    monkeypatch.setenv("DULCET_ISOLATION", "total")
    with pytest.raises(InputError, match="there is no isolation 'total'"):
        Isolation.default()
