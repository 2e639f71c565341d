"""Monte-Carlo credit: play on from every candidate to the end, several times, and take the mean reward.

    A(o_t, a) = (1/K) sum_k r(tau_k),    tau_k ~ base policy and person, from (o_t, a) on

VinePPO's estimate (arXiv 2410.01679, section 4). It subtracts the value of o_t, estimated from continuations of its
own; that is the same number for all candidates of a turn, and is left out here: only differences within a request mean
anything. Unbiased for the base policy, and dear: the truth that cheaper critics are compared with.
"""

import asyncio
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, PositiveInt

from dulcet.credit.base import ScoreRequest
from dulcet.errors import InputError
from dulcet.rollout.branch import Branch, Estimate, recorded_turns
from dulcet.rollout.play import Play
from dulcet.rollout.play_on import estimate_branches
from dulcet.task import Task


class MonteCarlo(BaseModel):
    """Settings of the estimate."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    continuations: PositiveInt = 4
    """Of each candidate. The standard error falls with the square root of their number."""


class MonteCarloCritic:
    """Plays candidates on as `setup` says: its model is the base policy, its person and grader the run's.

    `tasks` are whole, with what person and grader need; the hidden information of a request is not looked at. Every
    continuation is appended to `out` as it ends, and found there again.
    """

    def __init__(
        self, tasks: Mapping[str, Task], setup: Play, out: Path, spec: MonteCarlo | None = None, *, parallel: int = 256
    ) -> None:
        self.tasks, self.setup, self.out = tasks, setup, out
        self.spec, self.parallel = spec or MonteCarlo(), parallel

    @property
    def identity(self) -> dict[str, Any]:
        """Kind, how many continuations, of which model with whom."""
        return {"kind": "monte_carlo", **self.spec.model_dump(), **played_by(self.setup)}

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """The mean reward of each candidate's continuations, in [0, 1]; minus infinity where none worked.

        Raises InputError for a request of an unknown task.
        """
        return [[-math.inf if math.isnan(one.value) else one.value for one in row] for row in self.estimates(requests)]

    def estimates(self, requests: Sequence[ScoreRequest]) -> list[list[Estimate]]:
        """The same with every single reward."""
        rows = [branches(request, self.tasks) for request in requests]
        if not (asked := [branch for row in rows for branch in row]):
            return [[] for _ in rows]
        playing = estimate_branches(
            asked, self.setup, self.out, samples=self.spec.continuations, parallel=self.parallel
        )
        found: Iterator[Estimate] = iter(asyncio.run(playing))
        return [[next(found) for _ in row] for row in rows]


def branches(request: ScoreRequest, tasks: Mapping[str, Task]) -> list[Branch]:
    """The candidates of a request as branches of its conversation. Raises InputError for an unknown task."""
    if request.task_id not in tasks:
        what = f"the critic plays on, and does not know the task '{request.task_id}'"
        raise InputError(what, do="Give rollouts with all the tasks.")
    before = recorded_turns(request.history)
    return [Branch(tasks[request.task_id], before, message) for message in request.candidates]


def played_by(setup: Play) -> dict[str, Any]:
    """What is said of a setup in a critic's identity: enough to tell two apart, and no address of a server."""
    from dulcet.models.loading import weights_hash

    name = setup.model.model
    local = setup.model.base_url is None and Path(name).is_dir()
    return {
        "policy": weights_hash(name) if local else name,
        "agent": setup.agent.model_dump(mode="json"),
        "human": setup.human.model_dump(mode="json", exclude={"human_base_url"}),
        "rules": setup.rules.model_dump(mode="json", exclude={"time_limit"}),
        "seed": setup.seed,
    }
