"""Reflexion: after a failed trial the model writes down what to do better, and reads it in the next (arXiv 2303.11366).

Shinn et al. 2023, Algorithm 1, with the grade as the evaluator. It learns from the outcome of the very task that it is
measured on, trial by trial, and stops at the first success: an advantage that no other agent here has, and every
result says so. The trials themselves are played by `rollout/trials.py`.
"""

from collections.abc import Sequence
from typing import Any

from dulcet.agents.direct import DirectAgent
from dulcet.agents.prompts import prompt_hash, with_system
from dulcet.models.base import Completion, Model, Sampling
from dulcet.seeds import derive
from dulcet.task import Brief
from dulcet.trajectory import Message, Trajectory

TOLD = "the grade of each task after each trial of it, until the first success"
"""What this agent is told and others are not; part of its identity in every result file."""
MEMORY = 3
"""The latest so many reflections are read (the paper's Ω, 1 to 3)."""
LESSONS = """\
You have tried this very task before and failed. The conversation begins anew, and nobody remembers the last one. This \
is what you then wrote down for yourself:\
"""
REFLECT = """\
The conversation is over, and the task is not done: {verdict}. You will try the same task once more, with the same \
person, who will remember nothing. In a few sentences, write down for yourself what went wrong and what you will do \
differently: what to ask, what you know by now, what the answer has to look like. Write these notes and nothing else.\
"""


class ReflexionAgent(DirectAgent):
    """Several trials of one task. By itself it is the direct agent; `trial` makes the one that has learnt.

    Where it does not reflect (`reflects`) it merely tries again: the part of the gain that is no learning.
    """

    kind = "reflexion"

    def __init__(
        self,
        model: Model,
        sampling: Sampling | None = None,
        prompt: str = "",
        *,
        trials: int = 3,
        reflects: bool = True,
        turns: int = 10,
    ) -> None:
        super().__init__(model, sampling, prompt, turns=turns)
        self.trials, self.reflects = trials, reflects

    @property
    def identity(self) -> dict[str, Any]:
        """The direct agent's, the trials, what it is told, and the hash of what is asked beside the system prompt."""
        asked = {"instructions_hash": prompt_hash(LESSONS + REFLECT)} if self.reflects else {}
        return {**super().identity, "trials": self.trials, "reflects": self.reflects, "told": TOLD, **asked}

    def trial(self, number: int, reflections: Sequence[str] = ()) -> "TrialAgent":
        """The agent of trial `number` (from 1), with the reflections on the trials before it, oldest first."""
        return TrialAgent(self, number, reflections)


class TrialAgent:
    """The agent of one trial. With equal seeds the first is the direct agent's episode."""

    def __init__(self, agent: ReflexionAgent, number: int, reflections: Sequence[str]) -> None:
        self.agent, self.number = agent, number
        self.system = _with_lessons(agent.system, [one.strip() for one in reflections if one.strip()][-MEMORY:])

    @property
    def identity(self) -> dict[str, Any]:
        """The same for all trials, as they are one agent's."""
        return self.agent.identity

    async def act(self, brief: Brief, messages: Sequence[Message], *, seed: int) -> Completion:
        """One completion of the conversation, behind what was learnt."""
        seed = seed if self.number == 1 else derive(seed, "trial", self.number)
        return await self._draw(messages, seed)

    async def reflect(self, run: Trajectory, verdict: str) -> Completion:
        """What the model writes down about its failed trial; `verdict` says how it ended, in half a sentence."""
        seed = derive(run.seed, "reflection", run.task_id, run.episode, self.number)
        return await self._draw(_looking_back(run, verdict), seed)

    async def _draw(self, messages: Sequence[Message], seed: int) -> Completion:
        said = with_system(self.system, messages)
        (completion,) = await self.agent.model.sample(said, self.agent.sampling, seed=seed)
        return completion


def _with_lessons(system: str, lessons: Sequence[str]) -> str:
    noted = "\n\n".join([LESSONS, *lessons]) if lessons else ""
    return f"{system}\n\n{noted}".strip() if noted else system


def _looking_back(run: Trajectory, verdict: str) -> list[Message]:
    """The whole conversation, and the question; roles still take turns where the agent's last message is empty."""
    messages = run.history(max(len(run.turns) - 1, 0))
    question = REFLECT.replace("{verdict}", verdict)
    if last := next((turn.content or turn.raw for turn in run.turns[-1:]), ""):
        return [*messages, {"role": "assistant", "content": last}, {"role": "user", "content": question}]
    return [*messages[:-1], {"role": "user", "content": f"{messages[-1]['content']}\n\n{question}"}]
