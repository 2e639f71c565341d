"""Many processes, one training: every process holds a share of each weight (FSDP2) and computes a share of each step.

`torchrun` or `accelerate launch` starts the processes and says through the environment which is which. All of them
call the same functions in the same order: those here that say "together" wait for the others.
"""

import atexit
import gc
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from dulcet.models.runtime import prepare_torch

T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """How many processes train, and which of them this is. Alone, everything here is free."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes files and shows progress."""
        return self.rank == 0

    def share(self, items: Sequence[int], costs: Mapping[int, int]) -> list[int]:
        """The items of this process: the dearest first, each to the process that has the least to do (no waiting)."""
        if self.size == 1:
            return list(items)
        shares: list[list[int]] = [[] for _ in range(self.size)]
        loads = [0] * self.size
        for item in sorted(items, key=lambda item: -costs[item]):
            least = loads.index(min(loads))
            shares[least].append(item)
            loads[least] += costs[item]
        return shares[self.rank]

    def deal(self, groups: Sequence[T]) -> Iterator[tuple[T, bool]]:
        """Every so manieth of the groups, and whether it counts: all get as many, where need be the first once more."""
        for start in range(0, len(groups), self.size):
            place = start + self.rank
            yield (groups[place], True) if place < len(groups) else (groups[0], False)

    def most(self, count: int) -> int:
        """The largest of the processes' counts. Together."""
        return int(self.largest(count))

    def largest(self, value: float) -> float:
        """The largest of the processes' values. Together."""
        return self._reduced([value], "MAX")[0]

    def totals(self, values: Mapping[str, float]) -> dict[str, float]:
        """The sum over the processes of each value; all have the same names. Together."""
        return dict(zip(values, self._reduced(list(values.values()), "SUM"), strict=True))

    def agree(self, flag: bool) -> bool:
        """What the leading process says. Together."""
        return bool(self._reduced([float(flag and self.leads)], "SUM")[0])

    def wait(self) -> None:
        """Until all are here. Together."""
        self._reduced([0.0], "SUM")

    def _reduced(self, values: list[float], how: str) -> list[float]:
        if self.size == 1:
            return values
        import torch

        tensor = torch.tensor(values, dtype=torch.float64)
        torch.distributed.all_reduce(tensor, getattr(torch.distributed.ReduceOp, how))
        result: list[float] = tensor.tolist()
        return result


@cache
def world() -> World:
    """The place of this process. The first call joins the others, where a launcher started several."""
    size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if size == 1:
        return World()
    torch = prepare_torch()
    gpu = torch.cuda.is_available()
    if gpu:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    if not torch.distributed.is_initialized():
        torch.distributed.init_process_group("cpu:gloo,cuda:nccl" if gpu else "gloo")
        atexit.register(leave)
    if rank:
        logging.getLogger("dulcet").setLevel(logging.ERROR)  # what the leading process says is said once
    return World(rank, size)


@cache
def mesh(device: str) -> Any:
    """All the processes in one row, as FSDP2 wants them."""
    from torch.distributed.device_mesh import init_device_mesh

    made = init_device_mesh(device, (world().size,))
    _meshes.append(made)
    return made


_meshes: list[Any] = []


def leave() -> None:
    """End this process's part, and gloo's threads with it.

    A thread of gloo's that gives back a tensor while Python shuts down aborts the process. The threads end with the
    last reference to their group, and torch's caches keep the mesh, which keeps the group, for good.
    """
    from torch import distributed

    if distributed.is_initialized():
        distributed.destroy_process_group()
    for made in _meshes:
        getattr(made, "_pg_registry", {}).clear()
    gc.collect()
