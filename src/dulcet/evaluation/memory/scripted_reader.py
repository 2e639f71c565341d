"""A model that is none: it reads its prompt by rule, so that the baselines, too, run without a language model.

It takes the line of its context that shares the rarest words with the question; it follows keys to values where the
question is a key. It can only answer from what it is shown, which is what a baseline is there to tell. Sentences it
quotes whole, so its answers are long: exact match is kind to it, and F1 is not.
"""

import math
import re
from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any

from dulcet.benchmarks.memory.wording import ASKED, document_answer
from dulcet.benchmarks.memory.words import content_words, sentences
from dulcet.models.base import Completion, Sampling
from dulcet.trajectory import Message

NAME = "scripted"
NOT_FOUND = "That was not mentioned."
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PAIR = re.compile(rf'"({_UUID})": "({_UUID})"')
_STAMP = re.compile(r"^\[[^]]*\] ")


class ScriptedReader:
    """Reads the system message for the answer to the user's."""

    @property
    def identity(self) -> dict[str, Any]:
        """Which rules these are."""
        return {"kind": "scripted_reader", "name": NAME, "version": 1}

    async def sample(
        self, messages: Sequence[Message], sampling: Sampling, *, seed: int, n: int = 1
    ) -> list[Completion]:
        """The same answer `n` times."""
        context, asked = messages[0]["content"].splitlines()[1:], messages[-1]["content"]
        said = read(context, asked)
        prompt = sum(len(message["content"].split()) for message in messages)
        return [Completion(said, len(said.split()) + 1, prompt, "stop")] * n

    async def close(self) -> None:
        """Nothing is held."""


def read(context: Sequence[str], asked: str) -> str:
    """The answer, by rule."""
    if key := re.search(rf"^Key: ({_UUID})", asked, re.MULTILINE):
        return follow(dict(_PAIR.findall("\n".join(context))), key[1])
    question = asked.partition(ASKED)[2]
    if not question:
        return opener(context)
    if "DOCUMENT:" in asked:
        passage = best(context, question)
        return document_answer(best(sentences(passage), question), passage)
    return _STAMP.sub("", best(context, question)) or NOT_FOUND


def follow(pairs: dict[str, str], key: str) -> str:
    """The end of the chain, as far as the pairs show it."""
    seen: set[str] = set()
    while key in pairs and key not in seen:
        seen.add(key)
        key = pairs[key]
    return key if seen else "The key is not there."


def best(lines: Sequence[str], question: str) -> str:
    """The line that shares the rarest words with the question; empty where none shares any. The last of several."""
    found = [set(content_words(line)) for line in lines]
    counts = Tally(word for words in found for word in words)
    wanted = set(content_words(question))
    worth = [sum(math.log1p(len(lines) / counts[word]) for word in words & wanted) for words in found]
    index = max(range(len(lines)), key=lambda index: (worth[index], index), default=None)
    return lines[index] if index is not None and worth[index] > 0 else ""


def opener(context: Sequence[str]) -> str:
    """Take up the line with the rarest words for its length."""
    found = [set(content_words(_STAMP.sub("", line))) for line in context]
    counts = Tally(word for words in found for word in words)
    worth = [
        sum(math.log1p(len(found) / counts[word]) for word in words) / math.sqrt(1 + len(words)) for words in found
    ]
    if not any(worth):
        return "Hello, how are you?"
    line = _STAMP.sub("", context[worth.index(max(worth))])
    return f"I was thinking of what we talked about: {line} How did that go on?"
