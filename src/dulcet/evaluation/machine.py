"""What a run was made on, in machine.json: processor, cores, accelerator, versions. No name of the machine, no path."""

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dulcet.jsonl import write_json

PACKAGES = ("dulcet", "torch", "transformers", "numpy", "pydantic")
"""Whose versions may change a number."""


def keep_machine(path: Path) -> None:
    """Write it, unless it is there: a run that goes on elsewhere was begun here."""
    if not path.exists():
        write_json(path, machine())


def machine() -> dict[str, Any]:
    """Processor, cores, accelerator and versions of this machine."""
    return {
        "processor": processor(),
        "cores": usable_cores(),
        "accelerator": accelerator(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: found for name in PACKAGES if (found := _version(name))},
    }


def processor() -> str:
    """Its name as the system gives it."""
    path = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", path.read_text("utf-8"), flags=re.M) if path.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def accelerator() -> str | None:
    """The GPU's name, where there is one."""
    try:
        import torch
    except ImportError:
        return None
    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
