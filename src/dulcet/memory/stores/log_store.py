"""A store over any database: which memories there are, and how each is brought through time."""

import json
from collections.abc import Mapping
from typing import Any

from dulcet.errors import InputError
from dulcet.memory.base import Archival, Embedder, Recall, Turn
from dulcet.memory.base import now as present
from dulcet.memory.search.ranking import Weights
from dulcet.memory.stores.database import FORMAT, TABLES, VERSION, Database, take
from dulcet.memory.stores.index import Index
from dulcet.memory.stores.log import ENDLESS, Draft, Kind, Log, moment
from dulcet.memory.stores.tiers import Handle, LogArchival, LogRecall
from dulcet.memory.stores.vectors import VectorTable


class LogMemory:
    """One agent's memory of one user; see memory.base.Memory."""

    def __init__(self, handle: Handle) -> None:
        self.agent, self.user = handle.agent, handle.user
        self._handle, self._log = handle, handle.log
        self.recall: Recall = LogRecall(handle)
        self.archival: Archival = LogArchival(handle)

    def __repr__(self) -> str:
        return f"Memory(agent={self.agent!r}, user={self.user!r})"

    def state(self) -> dict[str, Any]:
        """The JSON object last set; empty at first."""
        rows = self._log.items(self._handle.lineage(), Kind.STATE, limit=1, newest=True)
        found: dict[str, Any] = json.loads(rows[0][3]) if rows else {}
        return found

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Keep this JSON object."""
        self._handle.append([_state_draft(state)])

    def state_version(self) -> int:
        """Which setting of the state is seen; 0 for none."""
        rows = self._log.items(self._handle.lineage(), Kind.STATE, limit=1, newest=True)
        return int(rows[0][0]) if rows else 0

    def replace_state(self, state: Mapping[str, Any], version: int) -> int | None:
        """Keep this JSON object unless another was set since; its version, or None."""
        draft = _state_draft(state)
        self._handle.branch()  # begun before the transaction
        with self._log.database.writing():
            if self.state_version() != version:
                return None
            return self._log.append(self._handle.branch(), [draft])[0]

    def snapshot(self) -> int:
        """Remember this moment; the snapshot's id."""
        self._handle.branch()  # begun before the transaction
        with self._log.database.writing():
            branch = self._handle.branch()
            number = take(self._log.database)
            values = (number, self.agent, self.user, branch, number)
            self._log.database.run("INSERT INTO snapshot VALUES (?, ?, ?, ?, ?)", values)
        return number

    def restore(self, snapshot: int) -> None:
        """Go back to a snapshot."""
        self._go_to(*self._place(snapshot))

    def fork(self, *, agent: str, user: str | None = None, snapshot: int | None = None) -> "LogMemory":
        """A memory of another name that begins as this one is, or was."""
        user = self.user if user is None else user
        self._handle.branch()
        with self._log.database.writing():
            if self._log.known(agent, user):
                raise InputError("there is a memory of that name already", where=f"{agent}/{user}", do="Use another.")
            place = self._place(snapshot) if snapshot is not None else (self._handle.branch(), ENDLESS)
            branch = self._log.branch_from(self._log.lineage(place[0]), min(place[1], self._log.newest()))
            self._log.database.run("INSERT INTO head VALUES (?, ?, ?)", (agent, user, branch))
        return LogMemory(Handle(self._log, self._handle.index, agent, user))

    def mark_turn(self) -> int:
        """A turn of the conversation ends here; its number."""
        self._handle.append([Draft(Kind.TURN, "", present())])
        return self._log.count(self._handle.lineage(), Kind.TURN)

    def turns(self) -> list[Turn]:
        """The turns marked so far."""
        rows = self._log.items(self._handle.lineage(), Kind.TURN)
        return [Turn(number, moment(row[2])) for number, row in enumerate(rows, start=1)]

    def rollback(self, to_turn: int) -> None:
        """Go back to the end of a turn; 0 is the beginning."""
        marks = [row[0] for row in self._log.items(self._handle.lineage(), Kind.TURN)]
        if not 0 <= to_turn <= len(marks):
            there = f"turns 1 to {len(marks)} are" if marks else "no turn is"
            raise InputError(f"there is no turn {to_turn}; {there} marked", where=f"{self.agent}/{self.user}")
        self._go_to(self._handle.branch(), marks[to_turn - 1] if to_turn else 0)

    def _place(self, snapshot: int) -> tuple[int, int]:
        """(branch, last id seen) of a snapshot of this memory."""
        rows = self._log.database.rows(
            "SELECT branch, upto FROM snapshot WHERE id = ? AND agent = ? AND holder = ?",
            (snapshot, self.agent, self.user),
        )
        if not rows:
            raise InputError(f"snapshot {snapshot} is not of this memory", where=f"{self.agent}/{self.user}")
        return int(rows[0][0]), int(rows[0][1])

    def _go_to(self, branch: int, upto: int) -> None:
        """Become a new branch that begins there."""
        with self._log.database.writing():
            new = self._log.branch_from(self._log.lineage(branch), upto)
            values = (new, self.agent, self.user)
            self._log.database.run("UPDATE head SET branch = ? WHERE agent = ? AND holder = ?", values)


