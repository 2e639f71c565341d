"""A branch: an episode played on from the middle with another message, to the end and graded.

The state is restored exactly: the turns before, with the person's replies as they are recorded, and people are
stateless. So the mean reward of several continuations is an unbiased estimate of what the message is worth.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dulcet.agents.base import Agent
from dulcet.environment import Environment, Step
from dulcet.errors import DulcetError
from dulcet.rollout.episode import GradeAnswer, grade_end, in_time, play_to_end
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Message, Outcome, Turn


@dataclass(frozen=True)
class Branch:
    """What the agent says next, after recorded turns."""

    task: Task
    before: tuple[Turn, ...]
    """The turns before, each with its reply."""
    message: str
    """As the model wrote it, thoughts included."""

    @cached_property
    def key(self) -> str:
        """24 hex digits that name the task and every word said, wherever they came from."""
        said = [self.task.id, self.task.prompt, *([turn.content, turn.reply] for turn in self.before), self.message]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:24]


def recorded_turns(messages: Sequence[Message]) -> tuple[Turn, ...]:
    """The turns of a conversation: of each what the person saw, which is all that the state depends on.

    A system message and the opening request are passed over. Raises ValueError where the last word is the agent's.
    """
    said = [message["content"] for message in messages if message["role"] != "system"][1:]
    if len(said) % 2:
        raise ValueError("the conversation does not end with the person's reply")
    return tuple(Turn(raw=mine, content=mine, reply=reply) for mine, reply in zip(said[::2], said[1::2], strict=True))


class Continuation(BaseModel):
    """How one continuation of a branch ended."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.continuation/1"] = "dulcet.continuation/1"
    branch: str
    """Its key."""
    sample: int
    """Which of the branch's continuations it is."""
    task_id: str
    reward: float
    """In [0, 1]; 0 for an ending that is the agent's own fault."""
    success: bool
    outcome: Outcome
    ended: bool
    """Whether the message itself ended the episode: then there is nothing to play on, and one sample says all."""
    turns: int
    """Messages of the agent after the branch's."""
    tokens: int
    """Tokens that the agent wrote in them."""


class Estimate(BaseModel):
    """What a branch is worth, by its continuations."""

    model_config = ConfigDict(frozen=True)

    rewards: tuple[float, ...]
    """One a continuation, in the order of the samples; a single one where the message ended the episode."""
    successes: tuple[bool, ...]
    ended: bool
    """Whether the message ended the episode, so that the value is exact."""

    @property
    def value(self) -> float:
        """The mean reward; NaN where no continuation worked."""
        return fmean(self.rewards) if self.rewards else nan

    @staticmethod
    def of(continuations: Sequence[Continuation]) -> "Estimate":
        """From the continuations of one branch."""
        ordered = sorted(continuations, key=lambda one: one.sample)
        return Estimate(
            rewards=tuple(one.reward for one in ordered),
            successes=tuple(one.success for one in ordered),
            ended=any(one.ended for one in ordered),
        )


async def say(branch: Branch, environment: Environment, seed: int) -> Step:
    """Restore the state and say the message: the person's reply to it, or the ending. Raises the person's failure."""
    await environment.resume(branch.task, branch.before, seed=seed)
    return _worked(await environment.step(branch.message))


async def play_branch(
    branch: Branch, sample: int, *, agent: Agent, environment: Environment, grade: GradeAnswer, seed: int
) -> Continuation:
    """Say the message, play on to the end and grade.

    Seeds follow from the branch and the number of the sample alone. Raises the DulcetError of a model or person that
    failed, as there is no reward then.
    """
    names = ("branch", branch.key, sample)

    async def play() -> Step:
        step = await say(branch, environment, derive(seed, *names))
        if step.done:
            return step
        return await play_to_end(branch.task, agent, environment, lambda turn: derive(seed, *names, turn))

    end = _worked(await in_time(play(), environment))
    assert end.outcome is not None
    graded = await grade_end(branch.task, end, grade)
    later = environment.turns[len(branch.before) + 1 :]
    return Continuation(
        branch=branch.key,
        sample=sample,
        task_id=branch.task.id,
        reward=graded.tests_passed if graded else 0.0,
        success=graded is not None and graded.success,
        outcome=end.outcome,
        ended=environment.turns[len(branch.before)].reply is None,
        turns=len(later),
        tokens=sum(turn.tokens for turn in later),
    )


def _worked(step: Step) -> Step:
    """The step. Raises the failure of the machinery that it stands for."""
    if step.outcome is not None and not step.outcome.agents_own:
        raise step.failure or DulcetError(f"the episode ended with '{step.outcome.value}'")
    return step
