"""How much of the evidence a search finds in LoCoMo's conversations, without any language model.

The question goes to the search as it is; found are turns; recall is the share of the turns that LoCoMo's authors noted
as evidence which is among the first 5, or 10, found, averaged over the questions of categories 1 to 4 that have any.
A turn is stored with its speaker, its session's time and the caption of its picture. Printed are the search modes, what
the default loses without each of its parts, and two ways of the paper's literal search: the whole question, and the
rarest of its words that finds anything, as a person would try.

`--tune N` shows what choosing the weights is worth: the weights are drawn at random N times, the best on the first
three conversations are kept, and both these and the default are shown on the others, which they have not seen.

Usage: python benchmarks/locomo_recall.py FILE [--embedder minilm|none] [--tune 60]
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from dulcet.memory.base import Entry, NewEntry
from dulcet.memory.embedding import EmbedderSpec, open_embedder
from dulcet.memory.opening import open_store
from dulcet.memory.search.ranking import Weights
from dulcet.memory.search.words import STOP, words

CUTS = (5, 10)
NONE = {"before": 0.0, "after": 0.0}
PARTS: dict[str, dict[str, float]] = {
    "without neighbours": NONE,
    "without speakers": {"speaker": 0.0},
    "without days": {"day": 0.0, "when": 0.0},
    "without vectors": {"vectors": 0.0},
    "without any of the first three": NONE | {"speaker": 0.0, "day": 0.0, "when": 0.0},
}
Find = Callable[["Conversation", str], list[str]]


@dataclass
class Conversation:
    """One of the file's, in a memory."""

    name: str
    memory: Any
    questions: list[dict[str, Any]]


class Remembering:
    """An embedder that embeds no question twice."""

    def __init__(self, embedder: Any) -> None:
        self._embedder, self._known = embedder, {}
        self.identity, self.dimension = embedder.identity, embedder.dimension

    def embed(self, texts: Sequence[str], *, query: bool) -> np.ndarray:
        """As the embedder does."""
        new = [text for text in texts if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._embedder.embed(new, query=query), strict=True))
        return np.stack([self._known[text] for text in texts])


def turns(conversation: dict[str, Any]) -> list[NewEntry]:
    """The messages of all sessions."""
    found = []
    for number in range(1, 100):
        session = conversation.get(f"session_{number}")
        if not session:
            continue
        time = datetime.strptime(conversation[f"session_{number}_date_time"], "%I:%M %p on %d %B, %Y")
        for turn in session:
            caption = f" [{turn['blip_caption']}]" if turn.get("blip_caption") else ""
            meta = {"speaker": turn["speaker"], "turn": turn["dia_id"]}
            role = "user" if turn["speaker"] == conversation["speaker_a"] else "assistant"
            found.append(NewEntry(role, turn["text"] + caption, time.replace(tzinfo=UTC), meta))
    return found


def questions(record: dict[str, Any], known: set[str]) -> list[dict[str, Any]]:
    """Those with evidence that is in the conversation; some are written as "D8:6; D9:17" or "D:11:26"."""
    found = []
    for each in record["qa"]:
        pairs = re.findall(r"D:?(\d+):(\d+)", " ".join(each["evidence"]))
        evidence = {f"D{int(session)}:{int(turn)}" for session, turn in pairs} & known
        if each["category"] != 5 and evidence:
            found.append({"text": each["question"], "evidence": evidence, "category": each["category"]})
    return found


def load(path: Path, store: Any) -> list[Conversation]:
    """Every conversation of the file, stored and embedded."""
    conversations = []
    for record in json.loads(path.read_text("utf-8")):
        entries = turns(record["conversation"])
        memory = store.memory(user=record["sample_id"])
        memory.recall.append(entries)
        known = {entry.meta["turn"] for entry in entries}
        conversations.append(Conversation(record["sample_id"], memory, questions(record, known)))
        while made := store.embed_missing(limit=128):
            print(f"{record['sample_id']}: {made} turns embedded", file=sys.stderr)
    return conversations


