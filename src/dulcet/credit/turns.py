"""The turns of episodes as questions to a critic."""

from collections.abc import Mapping, Sequence

from dulcet.credit.base import Critic, ScoreRequest
from dulcet.task import Task
from dulcet.trajectory import Trajectory


def turn_advantages(
    critic: Critic, system: str, trajectories: Sequence[Trajectory], tasks: Mapping[str, Task]
) -> list[list[float]]:
    """The advantage of each turn that was really taken, for each trajectory (axis K)."""
    requests = [
        request
        for trajectory in trajectories
        for request in turn_requests(system, trajectory, tasks[trajectory.task_id])
    ]
    flat = iter(critic.advantages(requests))
    return [[next(flat)[0] for _ in trajectory.turns] for trajectory in trajectories]


def turn_requests(system: str, trajectory: Trajectory, task: Task) -> list[ScoreRequest]:
    """A question for each turn that was really taken, with what was said there as its one candidate."""
    return [turn_request(system, trajectory, number, task, [turn.raw]) for number, turn in enumerate(trajectory.turns)]


def turn_request(system: str, trajectory: Trajectory, turn: int, task: Task, candidates: Sequence[str]) -> ScoreRequest:
    """The question how good `candidates` would be as turn `turn` of a trajectory."""
    opening = [{"role": "system", "content": system}] if system else []
    history = (*opening, *trajectory.history(turn))
    return ScoreRequest(history, task.hidden, tuple(candidates), task.id)  # type: ignore[arg-type]
