"""One process leads, the others help: a recipe that knows nothing of many processes trains with all of them.

The leading process runs the recipe as if it were alone: it reads, draws, scores and writes. Where it trains, it sends
the training's arguments to the others, which have been waiting, and all train together.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from dulcet.training.distributed import world

T = TypeVar("T")

PATIENCE = timedelta(days=30)
"""How long helpers wait for the next training: drawing and scoring candidates may take days."""


class _Lead:
    """Whether this process leads now, and whether all are in a training at the moment."""

    leads = False
    training = False


def led(work: Callable[[], T], help_with: Callable[..., Any]) -> T:
    """`work()` on the leading process; the others call `help_with` with whatever `call_helpers` is given there.

    A helper exits (SystemExit) when the work is done. Alone, it is `work()`.
    """
    if world().size == 1:
        return work()
    _patient_group()  # made by all at once, before anybody has to wait
    if not world().leads:
        while (arguments := _exchange(None)) is not None:
            help_with(*arguments)
        raise SystemExit(0)
    _Lead.leads = True
    try:
        return work()
    finally:
        _Lead.leads = False
        if not _Lead.training:  # else the helpers are in the middle of it, and end with it
            _exchange(None)


def call_helpers(train: Callable[..., T], *arguments: Any) -> T:
    """`train(*arguments)` here, and on the helpers at the same time where this process leads some."""
    if not _Lead.leads:
        return train(*arguments)
    _exchange(arguments)
    _Lead.training = True
    result = train(*arguments)
    _Lead.training = False
    return result


def _exchange(arguments: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """What the leading process gives, on all of them."""
    import torch

    box = [arguments]
    torch.distributed.broadcast_object_list(box, src=0, group=_patient_group(), device=torch.device("cpu"))
    return box[0]


@cache
def _patient_group() -> Any:
    import torch

    return torch.distributed.new_group(backend="gloo", timeout=PATIENCE)
