"""Random histories: whatever is stored, forgotten, forked and undone, a memory is what a plain list would be."""

import copy
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dulcet.memory.base import NewEntry, NewPassage
from dulcet.memory.opening import open_store
from tests.memory.embedders import WordEmbedder

WORDS = ["apple", "pear", "plum", "quince"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


class Plain:
    """What a memory should be."""

    def __init__(self):
        self.entries, self.passages, self.state = [], {}, {}
        self.turns = [self.frozen()]

    def frozen(self):
        return copy.deepcopy({name: value for name, value in vars(self).items() if name != "turns"})

    def back_to(self, frozen):
        vars(self).update(copy.deepcopy(frozen))


class Histories(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "memory.db"
        self.store = open_store(self.path, WordEmbedder())
        self.plain = {"first": Plain()}
        self.snapshots = []
        self.store.memory("first")

    def pick(self, data):
        name = data.draw(st.sampled_from(sorted(self.plain)))
        return name, self.store.memory(name), self.plain[name]

    @rule(data=st.data(), texts=st.lists(TEXTS, max_size=3))
    def say(self, data, texts):
        _, memory, plain = self.pick(data)
        memory.recall.append([NewEntry("user", text) for text in texts])
        plain.entries += texts

    @rule(data=st.data(), texts=st.lists(TEXTS, max_size=2))
    def archive(self, data, texts):
        _, memory, plain = self.pick(data)
        plain.passages |= dict(
            zip(memory.archival.insert_many([NewPassage(text) for text in texts]), texts, strict=True)
        )

    @rule(data=st.data())
    def forget(self, data):
        _, memory, plain = self.pick(data)
        if plain.passages:
            number = data.draw(st.sampled_from(sorted(plain.passages)))
            memory.archival.delete(number)
            del plain.passages[number]

    @rule(data=st.data(), value=st.integers())
    def set_state(self, data, value):
        _, memory, plain = self.pick(data)
        memory.set_state({"value": value})
        plain.state = {"value": value}

    @rule(data=st.data())
    def end_turn(self, data):
        _, memory, plain = self.pick(data)
        assert memory.mark_turn() == len(plain.turns)
        plain.turns.append(plain.frozen())

    @rule(data=st.data())
    def roll_back(self, data):
        _, memory, plain = self.pick(data)
        turn = data.draw(st.integers(0, len(plain.turns) - 1))
        memory.rollback(turn)
        plain.back_to(plain.turns[turn] if turn else Plain().frozen())
        del plain.turns[turn + 1 :]

    @rule(data=st.data())
    def take_snapshot(self, data):
        name, memory, plain = self.pick(data)
        self.snapshots.append((name, memory.snapshot(), copy.deepcopy(plain)))

    @rule(data=st.data())
    def restore(self, data):
        if self.snapshots:
            name, number, plain = data.draw(st.sampled_from(self.snapshots))
            self.store.memory(name).restore(number)
            self.plain[name] = copy.deepcopy(plain)

    @rule(data=st.data())
    def fork(self, data):
        _, memory, plain = self.pick(data)
        name = f"fork{len(self.plain)}"
        memory.fork(agent=name)
        self.plain[name] = copy.deepcopy(plain)

    @rule()
    def open_again(self):
        self.store.close()
        self.store = open_store(self.path, WordEmbedder())

    @invariant()
    def memories_are_what_they_should_be(self):
        for name, plain in self.plain.items():
            memory = self.store.memory(name)
            assert [entry.text for entry in memory.recall.last(10**6)] == plain.entries
            assert {passage.id: passage.text for passage in memory.archival.last(10**6)} == plain.passages
            assert memory.recall.count() == len(plain.entries) and memory.archival.count() == len(plain.passages)
            assert memory.state() == plain.state and len(memory.turns()) == len(plain.turns) - 1
            for word in WORDS[:2]:
                found = [entry.text for entry in memory.recall.search(word, mode="bm25", size=100).items]
                assert sorted(found) == sorted(text for text in plain.entries if word in text)
                passages = memory.archival.search(word, mode="bm25", size=100).items
                assert {p.id for p in passages} == {n for n, text in plain.passages.items() if word in text}
            hybrid = memory.recall.search(" ".join(WORDS), size=100)
            assert sorted(entry.text for entry in hybrid.items) == sorted(plain.entries)

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
