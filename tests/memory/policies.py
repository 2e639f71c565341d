"""Models for tests of the loop: one that does anything at all, one that follows a list, and counters that are exact."""

import json
import re

from dulcet.memory.config import ContextSpec
from dulcet.memory.tokens import largest
from dulcet.memory.tools.schemas import tools_of
from dulcet.models.base import Completion

WORDS = ["a", "beta", "the", "gamma", "delta,", "ümlaut", "漢字", "\U0001f600", "'", '"', "\\", "{", "}", "["]
WORDS += ["]", "\n", "\t", "<human>", "</human>", "123", "0x7f", "\ud83d", "\0"]
TOOLS = tools_of(ContextSpec())
PIECE = re.compile(rb" ?[A-Za-z]{1,6}|\d{1,3}|[!-/:-@[-`{-~]{1,2}|.", re.S)


class PieceCounter:
    """An exact tokenizer, quick enough for thousands of steps: up to six letters, two signs or a byte; in ChatML."""

    exact = True

    def count(self, messages, tools=()):
        inside = sum(4 + self.text(str(one["content"])) + self.text(calls(one)) for one in messages)
        return 3 + inside + (self.text(json.dumps(list(tools))) if tools else 0)

    def text(self, text):
        return len(PIECE.findall(text.encode()))


def calls(message):
    return json.dumps(message["tool_calls"]) if "tool_calls" in message else ""


class CountedModel:
    """What the models below share: a window, and a check that no prompt was ever too long for it."""

    def __init__(self, window, counter=None):
        self.window, self.counter = window, counter or PieceCounter()
        self.identity = {"kind": "test"}
        self.prompts, self.overflows = 0, 0
        self.seen = []

    def count(self, messages):
        return self.counter.count(messages)

    def count_text(self, text):
        return self.counter.text(text)

    async def sample(self, messages, sampling, *, seed, n=1):
        prompt = self.count(messages)
        self.prompts += 1
        self.overflows += prompt + sampling.max_tokens > self.window
        self.seen.append(messages)
        written = (
            self.write(messages, seed).encode("utf-8", "replace").decode()
        )  # a half pair is left in JSON's escapes
        text, finish = self.cut(written, sampling.max_tokens)
        return [Completion(text, self.counter.text(text), prompt, finish)] * n

    def cut(self, text, most):
        if self.counter.text(text) <= most:
            return text, "stop"
        return text[: largest(lambda size: self.counter.text(text[:size]) <= most, len(text))], "length"

    async def close(self): ...


class RandomModel(CountedModel):
    """Writes anything: messages, calls of every tool with any arguments, broken and endless JSON, nothing."""

    def __init__(self, window, random, counter=None):
        super().__init__(window, counter)
        self.random = random

    def write(self, messages, seed):
        random, kind = self.random, self.random.random()
        self.seen.clear()
        if kind < 0.1:
            return words(random, 2 ** random.uniform(0, 10))
        if kind < 0.15:
            return '{"tool": "send_message", "argum'
        if kind < 0.2:
            arguments = {words(random, 3): words(random, 2 ** random.uniform(0, 10))}
            return json.dumps({"tool": words(random, 5), "arguments": arguments})
        made = [self.drawn_call(random.choice(TOOLS)) for _ in range(random.choice([1, 1, 1, 1, 2, 12]))]
        return "\n".join(json.dumps(one, ensure_ascii=random.random() < 0.5) for one in made)

    def drawn_call(self, tool):
        random = self.random
        arguments = {name: self.argument(name, one) for name, one in tool.arguments.items()}
        if random.random() < 0.4:
            arguments["request_heartbeat"] = True
        return {"thoughts": words(random, random.choice([0, 3, 30])), "tool": tool.name, "arguments": arguments}

    def argument(self, name, argument):
        random = self.random
        if argument.kind == "integer":
            return random.choice([0, 0, 1, "2", -1, None, "x"])
        if name == "name":
            return random.choice(["human", "persona", "nobody"])
        if name.endswith("date"):
            return random.choice(["2020-01-01", "2030-01-01", "soon"])
        return words(random, 2 ** random.uniform(0, 8))


class ListModel(CountedModel):
    """Writes what it is given, in order; after that, plain text."""

    def __init__(self, *texts, window=4096):
        super().__init__(window)
        self.texts = list(texts)

    def write(self, messages, seed):
        return self.texts.pop(0) if self.texts else "Done."


def words(random, count):
    return " ".join(random.choice(WORDS) for _ in range(int(count)))


def call(tool, **arguments):
    return json.dumps({"tool": tool, "arguments": arguments})


def prompt_text(model):
    """Everything that the model was shown last."""
    return "\n".join(str(message["content"]) for message in model.seen[-1])