def found_by(mode: str) -> Find:
    """A search mode."""
    return lambda conversation, question: [
        entry.meta["turn"] for entry in conversation.memory.recall.search(question, size=max(CUTS), mode=mode).items
    ]


def rarest_word(conversation: Conversation, question: str) -> list[str]:
    """The paper's search with the word of the question that is in fewest turns."""
    recall = conversation.memory.recall
    pages = [
        recall.search(word, size=max(CUTS), mode="literal_ignore_case")
        for word in words(question)
        if word not in STOP and len(word) > 2
    ]
    pages = [page for page in pages if page.total]
    items: tuple[Entry, ...] = min(pages, key=lambda page: page.total).items if pages else ()
    return [entry.meta["turn"] for entry in items]


def recalls(conversations: Sequence[Conversation], find: Find) -> list[tuple[str, int, list[float]]]:
    """(conversation, category, recall at each cut) of every question."""
    rows = []
    for conversation in conversations:
        for question in conversation.questions:
            ids, evidence = find(conversation, question["text"]), question["evidence"]
            recall = [len(evidence & set(ids[:cut])) / len(evidence) for cut in CUTS]
            rows.append((conversation.name, question["category"], recall))
    return rows


def line(name: str, rows: list[tuple[str, int, list[float]]]) -> None:
    """One row of the table: all questions, by category, by conversation."""

    def mean(some: list[list[float]]) -> str:
        return "/".join(f"{value:.3f}" for value in np.mean(some, axis=0))

    by_category = [
        mean([row[2] for row in rows if row[1] == category]) for category in sorted({row[1] for row in rows})
    ]
    by_name = [mean([row[2] for row in rows if row[0] == each]) for each in dict.fromkeys(row[0] for row in rows)]
    print(f"{name:<32}{mean([row[2] for row in rows])} | {' '.join(by_category)} | {' '.join(by_name)}")


def drawn(draw: random.Random) -> Weights:
    """Weights at random, around nothing in particular."""
    most = {"vectors": 2.0, "before": 0.8, "after": 0.8, "speaker": 0.8, "day": 0.8, "when": 0.6}
    return Weights(**{name: draw.uniform(0, value) for name, value in most.items()})


def tune(store: Any, conversations: list[Conversation], tries: int) -> None:
    """What weights chosen on some conversations do on the others."""
    seen, unseen = conversations[:3], conversations[3:]
    draw = random.Random(0)
    best: tuple[float, Weights] = (0.0, Weights())
    for _ in range(tries):
        weights = drawn(draw)
        store.weights = weights
        reached = float(np.mean([row[2] for row in recalls(seen, found_by("hybrid"))]))
        best = max(best, (reached, weights), key=lambda pair: pair[0])
    print(f"\nbest of {tries} random weights on {', '.join(each.name for each in seen)}: {best[1]}")
    for name, weights in (("default", Weights()), ("best of the random ones", best[1])):
        store.weights = weights
        line(f"{name}, seen", recalls(seen, found_by("hybrid")))
        line(f"{name}, unseen", recalls(unseen, found_by("hybrid")))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--embedder", default="minilm")
    parser.add_argument("--tune", type=int, default=0)
    options = parser.parse_args()
    embedder = open_embedder(EmbedderSpec(embedder=options.embedder))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "memory.db", Remembering(embedder) if embedder else None)
        conversations = load(options.file, store)
        names = " ".join(each.name for each in conversations)
        print(f"recall at {' / '.join(map(str, CUTS))}: all | categories 1 2 3 4 | {names}")
        for mode in ("hybrid", "rrf", "bm25", *(("vectors",) if embedder else ())):
            line({"hybrid": "hybrid (the default)"}.get(mode, mode), recalls(conversations, found_by(mode)))
        line("paper mode, the whole question", recalls(conversations, found_by("literal_ignore_case")))
        line("paper mode, its rarest word", recalls(conversations, rarest_word))
        for name, changed in PARTS.items():
            store.weights = Weights(**changed)
            line(name, recalls(conversations, found_by("hybrid")))
        if options.tune:
            tune(store, conversations, options.tune)
        store.close()


if __name__ == "__main__":
    main()
