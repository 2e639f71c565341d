"""Self-Refine: draft, feedback on the draft, refined message, all by one model (Madaan et al. 2023, arXiv 2303.17651).

As in the paper's Algorithm 1, y₀ = M(x), then fb_t = M(x, y₀ … y_t) and y_{t+1} = M(x, y₀, fb₀ … y_t, fb_t): the model
sees all drafts and all feedback, until the feedback finds nothing more or the rounds are over. Only the last message
leaves the agent. Its prompts are instructions alone, where the paper's have worked examples.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dulcet.agents.direct import DirectAgent
from dulcet.agents.prompts import prompt_hash, with_system
from dulcet.models.base import Completion, Model, Sampling
from dulcet.seeds import derive
from dulcet.task import Brief
from dulcet.trajectory import Message

ENOUGH = "NOTHING TO IMPROVE"
"""On a line of its own in the feedback: the draft is sent as it is."""
FEEDBACK = f"""\
Wait: your last message is a draft, nobody has seen it. Look at it critically. Is it in the form that the task asks \
for, is it right, does it leave something out, does it ask for what is known already? Name each fault and say how to \
mend it, but do not write the message anew. If there is none, write {ENOUGH} and no more.\
"""
REFINE = """\
Now write the message anew with these faults mended, in the form that the task asks for. It is sent as you write it, \
so say nothing of the draft or of what you changed.\
"""
_ENOUGH = re.compile(rf"^\W*{ENOUGH}\W*$", re.IGNORECASE | re.MULTILINE)


class SelfRefineAgent(DirectAgent):
    """Refines each message `rounds` times at most. With equal seeds its draft is the direct agent's message."""

    kind = "self-refine"

    def __init__(
        self, model: Model, sampling: Sampling | None = None, prompt: str = "", *, rounds: int = 1, turns: int = 10
    ) -> None:
        super().__init__(model, sampling, prompt, turns=turns)
        self.rounds = rounds

    @property
    def identity(self) -> dict[str, Any]:
        """The direct agent's, the rounds, and the hash of what is asked beside the system prompt."""
        return {**super().identity, "rounds": self.rounds, "instructions_hash": prompt_hash(FEEDBACK + REFINE)}

    async def act(self, brief: Brief, messages: Sequence[Message], *, seed: int) -> Completion:
        """The last whole message; its tokens are those of all drafts and all feedback together."""
        said = with_system(self.system, messages)
        best = await self._draw(said, seed)
        spent = [best]
        for number in range(self.rounds):
            if not _whole(best):
                break
            said += _asked(best.text, FEEDBACK)
            spent.append(feedback := await self._draw(said, derive(seed, "feedback", number)))
            if not _helps(feedback):
                break
            said += _asked(feedback.text, REFINE)
            spent.append(refined := await self._draw(said, derive(seed, "refine", number)))
            if not _whole(refined):  # cut off, refused or out of the window: what is whole stands
                break
            best = refined
        tokens, prompt_tokens = (sum(one.tokens for one in spent), sum(one.prompt_tokens for one in spent))
        return replace(best, tokens=tokens, prompt_tokens=prompt_tokens)

    async def _draw(self, messages: Sequence[Message], seed: int) -> Completion:
        (completion,) = await self.model.sample(messages, self.sampling, seed=seed)
        return completion


def _asked(text: str, question: str) -> list[Message]:
    """What the model wrote, and what it is asked about it."""
    return [{"role": "assistant", "content": text}, {"role": "user", "content": question}]


def _whole(completion: Completion) -> bool:
    return completion.finish == "stop" and bool(completion.text.strip())


def _helps(feedback: Completion) -> bool:
    """Whether it says what to mend; feedback that was cut off does as far as it goes."""
    said = feedback.finish in ("stop", "length") and bool(feedback.text.strip())
    return said and not _ENOUGH.search(feedback.text)
