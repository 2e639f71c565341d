"""Two processes with one memory: what either wrote stays, whoever writes last."""

import json
import subprocess
import sys

import pytest

from dulcet.memory.base import now
from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.events import user_message
from dulcet.memory.items import Call, Item, unanswered
from dulcet.memory.main_context import State
from dulcet.memory.merge import merged
from dulcet.memory.opening import open_store
from dulcet.memory.scripted import ScriptedPolicy

CHILD = """
import asyncio, sys
from dulcet.memory.control import Control
from dulcet.memory.events import user_message
from dulcet.memory.opening import open_store
from dulcet.memory.scripted import ScriptedPolicy

async def main():
    control = Control(ScriptedPolicy(4000), open_store(sys.argv[1], None).memory())
    print("open", flush=True)
    for number, line in enumerate(sys.stdin):
        await control.handle(user_message(line.strip()), seed=number)
        print("done", flush=True)

asyncio.run(main())
"""


def talker(path):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "open\n"
    return child


def say(child, line):
    child.stdin.write(f"{line}\n")
    child.stdin.flush()


def end(child):
    child.stdin.close()
    assert child.wait(30) == 0


def human(path):
    store = open_store(path, None)
    block = store.memory().state()["blocks"]["human"]
    store.close()
    return block.splitlines()


def test_what_another_process_learned_stays(tmp_path):
    path = tmp_path / "memory.db"
    one, other = talker(path), talker(path)
    for child, line in ((one, "My name is Ann."), (other, "My dog is called Fido."), (one, "I live in Oslo.")):
        say(child, line)
        assert child.stdout.readline() == "done\n"
    end(one)
    end(other)
    assert human(path) == ["My name is Ann.", "My dog is called Fido.", "I live in Oslo."]


def test_nothing_is_lost_where_both_talk_at_once(tmp_path):
    path, count = tmp_path / "memory.db", 8
    one, other = talker(path), talker(path)
    for number in range(count):
        say(one, f"My friend number {number} is called Ann{number}.")
        say(other, f"My dog number {number} is called Fido{number}.")
    for child in (one, other):
        assert [child.stdout.readline() for _ in range(count)] == ["done\n"] * count
        end(child)
    store = open_store(path, None)
    memory = store.memory()
    known = json.dumps(memory.state()["blocks"]) + str([one.text for one in memory.archival.last(100)])
    assert all(f"Ann{number}" in known and f"Fido{number}" in known for number in range(count))
    queue = Control(ScriptedPolicy(4000), memory).context.state.queue
    numbers = [item.entry for item in queue]
    assert len(numbers) == len(set(numbers)) and not unanswered(queue)
    store.close()


async def test_a_stale_state_is_refused_and_brought_together(store):
    memory = store.memory()
    first, second = (Control(ScriptedPolicy(4000), memory, ContextSpec()) for _ in range(2))
    version = memory.state_version()
    await first.handle(user_message("I like tea."), seed=1)
    assert memory.replace_state({}, version) is None and memory.state_version() > version
    second.context.state.blocks["human"] = "I like cats."
    second.queue.save()
    assert memory.state()["blocks"]["human"].splitlines() == ["I like tea.", "I like cats."]
    second.context.state.blocks["human"] = "I like cats."  # forgets the tea
    second.queue.save()
    first.queue.save()
    assert memory.state()["blocks"]["human"] == "I like cats."
    assert [item.text for item in first.context.state.queue].count("I like tea.") == 1


@pytest.mark.parametrize("reader_saves_last", [True, False])
def test_a_call_that_was_read_before_its_result_came_has_one_result(reader_saves_last):
    event, said, real, guess, other = (
        Item(kind, role, text, now(), entry, details=details, calls=calls, answers=answers)
        for kind, role, text, entry, details, calls, answers in [
            ("event", "user", "Ann?", 2, {}, (), None),
            ("said", "tool", "", 3, {}, (Call("c1", "recall_memory_search", {}),), None),
            ("result", "tool", "Found.", 6, {"status": "ok"}, (), "c1"),
            ("result", "tool", "Interrupted", 4, {"status": "failed"}, (), "c1"),
            ("event", "user", "Fido?", 5, {}, (), None),
        ]
    )
    worker, reader = State({}, queue=[event, said, real]), State({}, queue=[event, said, guess, other])
    ours, theirs = (reader, worker) if reader_saves_last else (worker, reader)
    queue = merged(State({}), ours, theirs, lambda item: True).queue
    assert queue[queue.index(said) + 1] == real and guess not in queue
    assert sorted(item.entry for item in queue) == [2, 3, 5, 6]


async def test_what_was_rolled_back_elsewhere_does_not_come_back(store):
    memory = store.memory()
    first, second = (Control(ScriptedPolicy(4000), memory, ContextSpec()) for _ in range(2))
    await first.handle(user_message("I like tea."), seed=1)
    second.refresh()
    memory.rollback(0)
    first.queue.save()
    assert memory.state()["blocks"]["human"] == "" and memory.state()["queue"] == []
    await second.handle(user_message("I like cats."), seed=2)
    assert memory.state()["blocks"]["human"] == "I like cats."
