"""How PyTorch is prepared before its first use: threads that sleep when they wait, memory that stays.

Both matter on few cores. GNU OpenMP's threads spin while they wait, so that a busy machine makes small
operations many times slower; and glibc gives large blocks back to the kernel at every free, so that each
step of a model faults its pages in again. In a container, threads for all of the machine's cores would wait for the few
that it may use. `benchmarks/cpu_settings.py` measures what each of these is worth.
"""

import ctypes
import importlib
import math
import os
import platform
import sys
from functools import cache
from pathlib import Path
from typing import Any

from dulcet.errors import MissingDependencyError

_MALLOPT = {-3: 1 << 30, -1: (1 << 31) - 1, -2: 1 << 26}  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_TOP_PAD in bytes


@cache
def prepare_torch() -> Any:
    """The module `torch`, after setting up the process for it. Call it before any use of torch.

    Raises MissingDependencyError where torch or transformers is not installed.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read once, when torch's library is loaded
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # one prompt at a time gains nothing from its threads
    _keep_freed_memory()
    torch = _import("torch")
    if "OMP_NUM_THREADS" not in os.environ and (cores := cores_granted()) < torch.get_num_threads():
        torch.set_num_threads(cores)
    logging = _import("transformers.utils.logging")
    if "TRANSFORMERS_VERBOSITY" not in os.environ:
        logging.set_verbosity_error()
    logging.disable_progress_bar()
    return torch


def cores_granted(path: Path = Path("/sys/fs/cgroup/cpu.max")) -> float:
    """How many cores the container may use, rounded up (control groups, version 2); infinite without a limit."""
    try:
        quota, period = path.read_text("ascii").split()
    except (OSError, ValueError):
        return math.inf
    return math.inf if quota == "max" else math.ceil(int(quota) / int(period))


def _import(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise MissingDependencyError(module.partition(".")[0], "local") from error


def _keep_freed_memory() -> None:
    if sys.platform == "linux" and platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        for parameter, value in _MALLOPT.items():
            libc.mallopt(parameter, value)
