"""From a config to an agent. Adding an agent is one file and one line in `_MAKERS`."""

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dulcet.agents.base import Agent
from dulcet.agents.direct import DirectAgent
from dulcet.agents.prompts import fill, named
from dulcet.agents.single_turn import SingleTurnAgent, single_turn
from dulcet.models.base import Model, Sampling
from dulcet.protocol import Rules


class AgentSpec(BaseModel):
    """Which agent, and how it draws its messages."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    agent: Literal["direct", "single-turn"] = "direct"
    """`direct` converses; `single-turn` answers the opening request at once."""
    prompt: str | None = None
    """Name of the system prompt (default, single-turn, none); unset takes the agent's own."""
    temperature: float = Field(default=1.0, ge=0)
    """0 is greedy."""
    top_p: float = Field(default=1.0, gt=0, le=1)
    max_tokens: int = Field(default=1024, ge=1)
    """Most tokens of one message."""

    @property
    def sampling(self) -> Sampling:
        """The part that says how tokens are drawn."""
        return Sampling(self.temperature, self.top_p, self.max_tokens)


def _direct(spec: AgentSpec, model: Model, turns: int) -> Agent:
    return DirectAgent(model, spec.sampling, named(spec.prompt or "default"), turns=turns)


def _single_turn(spec: AgentSpec, model: Model, turns: int) -> Agent:
    return SingleTurnAgent(model, spec.sampling, named(spec.prompt or "single-turn"))


_MAKERS: dict[str, Callable[[AgentSpec, Model, int], Agent]] = {"direct": _direct, "single-turn": _single_turn}


def open_agent(spec: AgentSpec, model: Model, *, turns: int = 10) -> Agent:
    """The agent that the spec describes, told that it has `turns` messages. Raises InputError for an unknown prompt."""
    return _MAKERS[spec.agent](spec, model, turns)


def rules_for(spec: AgentSpec, rules: Rules) -> Rules:
    """The rules that this agent plays under: one turn for the single-turn baseline."""
    return single_turn(rules) if spec.agent == "single-turn" else rules


def system_prompt(spec: AgentSpec, *, turns: int = 10) -> str:
    """What that agent is told before the conversation; training puts the same text in front. Raises InputError."""
    own = "single-turn" if spec.agent == "single-turn" else "default"
    return fill(named(spec.prompt or own), turns)
