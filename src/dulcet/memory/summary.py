"""Recursive summaries: a new one from the old one and the messages that leave the window (MemGPT, section 2.2).

By the model itself, in pieces where its window cannot hold all at once, or by a rule that picks sentences. The rule is
also what is left when the model fails: a conversation never ends for want of a summary.
"""

import asyncio
import logging
import math
import re
from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any, Protocol

from dulcet.errors import DulcetError
from dulcet.memory.items import Item
from dulcet.memory.tokens import Counter, largest
from dulcet.models.base import Model, Sampling

logger = logging.getLogger(__name__)
_SENTENCE = re.compile(r"[^\n.!?]+(?:[.!?]+(?=\s|$)|\n|$)|[.!?]+")
_WORD = re.compile(r"\w+")
ASK = """\
You keep the notes of a conversation. Below are the notes so far and what was said since. Write new notes that replace \
the old ones: facts about the person, decisions, open questions, names, numbers and dates; no more than {words} words, \
no comments.\
"""


class Summariser(Protocol):
    """Writes summaries."""

    async def summarise(self, old: str, items: Sequence[Item], limit: int, *, seed: int) -> str:
        """At most `limit` tokens that stand for the old summary and the items."""
        ...


class Extractive:
    """Picks the sentences with the rarest words, numbers and names first, and gives them in the order they came in."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    async def summarise(self, old: str, items: Sequence[Item], limit: int, *, seed: int = 0) -> str:
        """See Summariser."""
        return self.pick([*old.splitlines(), *(line for item in items for line in lines(item))], limit)

    def pick(self, texts: Sequence[str], limit: int) -> str:
        """The best sentences of the texts within `limit` tokens."""
        rows = [sentence for text in texts for sentence in _sentences(text)]
        seen = Tally(word for row in rows for word in {word.lower() for word in _WORD.findall(row)})
        chosen: dict[str, int] = {}
        left = limit
        for index in sorted(range(len(rows)), key=lambda index: (-_worth(rows[index], seen, len(rows)), -index)):
            cost = self._counter.text(rows[index]) + 1
            if cost <= left and rows[index] not in chosen:
                chosen[rows[index]] = index
                left -= cost
        return trimmed("\n".join(sorted(chosen, key=chosen.__getitem__)), limit, self._counter)


class ByModel:
    """The model writes; `window` is what it can read, reply included. Falls back to extraction where it fails."""

    def __init__(self, model: Model, counter: Counter, window: int, *, timeout: float = 120) -> None:
        self._model, self._counter, self._window, self._timeout = model, counter, window, timeout
        self._rule = Extractive(counter)

    async def summarise(self, old: str, items: Sequence[Item], limit: int, *, seed: int) -> str:
        """See Summariser. What does not fit at once is read piece by piece, each with the notes so far."""
        texts = [line for item in items for line in lines(item)]
        try:
            async with asyncio.timeout(self._timeout):
                return await self._fold(old, texts, limit, seed)
        except (DulcetError, TimeoutError, _EmptyError) as error:
            logger.warning("no summary by the model (%s); sentences are picked by rule", error)
            return self._rule.pick([*old.splitlines(), *texts], limit)

    async def _fold(self, old: str, texts: list[str], limit: int, seed: int) -> str:
        notes, waiting = trimmed(old, limit, self._counter), list(texts)
        while waiting:
            taken = self._taken(notes, waiting, limit)
            if taken:
                piece, waiting = "\n".join(waiting[:taken]), waiting[taken:]
            else:  # one message alone is too long: as much of it as fits
                piece, waiting = self._shortened(notes, waiting[0], limit), waiting[1:]
            notes = await self._once(notes, piece, limit, seed)
        return notes

    async def _once(self, notes: str, piece: str, limit: int, seed: int) -> str:
        chat: Any = self._chat(notes, piece, limit)
        sampling = Sampling(temperature=0, max_tokens=limit)
        (said,) = await self._model.sample(chat, sampling, seed=seed)
        if not said.text.strip() or said.finish in ("overflow", "refused"):
            raise _EmptyError(f"it wrote nothing ({said.finish})")
        return trimmed(said.text.strip(), limit, self._counter)

    def _taken(self, notes: str, waiting: list[str], limit: int) -> int:
        """How many of the texts fit."""
        return largest(lambda count: self._fits(notes, "\n".join(waiting[:count]), limit), len(waiting))

    def _shortened(self, notes: str, text: str, limit: int) -> str:
        size = largest(lambda size: self._fits(notes, text[:size], limit), len(text))
        if not size:
            raise _EmptyError("its window has no room for the notes")
        return text[:size]

    def _fits(self, notes: str, piece: str, limit: int) -> bool:
        return self._counter.count(self._chat(notes, piece, limit)) + limit <= self._window

    def _chat(self, notes: str, piece: str, limit: int) -> list[dict[str, str]]:
        ask = ASK.replace("{words}", str(max(8, limit // 2)))
        return [{"role": "user", "content": f"{ask}\n\nNotes so far:\n{notes or '(none)'}\n\nSaid since:\n{piece}"}]


class _EmptyError(Exception):
    """The model answered, and there is no summary."""


def lines(item: Item) -> list[str]:
    """What of an item is worth remembering, with who said it; results of searches are in storage already."""
    if item.kind == "said":
        return [f"assistant: {item.text}"] if item.text else []
    if item.kind == "event" and item.role == "user":
        return [f"user: {item.text}"]
    return []


def trimmed(text: str, limit: int, counter: Counter) -> str:
    """The longest beginning of the text that has at most `limit` tokens."""
    if counter.text(text) <= limit:
        return text
    return text[: largest(lambda size: counter.text(text[:size]) <= limit, len(text))]


def _sentences(text: str) -> list[str]:
    """The sentences of `user: ...`, each with its speaker in front."""
    speaker, colon, said = text.partition(": ")
    if not (colon and speaker in ("user", "assistant")):
        speaker, said = "", text
    found = [piece.strip() for piece in _SENTENCE.findall(said)]
    return [f"{speaker}: {piece}" if speaker else piece for piece in found if _WORD.search(piece)]


def _worth(row: str, seen: "Tally[str]", rows: int) -> float:
    """Rare words, numbers and names of a sentence by the root of its length; the person's count more."""
    words = _WORD.findall(row)
    rarity = sum(math.log1p(rows / seen[word]) for word in {word.lower() for word in words})
    told = sum(word[0].isdigit() or word[0].isupper() for word in words[1:])
    return float(rarity + 2 * told) / math.sqrt(len(words)) * (1.5 if row.startswith("user:") else 1.0)
