"""A policy that needs no language model: rules that drive the tools through the same text as a model would.

It stores what it is told, searches before it answers, pages through results, follows chains of keys, and says what it
found word for word. It cannot converse; it is there to exercise every path, to measure the storage apart from any
model, and to show what the memory does where nothing can be downloaded.

Each completion follows from what is in view alone: the event, the last call and its result, and its own last thoughts.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dulcet.memory.config import DEFAULT_WINDOW
from dulcet.memory.rules import Fact, best_row, facts, is_question, rows
from dulcet.memory.tools.schemas import HEARTBEAT
from dulcet.models.base import Completion, Sampling
from dulcet.trajectory import Message

UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_UUID = re.compile(UUID)
_PAIR = re.compile(rf"({UUID})\W{{1,6}}({UUID})")
_TOKEN = re.compile(r"[^\W\d_]{1,4}|\d{1,3}|_|[^\w\s]|\s+")
_BLOCK = re.compile(r"<(\w+)>\n?(.*?)\n?</\1>", re.S)
PAGES = 3
"""Pages of a search that are looked at for a question; a chain of keys is followed as far as keys are found."""
ENOUGH = 0.75
"""Share of a question's words that a row has to have for the search to end."""


@dataclass
class View:
    """What the policy makes of the messages."""

    blocks: dict[str, str] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=dict)
    """The last event that is no alert."""
    steps: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    """(call, result) of each step since then that is still in view."""
    alert: bool = False
    """Whether an alert is the last thing."""


