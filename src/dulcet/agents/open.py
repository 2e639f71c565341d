"""From a config to an agent. Adding an agent is one file and one line in `_MAKERS`."""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from tyro.conf import OmitArgPrefixes

from dulcet.agents.base import Agent
from dulcet.agents.direct import DirectAgent
from dulcet.agents.prompts import fill, named
from dulcet.agents.react import ReActAgent, react_prompt
from dulcet.agents.reflexion import ReflexionAgent
from dulcet.agents.self_refine import SelfRefineAgent
from dulcet.agents.single_turn import SingleTurnAgent, single_turn
from dulcet.memory.config import ContextSpec
from dulcet.models.base import Model, Sampling
from dulcet.protocol import Rules


class AgentSpec(BaseModel):
    """Which agent, and how it draws its messages."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    agent: Literal["direct", "single-turn", "react", "self-refine", "reflexion", "memgpt"] = "direct"
    """`direct` converses; `single-turn` answers the opening request at once; `react` thinks before each message;
    `self-refine` mends each message before it is sent; `reflexion` tries a failed task again, and is told that it
    failed (docs/agents.md); `memgpt` converses with a memory, in a window that may be smaller than the conversation
    (docs/memory.md)."""
    prompt: str | None = None
    """Name of the system prompt (default, single-turn, none); unset takes the agent's own."""
    temperature: float = Field(default=1.0, ge=0)
    """0 is greedy."""
    top_p: float = Field(default=1.0, gt=0, le=1)
    max_tokens: int = Field(default=1024, ge=1)
    """Most tokens of one message."""
    rounds: int = Field(default=1, ge=1)
    """How often `self-refine` mends a message at most; nothing to the others."""
    trials: int = Field(default=3, ge=1)
    """How often `reflexion` tries a task at most; nothing to the others."""
    reflect: bool = True
    """Whether `reflexion` writes down what it learnt; else it merely tries again, to be compared with."""
    context: Annotated[ContextSpec, OmitArgPrefixes] = ContextSpec()
    """The window and memory of `memgpt`; nothing to the others."""

    @property
    def sampling(self) -> Sampling:
        """The part that says how tokens are drawn."""
        return Sampling(self.temperature, self.top_p, self.max_tokens)


def _direct(spec: AgentSpec, model: Model, prompt: str, turns: int) -> Agent:
    return DirectAgent(model, spec.sampling, prompt, turns=turns)


def _single_turn(spec: AgentSpec, model: Model, prompt: str, turns: int) -> Agent:
    return SingleTurnAgent(model, spec.sampling, prompt)


def _react(spec: AgentSpec, model: Model, prompt: str, turns: int) -> Agent:
    return ReActAgent(model, spec.sampling, prompt, turns=turns)


def _self_refine(spec: AgentSpec, model: Model, prompt: str, turns: int) -> Agent:
    return SelfRefineAgent(model, spec.sampling, prompt, rounds=spec.rounds, turns=turns)


def _reflexion(spec: AgentSpec, model: Model, prompt: str, turns: int) -> Agent:
    return ReflexionAgent(model, spec.sampling, prompt, trials=spec.trials, reflects=spec.reflect, turns=turns)


def _memgpt(spec: AgentSpec, model: Model, prompt: str, turns: int) -> Agent:
    from dulcet.agents.memgpt import MemGPTAgent

    return MemGPTAgent(model, spec.sampling, prompt, spec=spec.context, turns=turns)


_MAKERS: dict[str, Callable[[AgentSpec, Model, str, int], Agent]] = {
    "direct": _direct,
    "single-turn": _single_turn,
    "react": _react,
    "self-refine": _self_refine,
    "reflexion": _reflexion,
    "memgpt": _memgpt,
}
_OWN = {"single-turn": "single-turn"}
"""Which prompt an agent takes where none is named, if not `default`."""


def open_agent(spec: AgentSpec, model: Model, *, prompts: Mapping[str, str], turns: int = 10) -> Agent:
    """The agent that the spec describes, told that it has `turns` messages; `prompts` are its benchmark's, by name.

    Raises InputError for an unknown prompt.
    """
    return _MAKERS[spec.agent](spec, model, _prompt(spec, prompts), turns)


def rules_for(spec: AgentSpec, rules: Rules) -> Rules:
    """The rules that this agent plays under: one turn for the single-turn baseline."""
    return single_turn(rules) if spec.agent == "single-turn" else rules


def system_prompt(spec: AgentSpec, *, prompts: Mapping[str, str], turns: int = 10) -> str:
    """What that agent is told before the conversation; training puts the same text in front. Raises InputError."""
    prompt = _prompt(spec, prompts)
    return fill(react_prompt(prompt) if spec.agent == "react" else prompt, turns)


def _prompt(spec: AgentSpec, prompts: Mapping[str, str]) -> str:
    return named(spec.prompt or _OWN.get(spec.agent, "default"), prompts)
