"""Tokens are counted as the model counts them."""

import pytest

from dulcet.errors import InputError
from dulcet.memory.config import DEFAULT_WINDOW, ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.dialect import NativeDialect
from dulcet.memory.events import user_message
from dulcet.memory.opening import open_store
from dulcet.memory.tokens import EstimatedCounter, TemplateCounter, counter_for, takes_system, window_of
from dulcet.memory.tools.schemas import schemas, tools_of
from dulcet.models.base import Sampling
from dulcet.models.house_model import house_path
from dulcet.models.loading import load_tokenizer
from dulcet.models.local import LocalModel
from tests.tiny import make_tiny_llama

TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Wie heißt du? 漢字 \U0001f600"},
    {"role": "assistant", "content": "x = {'a': [1, 2]}"},
    {"role": "user", "content": "Please write a function approve(age, country)."},
]
TOOLS = schemas(tools_of(ContextSpec()))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_llama(tmp_path_factory.mktemp("models") / "tiny", window=4096)


async def test_a_local_model_counts_what_it_is_then_shown(tiny):
    model = LocalModel(tiny, device="cpu", slots=2)
    try:
        (answer,) = await model.sample(TALK, Sampling(max_tokens=1), seed=1)
        counter = counter_for(model, ContextSpec())
        assert counter.exact and counter.count(TALK) == answer.prompt_tokens
        assert TemplateCounter(load_tokenizer(tiny)).count(TALK) == answer.prompt_tokens
        assert counter.text("Hello") == len(load_tokenizer(tiny).encode("Hello"))
        assert (window_of(model, ContextSpec()), window_of(model, ContextSpec(window=512))) == (4096, 512)
        with pytest.raises(InputError, match="own window is 4096 tokens, and 9999 are asked for"):
            window_of(model, ContextSpec(window=9999))
    finally:
        await model.close()


def test_tools_are_counted_whether_the_template_knows_them_or_not(tiny):
    tokenizer = load_tokenizer(tiny)
    without = TemplateCounter(tokenizer)
    assert without.count(TALK, TOOLS) - without.count(TALK) > 500, "left out by the template: counted on top"
    tokenizer.chat_template = "{% if tools %}{{ tools | tojson }}{% endif %}" + tokenizer.chat_template
    knows = TemplateCounter(tokenizer)
    written = tokenizer.apply_chat_template(TALK, tools=TOOLS, add_generation_prompt=True, return_dict=False)
    assert knows.count(TALK, TOOLS) == len(written)


def test_whether_a_template_has_a_system_message(tiny):
    assert takes_system(TemplateCounter(load_tokenizer(tiny)))
    assert not takes_system(TemplateCounter(load_tokenizer(house_path())))
    refuses = load_tokenizer(tiny)
    refuses.chat_template = "{{ raise_exception('no system') if messages[0].role == 'system' else 'x' }}"
    assert not takes_system(TemplateCounter(refuses))


def test_the_estimate_is_from_above_and_learns():
    counter = EstimatedCounter()
    assert not counter.exact and counter.text("abcd" * 100) == 100 and counter.text("漢字") == 6
    assert [counter.text(text) for text in ("a b", "a  b", "a\n\n b", "2026", "{}", "Straße", "")] == [
        2,
        3,
        3,
        4,
        1,
        4,
        0,
    ]
    first = counter.count(TALK, TOOLS)
    counter.observe(first, first - 5)
    assert counter.count(TALK, TOOLS) == first, "lower counts change nothing"
    counter.observe(first, 2 * first)
    assert counter.count(TALK, TOOLS) > 2 * first - 100


class Bare:
    identity = {"kind": "test", "name": "bare"}  # noqa: RUF012

    async def sample(self, messages, sampling, *, seed, n=1): ...

    async def call_tools(self, messages, tools, sampling, *, seed): ...


async def test_a_model_at_a_server_is_estimated_or_counted_by_the_tokenizer_that_is_named(tiny, tmp_path):
    assert isinstance(counter_for(Bare(), ContextSpec()), EstimatedCounter)
    assert window_of(Bare(), ContextSpec()) == DEFAULT_WINDOW
    spec = ContextSpec(tokenizer=str(tiny), window=8000)
    store = open_store(tmp_path / "memory.db", None)
    control = Control(Bare(), store.memory(), spec)
    assert isinstance(control.context.dialect, NativeDialect) and control.counter.exact
    control.queue.append([user_message("Hello").item(control.clock())])
    chat = control.context.chat()
    assert control.context.count() == control.counter.count(chat, TOOLS) > control.counter.count(chat)
    store.close()


def test_settings_that_contradict_each_other_are_refused():
    for wrong in ({"warning": 0.9, "flush": 0.8}, {"blocks": ("a", "a")}, {"blocks": ("a b",)}, {"block_share": 0.3}):
        with pytest.raises(ValueError, match=r"warning|blocks"):
            ContextSpec(**wrong)
