"""The promise of the memory: whatever is said, called or found, no prompt is longer than the window leaves room for."""

import json
from random import Random

import pytest

from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.events import system_alert, timed, upload, user_message
from dulcet.memory.items import unanswered
from dulcet.memory.opening import open_store
from dulcet.memory.tokens import TemplateCounter
from dulcet.models.loading import load_tokenizer
from tests.memory.policies import ListModel, PieceCounter, RandomModel, call, words
from tests.tiny import make_tiny_llama

STEPS = 1_000
"""Completions in all; 10,000 take about two minutes."""
A_CONTEXT = 60
"""Completions of one context before the next is drawn."""


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path / "memory.db", None)
    yield store
    store.close()


def drawn_spec(random):
    return ContextSpec(
        evict=random.choice([0.1, 0.5, 1.0]),
        warning=random.choice([0.3, 0.7]),
        flush=random.choice([0.8, 1.0]),
        result_share=random.choice([0.1, 0.5, 1.0]),
        message_share=random.choice([0.2, 0.5, 1.0]),
        summary=random.choice(["extractive", "extractive", "model"]),
        chaining=random.choice(["default", "paper"]),
        plain_text=random.choice(["message", "thought"]),
        tool_calls=random.choice(["json", "json", "json", "none"]),
    )


def drawn_event(random):
    size = 2 ** random.uniform(0, 15) if random.random() < 0.1 else 2 ** random.uniform(0, 7)
    return random.choice([user_message, user_message, user_message, system_alert, timed, upload])(words(random, size))


async def play(store, window, random, steps, counter, number=0):
    """Drive one context for `steps` completions; the model, which has counted what did not fit."""
    model = RandomModel(window, random, counter)
    control = Control(model, store.memory(f"agent{number}"), drawn_spec(random), counter=counter)
    while model.prompts < steps:
        handled = await control.handle(drawn_event(random), seed=random.randrange(1 << 30))
        assert handled.steps <= control.spec.chain_limit and handled.ending != "overflow"
        assert control.context.count() <= control.context.budget
        assert not unanswered(control.context.state.queue), "a call was parted from its result"
        if random.random() < 0.1:  # the process ends and another goes on
            control = Control(model, control.memory, control.spec, counter=counter)
    return model


@pytest.mark.slow
async def test_no_prompt_overflows_whatever_happens(store):
    random, total, number = Random(11), 0, 0
    while total < STEPS:
        window = int(2 ** random.uniform(9, 15))
        model = await play(store, window, random, A_CONTEXT, PieceCounter(), number)
        assert model.overflows == 0
        total, number = total + model.prompts, number + 1


@pytest.mark.parametrize("window", [512, 32768])
async def test_no_prompt_overflows_at_the_ends_of_the_range(store, window):
    model = await play(store, window, Random(window), 40, PieceCounter())
    assert model.overflows == 0


async def test_no_prompt_overflows_by_the_tokenizer_of_a_real_model(store, tmp_path):
    """Merges across words and a chat template: counts of parts do not add up to the count of the whole."""
    counter = TemplateCounter(load_tokenizer(make_tiny_llama(tmp_path / "tiny")))
    model = await play(store, 2500, Random(5), 60, counter)
    assert model.overflows == 0


async def test_a_message_larger_than_the_window_is_stored_whole_and_shown_in_part(store):
    long = "word " * 20_000 + "the end"
    model = ListModel(call("send_message", message="Long."), '{"thoughts": "It fills."}', window=1024)
    control = Control(model, store.memory(), ContextSpec())
    handled = await control.handle(user_message(long), seed=1)
    assert handled.sent == ("Long.",) and model.overflows == 0
    assert control.memory.recall.search("the end", mode="literal").items[0].text == long
    shown = json.loads(str(model.seen[0][-1]["content"]).splitlines()[0])["message"]
    assert "characters shown ...]" in shown and shown.endswith("the end") and len(shown) < 4096


async def test_a_window_without_room_for_the_instructions_is_refused_in_one_line(store):
    from dulcet.errors import InputError

    with pytest.raises(InputError, match="a window of 128 tokens has no room to work"):
        Control(RandomModel(128, Random(1)), store.memory(), ContextSpec())


async def test_a_context_goes_on_in_a_smaller_window(store):
    """What was written for 8,192 tokens, blocks included, still fits when the next model has 1,024."""
    large = RandomModel(8192, Random(2))
    control = Control(large, store.memory(), ContextSpec(summary="extractive"))
    control.context.state.blocks["human"] = "likes tea; " * 120
    control.queue.save()
    for number in range(20):
        await control.handle(user_message(f"{number} " + "and so on " * 50), seed=number)
    small = RandomModel(1024, Random(3))
    smaller = Control(small, store.memory(), ContextSpec(summary="extractive"))
    await smaller.handle(user_message("Do you remember?"), seed=1)
    assert small.prompts and small.overflows == 0
