"""Trajectory: what happened in one episode, and how it ended.

One line of JSON each. `Turn.raw` is what the model wrote and what training trains on; `Turn.content` is what
the person and all later turns saw (thoughts dropped); `Turn.reply` is what the person said to it.
"""

from enum import StrEnum
from typing import Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field


class Message(TypedDict):
    """One chat message in the form that chat templates and OpenAI-compatible servers take."""

    role: Literal["system", "user", "assistant"]
    content: str


class Outcome(StrEnum):
    """How an episode ended. Only the first two end with something to grade."""

    ANSWERED = "answered"
    """The agent marked its final answer."""
    TURN_LIMIT = "turn_limit"
    """The last turn came without the marker; the whole last message is the answer."""
    NO_ANSWER = "no_answer"
    """The episode ended and there is nothing to grade."""
    TRUNCATED = "truncated"
    """A reply of the agent hit its token limit before it ended."""
    CONTEXT_OVERFLOW = "context_overflow"
    """The history no longer fits the model's window."""
    REFUSED = "refused"
    """The agent's model refused to answer."""
    AGENT_FAILED = "agent_failed"
    """The agent's model could not be reached or raised an error."""
    SIMULATOR_FAILED = "simulator_failed"
    """The simulated person could not be reached or raised an error."""
    TIME_LIMIT = "time_limit"
    """The episode took longer than allowed."""

    @property
    def gradable(self) -> bool:
        """Whether there is an answer to grade."""
        return self in (Outcome.ANSWERED, Outcome.TURN_LIMIT)

    @property
    def agents_own(self) -> bool:
        """Whether the agent itself brought the ending about, so that a failure counts against it.

        The other endings are faults of the machinery: such an episode is left out of every mean and counted apart.
        """
        return self not in (Outcome.AGENT_FAILED, Outcome.SIMULATOR_FAILED, Outcome.TIME_LIMIT)


class Turn(BaseModel):
    """One message of the agent and the person's reply to it."""

    model_config = ConfigDict(frozen=True)

    raw: str
    content: str
    reply: str | None = None
    """None where the episode ended with this turn."""
    tokens: int = 0
    """Tokens the model wrote."""
    prompt_tokens: int = 0
    leaks: int = 0
    """Replies of the person to this turn that leaked the hidden information (asked again or redacted)."""
    redacted: bool = False
    """Whether the reply shown is the redacted one."""


class Grade(BaseModel):
    """What the grader says of one answer."""

    model_config = ConfigDict(frozen=True)

    tests_passed: float
    """The score, in [0, 1]: the share of the checks passed; for pages, how alike they are."""
    success: bool
    """Whether all checks passed; for pages, whether they are alike enough."""
    outcome: str
    """What became of the answer, e.g. passed, wrong, syntax_error, timed_out (the benchmark's grader names them)."""
    detail: str = ""


class Trajectory(BaseModel):
    """One episode."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.trajectory/1"] = "dulcet.trajectory/1"
    task_id: str
    episode: int = 0
    """Which of the episodes of this task in its file; (task_id, episode) is unique there."""
    seed: int = 0
    prompt: str
    """The person's opening request, the first user message."""
    turns: tuple[Turn, ...] = ()
    answer: str | None = None
    outcome: Outcome
    grade: Grade | None = None
    """None unless `outcome.gradable`."""
    error: str | None = None
    """What failed, for the outcomes that are failures of the machinery."""
    seconds: float = 0.0
    agent: dict[str, Any] = Field(default_factory=dict)
    """Identity of the agent: kind, model, sampling, system prompt's hash."""
    human: dict[str, Any] = Field(default_factory=dict)
    """Identity of the person: kind, name, version, prompt's hash, temperature."""

    @property
    def key(self) -> tuple[str, int]:
        """What an episode is known by in its file."""
        return self.task_id, self.episode

    @property
    def reward(self) -> float | None:
        """The grade's score; 0 for an ending that is the agent's own fault; None for a failure of the machinery."""
        if self.grade is not None:
            return self.grade.tests_passed
        return 0.0 if self.outcome.agents_own else None

    @property
    def success(self) -> bool:
        """Whether the grade is a success."""
        return self.grade is not None and self.grade.success

    def history(self, turn: int) -> list[Message]:
        """The messages before turn `turn` (0-based), from the opening request to the person's last reply."""
        messages: list[Message] = [{"role": "user", "content": self.prompt}]
        for past in self.turns[:turn]:
            messages.append({"role": "assistant", "content": past.content})
            messages.append({"role": "user", "content": past.reply or ""})
        return messages
