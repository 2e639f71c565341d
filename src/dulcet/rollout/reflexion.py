"""Reflexion on a list of tasks, in one call (arXiv 2303.11366), as `AgentSpec(agent="reflexion")` has it played."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dulcet.rollout.play import Play, play
from dulcet.task import Task
from dulcet.trajectory import Trajectory


async def reflexion(
    tasks: Sequence[Task], setup: Play, out: Path, trials: int | None = None, **options: Any
) -> list[Trajectory]:
    """Try every task up to `trials` times (default: the setup's); returns the last trial of each, as `out` has them.

    The model is told how each trial of these very tasks ended, which the episodes say in their `agent`. All trials and
    reflections are kept beside `out` (`diary.py`). `options` and errors are those of `play`.
    """
    changes = {"agent": "reflexion", **({} if trials is None else {"trials": trials})}
    agent = type(setup.agent).model_validate({**setup.agent.model_dump(), **changes})
    return await play(tasks, setup.model_copy(update={"agent": agent}), out, **options)
