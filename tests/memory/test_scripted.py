"""The policy of rules, through the loop as any model: facts, questions, pages, chains of keys."""

from itertools import pairwise

import pytest

from dulcet.benchmarks.memory.nested import nested_kv
from dulcet.memory.base import NewPassage
from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.events import login, timed, user_message
from dulcet.memory.opening import open_store
from dulcet.memory.scripted import ScriptedPolicy
from dulcet.models.base import Sampling

WINDOW = 2000


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path / "memory.db", None)
    yield store
    store.close()


@pytest.fixture
def control(store):
    return Control(ScriptedPolicy(WINDOW), store.memory(), ContextSpec())


async def say(control, text):
    handled = await control.handle(user_message(text), seed=1)
    assert handled.ending == "yielded"
    return " ".join(handled.sent)


async def test_nested_keys_at_every_level_where_the_window_cannot_hold_the_pairs(store):
    suite = nested_kv(seed=5, orderings=2)
    for question in suite.questions:
        documents = suite.histories[question.history].documents
        memory = store.memory(question.id)
        memory.archival.insert_many([NewPassage(document.text) for document in documents])
        control = Control(ScriptedPolicy(WINDOW), memory, ContextSpec())
        assert control.counter.text("\n".join(document.text for document in documents)) > 2 * WINDOW
        assert await say(control, question.text) == question.answers[0], question.id


async def test_keys_that_were_told_in_the_conversation_are_followed_too(control):
    keys = [f"{number:08x}-0000-4000-8000-00000000000{number}" for number in range(4)]
    for first, second in pairwise(keys):
        await say(control, f'"{first}": "{second}"')
    assert await say(control, f"Key: {keys[0]}") == keys[-1]


async def test_it_stores_what_it_is_told_and_finds_it_when_it_left_the_window(control):
    assert await say(control, "My name is Ann. The museum opens at nine.") == "Noted."
    assert control.context.state.blocks["human"] == "My name is Ann."
    assert control.memory.archival.count() == 1
    for number in range(15):
        await say(control, f"The train number {number} leaves from platform {number * 7}.")
    assert control.context.state.hidden > 20
    assert "nine" in await say(control, "When does the museum open?")
    assert "Ann" in await say(control, "What is my name?")
    assert "do not know" in await say(control, "Who wrote Faust?")


async def test_a_corrected_fact_replaces_the_old_one(control):
    await say(control, "My favourite colour is red.")
    await say(control, "My favourite colour is green.")
    assert control.context.state.blocks["human"] == "My favourite colour is green."


async def test_what_finds_no_room_in_the_working_context_goes_into_the_archive(control):
    for number in range(20):
        await say(control, f"I own the book number {number} of the long series about trains.")
    assert control.counter.text(control.context.state.blocks["human"]) <= control.context.block_limit()
    assert control.memory.archival.count() >= 3
    assert "number 19" in await say(control, "Do I own the book number 19?")


async def test_it_pages_until_it_finds(store):
    """Many rows hold the key, one of them as a key."""
    first, last = (f"{number:08x}-0000-4000-8000-000000000000" for number in (1, 2))
    rows = [f'"{number:08x}-1111-4000-8000-000000000000": "{first}"' for number in range(9)] + [f'"{first}": "{last}"']
    store.memory().archival.insert_many([NewPassage(row) for row in rows])
    control = Control(ScriptedPolicy(WINDOW), store.memory(), ContextSpec(page_size=2))
    assert await say(control, f"Key: {first}") == last


async def test_events_that_are_no_messages(control):
    await say(control, "I like tea.")
    assert (await control.handle(login(), seed=1)).sent == ("Hello again! You told me: I like tea.",)
    assert (await control.handle(timed("An hour went by."), seed=1)).sent == ()


async def test_it_is_a_model_like_any_other():
    policy = ScriptedPolicy(64)
    (over,) = await policy.sample([{"role": "user", "content": "a b " * 90}], Sampling(), seed=1)
    (cut,) = await policy.sample([{"role": "user", "content": "hello"}], Sampling(max_tokens=5), seed=1)
    assert (over.finish, over.text) == ("overflow", "") and (cut.finish, cut.tokens) == ("length", 5)