class LogStore:
    """Memories in a database; see memory.base.Store."""

    kind = "log"

    def __init__(
        self, database: Database, where: str, index: Index, vectors: VectorTable, embedder: Embedder | None
    ) -> None:
        self._database, self._where, self._index = database, where, index
        self._vectors, self._embedder = vectors, embedder
        self._log = Log(database)

    @property
    def identity(self) -> dict[str, Any]:
        """Kind of store and its embedder; without one, search is by words alone."""
        return {"kind": self.kind, "embedder": self._embedder.identity if self._embedder else None}

    @property
    def weights(self) -> Weights:
        """What each part of the evidence is worth in a hybrid search; may be set."""
        return self._index.weights

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self._index.weights = weights

    def memory(self, agent: str = "default", user: str = "default") -> LogMemory:
        """The memory of this pair."""
        self._log.head(agent, user)
        return LogMemory(Handle(self._log, self._index, agent, user))

    def agents(self) -> list[tuple[str, str]]:
        """(agent, user) of every memory, sorted."""
        return sorted((str(agent), str(user)) for agent, user in self._database.rows("SELECT agent, holder FROM head"))

    def embed_missing(self, limit: int | None = None) -> int:
        """Make up to `limit` of the vectors that are missing; how many were made."""
        return self._vectors.make_missing(self._embedder, limit) if self._embedder else 0

    def close(self) -> None:
        """Give the database back."""
        self._database.close()


def _state_draft(state: Mapping[str, Any]) -> Draft:
    try:
        text = json.dumps(dict(state), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"not JSON ({error})", where="state", do="Use texts, numbers, lists, objects.") from error
    return Draft(Kind.STATE, text, present())


def create_tables(database: Database, where: str, vector_table: str) -> None:
    """Make what is not there. Raises InputError for tables that a later version of dulcet made."""
    with database.writing():
        for statement in (TABLES + vector_table).split(";"):
            if statement.strip():
                database.run(statement)
        if not database.rows("SELECT 1 FROM counter"):
            database.run("INSERT INTO counter VALUES (1)")
            database.run("INSERT INTO about VALUES (?, ?)", (FORMAT, str(VERSION)))
        check_version(database, where)


def check_version(database: Database, where: str) -> None:
    """Raises InputError where another version of dulcet made the tables."""
    noted = database.rows("SELECT value FROM about WHERE name = ?", (FORMAT,))
    version = noted[0][0] if noted else "none"
    if version != str(VERSION):
        do = "Use the dulcet that made it, or a newer one."
        raise InputError(f"format version {version}; this dulcet reads version {VERSION}", where=where, do=do)
