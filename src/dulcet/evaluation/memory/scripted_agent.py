"""The scripted policy, told what the tasks want: it searches for the question alone, and answers in the form asked for.

A language model reads the whole request and sees what of it is the question. The policy of rules would search for the
instructions, too, so they are taken out of what it sees; and where the task wants an opener or two named lines, its
message is put into that form. The searching and the following of keys are the policy's own.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from dulcet.benchmarks.memory.wording import ASKED, OPENING, document_answer
from dulcet.benchmarks.memory.words import sentences
from dulcet.evaluation.memory.scripted_reader import NOT_FOUND, best, opener
from dulcet.memory.scripted import UUID, ScriptedPolicy, View, next_step, view
from dulcet.models.base import Completion, Sampling
from dulcet.trajectory import Message

CUT = "characters shown"
"""Stands where a result is shown in part."""
AGAIN = "Cut short; once more."


class ScriptedAgent(ScriptedPolicy):
    """A Model for the agent with a memory."""

    def __init__(self, window: int) -> None:
        super().__init__(window)
        self.identity = {**self.identity, "tasks": 1}

    async def sample(
        self, messages: Sequence[Message], sampling: Sampling, *, seed: int, n: int = 1
    ) -> list[Completion]:
        """The same step `n` times; longer than the limit it is cut like any model's."""
        prompt = self.count(messages)
        text = json.dumps(step(messages), ensure_ascii=False)
        tokens = self.count_text(text) + 1
        if prompt + min(tokens, sampling.max_tokens) > self.window:
            return [Completion("", 0, prompt, "overflow")] * n
        if tokens > sampling.max_tokens:
            return [Completion(text[: 2 * sampling.max_tokens], sampling.max_tokens, prompt, "length")] * n
        return [Completion(text, tokens, prompt, "stop")] * n


def step(messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The next call."""
    seen = view(messages)
    if (repeated := again(seen)) is not None:
        return repeated
    request = str(seen.event.get("message", ""))
    question = request.partition(ASKED)[2]
    if question:
        seen.event = {**seen.event, "message": question}
    called = next_step(seen)
    if OPENING in request and not seen.steps:
        return _say(opener(seen.blocks.get("human", "").splitlines()))
    if called.get("tool") == "send_message" and question:
        said = str(called["arguments"]["message"])
        said = NOT_FOUND if said.startswith("I do not know") else said
        quoted = best(sentences(said), question)  # a sentence, so that the message is not cut at the token limit
        return _say(document_answer(quoted, quoted) if "DOCUMENT:" in request else said)
    return called


def again(seen: View) -> dict[str, Any] | None:
    """The last search once more where its result was cut before the value of the key that it asked for.

    A full window shows results in part; asking makes room, so that the same search then shows more.
    """
    call, result = seen.steps[-1] if seen.steps else ({}, {})
    query, shown = str(call.get("arguments", {}).get("query", "")), str(result.get("message", ""))
    cut = CUT in shown and bool(re.fullmatch(UUID, query)) and f'"{query}": "' not in shown
    if not cut or call.get("thoughts") == AGAIN:
        return None
    return {**call, "thoughts": AGAIN}


def _say(text: str) -> dict[str, Any]:
    return {"thoughts": "", "tool": "send_message", "arguments": {"message": text}}
