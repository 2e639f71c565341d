"""The released offline trajectories: one JSON object a line, ready to train from.

`task` (a task row), `dialogue_history` (messages with `role` and `content`; those of the agent also carry `input`,
the whole prompt as text, and `output`, the raw text before thoughts were dropped), `answer`, and often `reward`
(the share of tests that the released grader saw pass).
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dulcet.benchmarks.backend.tasks import parse_task
from dulcet.benchmarks.task_file import load_object, numbered_lines
from dulcet.errors import InputError
from dulcet.task import Task
from dulcet.trajectory import Grade, Outcome, Trajectory, Turn

NO_ANSWER = "No answer"
"""What the released environment stores where an episode ended without an answer."""


@dataclass(frozen=True)
class OfflineFile:
    """What a file holds: the episodes that can be read, each with its task, and an error for each line that cannot."""

    episodes: list[tuple[Task, Trajectory]]
    faults: list[InputError] = field(default_factory=list)


def read_offline(path: Path) -> OfflineFile:
    """Read all episodes; those of one task share its id and are numbered in their order.

    A bad line is a fault that names file, line and field; the others are kept. Raises InputError where the file
    cannot be read or holds nothing at all.
    """
    episodes: list[tuple[Task, Trajectory]] = []
    faults: list[InputError] = []
    names: dict[tuple[str, str, tuple[str, ...]], str] = {}
    count: Counter[str] = Counter()
    numbered = numbered_lines(path)
    for number, line in numbered:
        where = f"{path}:{number}"
        try:
            task, trajectory = _episode(load_object(line, where), where)
        except InputError as fault:
            faults.append(fault)
            continue
        # rows carry no id: the same task in several rows is known by its content
        name = names.setdefault((task.prompt, task.hidden, task.checks), task.id or f"offline-{len(names)}")
        episodes.append(
            (
                task.model_copy(update={"id": name}),
                trajectory.model_copy(update={"task_id": name, "episode": count[name]}),
            )
        )
        count[name] += 1
    if not numbered:
        raise InputError("holds no episodes", where=str(path), do="Give a file with one JSON object a line.")
    return OfflineFile(episodes, faults)


def _episode(row: dict[str, Any], where: str) -> tuple[Task, Trajectory]:
    source = row.get("task")
    if not isinstance(source, dict):
        raise InputError("field 'task': an object is needed", where=where)
    task = parse_task(source, where, default_id="")
    prompt, turns = _turns(row.get("dialogue_history"), task.prompt, where)
    answer = row.get("answer")
    if answer is not None and not isinstance(answer, str):
        raise InputError(f"field 'answer': a text is needed, not {type(answer).__name__}", where=where)
    answered = answer is not None and answer != NO_ANSWER
    grade = _grade(row.get("reward"), where) if answered else None
    trajectory = Trajectory(
        task_id=task.id,
        prompt=prompt,
        turns=turns,
        answer=answer if answered else None,
        outcome=Outcome.ANSWERED if answered else Outcome.NO_ANSWER,
        grade=grade,
        agent={"kind": "offline", "source": "released trajectories"},
        human={"kind": "offline", "source": "released trajectories"},
    )
    return task, trajectory


def _turns(history: Any, request: str, where: str) -> tuple[str, tuple[Turn, ...]]:
    """(the opening request, the turns) of a dialogue; each agent's message takes the reply that follows it."""
    if not isinstance(history, list) or not history:
        raise InputError("field 'dialogue_history': a list of messages is needed", where=where)
    turns: list[Turn] = []
    prompt = request
    for number, item in enumerate(history):
        place = f"dialogue_history.{number}"
        role, content = _message(item, place, where)
        if role == "assistant":
            raw = item.get("output", content)
            if not isinstance(raw, str):
                raise InputError(f"field '{place}.output': a text is needed", where=where)
            turns.append(Turn(raw=raw, content=content))
        elif role == "user" and not turns:
            prompt = content
        elif role == "user":
            turns[-1] = turns[-1].model_copy(update={"reply": content})
    if not turns:
        raise InputError("field 'dialogue_history': no message of role 'assistant'", where=where)
    return prompt, tuple(turns)


def _message(item: Any, place: str, where: str) -> tuple[str, str]:
    if not isinstance(item, dict):
        raise InputError(f"field '{place}': an object is needed", where=where)
    role, content = item.get("role"), item.get("content")
    if role not in ("system", "user", "assistant"):
        raise InputError(f"field '{place}.role': user or assistant is needed, not {role!r}", where=where)
    if not isinstance(content, str):
        raise InputError(f"field '{place}.content': a text is needed", where=where)
    return role, content


def _grade(reward: Any, where: str) -> Grade | None:
    if reward is None:
        return None
    if isinstance(reward, bool) or not isinstance(reward, int | float) or math.isnan(reward) or not 0 <= reward <= 1:
        raise InputError(f"field 'reward': a number from 0 to 1 is needed, not {reward!r}", where=where)
    outcome = "passed" if reward == 1 else "wrong"
    return Grade(tests_passed=float(reward), success=reward == 1, outcome=outcome, detail="released grader")