class ScriptedPolicy:
    """A Model that follows rules. It counts its prompts in tokens of its own: pieces of words up to four letters."""

    def __init__(self, window: int = DEFAULT_WINDOW) -> None:
        self.window = window
        self.identity: dict[str, Any] = {"kind": "scripted", "name": "memory-policy", "version": 1}

    async def sample(
        self, messages: Sequence[Message], sampling: Sampling, *, seed: int, n: int = 1
    ) -> list[Completion]:
        """See models.base.Model; the seed changes nothing."""
        prompt = self.count(messages)
        if prompt >= self.window:
            return [Completion("", 0, prompt, "overflow")] * n
        text = json.dumps(next_step(view(messages)), ensure_ascii=False)
        tokens, most = self.count_text(text) + 1, min(sampling.max_tokens, self.window - prompt)
        if tokens > most:
            pieces = _TOKEN.findall(text)[:most]
            return [Completion("".join(pieces), most, prompt, "length")] * n
        return [Completion(text, tokens, prompt, "stop")] * n

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of a prompt: four for each message beside its text, and two for the opening of the reply."""
        return 2 + sum(4 + self.count_text(str(message["content"])) for message in messages)

    def count_text(self, text: str) -> int:
        """Tokens of a text."""
        return sum(1 for _ in _TOKEN.finditer(text))

    async def close(self) -> None:
        """Nothing is held."""


def view(messages: Sequence[Mapping[str, Any]]) -> View:
    """Read the messages of the JSON form."""
    seen = View()
    for message in messages:
        if message["role"] == "system":
            seen.blocks = dict(_BLOCK.findall(message["content"]))
            continue
        for line in str(message["content"]).splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict):
                _see(seen, row, message["role"])
    return seen


def next_step(seen: View) -> dict[str, Any]:
    """The next call, or nothing but thoughts where there is nothing to do."""
    text = str(seen.event.get("message", ""))
    said = [call for call, result in seen.steps if call.get("tool") == "send_message" and result.get("status") == "ok"]
    if said or (seen.alert and not seen.event):
        return {"thoughts": "Nothing is left to do."}
    kind = seen.event.get("type")
    if kind == "login":
        return _say(_greeting(seen.blocks))
    if kind != "user_message":
        return {"thoughts": "Noted."}
    keys = _UUID.findall(text)
    if len(keys) == 1:
        return _follow(keys[0], seen)
    return _look_up(text, seen) if is_question(text) else _store(text, seen)


def _see(seen: View, row: dict[str, Any], role: str) -> None:
    if role == "assistant":
        seen.steps.append((row, {}))
        return
    kind = row.get("type")
    seen.alert = kind == "system_alert"
    if kind == "tool_result":
        call = seen.steps.pop()[0] if seen.steps else {}
        seen.steps.append((call, row))
    elif kind in ("user_message", "login", "upload", "timed"):
        seen.event, seen.steps = row, []


def _call(tool: str, thoughts: str = "", **arguments: Any) -> dict[str, Any]:
    heartbeat = {} if tool == "send_message" else {HEARTBEAT: True}
    return {"thoughts": thoughts, "tool": tool, "arguments": {**arguments, **heartbeat}}


def _say(text: str) -> dict[str, Any]:
    return _call("send_message", message=text)


def _last(seen: View) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """(tool, arguments, result) of the last step; the tool is empty before the first."""
    call, result = seen.steps[-1] if seen.steps else ({}, {})
    return call.get("tool", ""), call.get("arguments", {}), result


def _follow(key: str, seen: View) -> dict[str, Any]:
    """A chain of keys: look the key up, then its value, until a value is found nowhere as a key."""
    tool, asked, result = _last(seen)
    if not tool.endswith(("_search", "_ignore_case")):
        return _call("archival_memory_search", query=key, page=0)
    key, page = asked.get("query", key), asked.get("page", 0)
    values = [value for first, value in _PAIR.findall(result.get("message", "")) if first == key]
    if values:
        return _call("archival_memory_search", f"{key} leads to {values[0]}", query=values[0], page=0)
    if key in result.get("message", "") and page + 1 < result.get("pages", 0):
        return _call(tool, query=key, page=page + 1)
    if tool == "archival_memory_search":
        return _call("recall_memory_search_ignore_case", query=key, page=0)
    return _say(key)


def _look_up(question: str, seen: View) -> dict[str, Any]:
    """A question: the working context, then earlier messages, then the archive; the row with most of its words."""
    tool, asked, result = _last(seen)
    best = _remembered(seen)
    if not tool:
        known = best_row(question, [line for text in seen.blocks.values() for line in text.splitlines()])
        return _search("recall_memory_search", question, 0, max(best, known))
    best = max(best, best_row(question, rows(result.get("message", ""))))
    page = asked.get("page", 0)
    if best[0] < ENOUGH and page + 1 < min(PAGES, result.get("pages", 0)):
        return _search(tool, question, page + 1, best)
    if best[0] < ENOUGH and tool == "recall_memory_search":
        return _search("archival_memory_search", question, 0, best)
    return _say(best[1] or "I do not know; nothing that I stored or was told answers that.")


def _search(tool: str, question: str, page: int, best: tuple[float, str]) -> dict[str, Any]:
    thoughts = json.dumps({"score": round(best[0], 3), "best": best[1][:400]}, ensure_ascii=False)
    return _call(tool, thoughts, query=question, page=page)


def _remembered(seen: View) -> tuple[float, str]:
    """The best row so far, from its own last thoughts: the results that had it may have left the view."""
    thoughts = seen.steps[-1][0].get("thoughts", "") if seen.steps else ""
    try:
        kept = json.loads(thoughts)
        return float(kept["score"]), str(kept["best"])
    except (ValueError, KeyError, TypeError):
        return 0.0, ""


def _store(text: str, seen: View) -> dict[str, Any]:
    """Statements: what is about the person goes into the working context, the rest and what has no room there into
    the archive. A statement that begins as a line of the working context does replaces it.
    """
    told, (tool, _, result) = facts(text), _last(seen)
    thoughts = str(seen.steps[-1][0].get("thoughts", "")) if tool else ""
    done = int(thoughts) if thoughts.isdecimal() else len(seen.steps)
    if 0 < done <= len(told) and result.get("status") != "ok" and tool != "archival_memory_insert":
        return _call("archival_memory_insert", str(done), content=told[done - 1].text)
    if done >= len(told):
        return _say("Noted." if told else "I store what I am told and look up what I am asked; I cannot converse.")
    return _keep(told[done], seen.blocks, str(done + 1))


def _keep(fact: Fact, blocks: dict[str, str], thoughts: str) -> dict[str, Any]:
    if not (fact.personal and "human" in blocks):
        return _call("archival_memory_insert", thoughts, content=fact.text)
    lines = blocks["human"].splitlines()
    old = next((line for line in lines if fact.subject and line.startswith(fact.subject)), None)
    if old is None:
        return _call("working_context_append", thoughts, name="human", content=fact.text)
    return _call("working_context_replace", thoughts, name="human", old_content=old, new_content=fact.text)


def _greeting(blocks: dict[str, str]) -> str:
    """An opener that takes up the last things learnt of the person."""
    lines = [line for line in blocks.get("human", "").splitlines() if line.strip()]
    return f"Hello again! You told me: {' '.join(lines[-3:])}" if lines else "Hello!"
