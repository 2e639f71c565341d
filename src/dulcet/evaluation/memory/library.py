"""The histories of a task in a store, loaded once; each question is asked of a fork."""

import secrets

from dulcet.benchmarks.memory.suite import History, Suite, Turn
from dulcet.benchmarks.memory.wording import document_text
from dulcet.errors import InputError
from dulcet.memory.base import Memory, NewEntry, NewPassage, Role, Store
from dulcet.progress import Progress

USER = "history"
BATCH = 128
"""Vectors made between two signs of progress."""


class Library:
    """A store with every history of a suite in it, each the memory of an agent of its name."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def fill(self, suite: Suite, progress: Progress) -> None:
        """Load what is not there yet, and make the vectors. Raises InputError where a history there is another."""
        for history in suite.histories.values():
            self._load(history)
        while made := self.store.embed_missing(BATCH):
            progress.advance(made)

    def memory(self, history: History) -> Memory:
        """The history's own memory; not to be written to."""
        return self.store.memory(history.id, USER)

    def fork(self, history: History) -> Memory:
        """A memory that begins with the history and that nobody else writes to."""
        return self.memory(history).fork(agent=f"{history.id}/{secrets.token_hex(8)}", user=USER)

    def _load(self, history: History) -> None:
        memory = self.memory(history)
        found = (memory.recall.count(), memory.archival.count())
        if found[0] == 0 and history.turns:
            memory.recall.append([_entry(turn, history.user) for turn in history.turns])
        if found[1] == 0 and history.documents:
            memory.archival.insert_many([NewPassage(document_text(d), meta={"id": d.id}) for d in history.documents])
        wanted = (len(history.turns), len(history.documents))
        if any(there not in (0, expected) for there, expected in zip(found, wanted, strict=True)):
            what = (
                f"'{history.id}' has {found[0]} messages and {found[1]} passages there, not {wanted[0]} and {wanted[1]}"
            )
            raise InputError(what, do="The store was filled from other data: write to another folder.")


def _entry(turn: Turn, user: str) -> NewEntry:
    role: Role = "user" if turn.speaker == user else "assistant"
    return NewEntry(role, turn.text, turn.time, {"speaker": turn.speaker, "id": turn.id, "session": turn.session})
