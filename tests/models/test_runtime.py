"""What is set up before torch is used; in processes of their own where it is set once for all."""

import math
import os
import subprocess
import sys

import pytest

from dulcet.models.runtime import cores_granted


@pytest.mark.parametrize(
    ("text", "cores"),
    [("max 100000\n", math.inf), ("150000 100000\n", 2), ("400000 100000\n", 4), ("nonsense", math.inf)],
)
def test_the_cores_of_a_container_are_read_from_its_control_group(tmp_path, text, cores):
    (tmp_path / "cpu.max").write_text(text)
    assert cores_granted(tmp_path / "cpu.max") == cores


def test_without_control_groups_there_is_no_limit(tmp_path):
    assert cores_granted(tmp_path / "missing") == math.inf


def threads(cores, **environment):
    script = (
        "from dulcet.models import runtime\n"
        f"runtime.cores_granted = lambda: {cores}\n"
        "print(runtime.prepare_torch().get_num_threads())"
    )
    own = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=own | environment, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_there_are_no_more_threads_than_cores_unless_somebody_says_so():
    pytest.importorskip("torch", reason="torch is not installed: pip install 'dulcet[local]'")
    assert threads(1) == 1
    assert threads(1, OMP_NUM_THREADS="2") == 2


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator whose settings are tested is glibc's, of Linux")
def test_freed_memory_is_not_faulted_in_again():
    pytest.importorskip("torch", reason="torch is not installed: pip install 'dulcet[local]'")
    script = (
        "import resource\n"
        "from dulcet.models.runtime import prepare_torch\n"
        "torch = prepare_torch()\n"
        "work = lambda: [torch.ones(1 << 20).sum() for _ in range(50)]\n"
        "work()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "work()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 5000  # 50 blocks of 4 MiB are 51,200 pages
