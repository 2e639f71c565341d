"""The loop behind OpenAI-compatible servers: native tools, servers without them, servers whose windows are smaller."""

import json
from random import Random

import pytest

from dulcet.errors import EndpointError
from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.dialect import JsonDialect, NativeDialect
from dulcet.memory.events import user_message
from dulcet.memory.opening import open_store
from dulcet.models.base import Sampling
from dulcet.models.endpoint import EndpointModel
from dulcet.models.local import LocalModel
from tests.memory.policies import call, words
from tests.models.stub import Reply, completion, refusal, serve
from tests.tiny import make_tiny_llama

SMALL = Sampling(max_tokens=64)


@pytest.fixture
def memory(tmp_path):
    store = open_store(tmp_path / "memory.db", None)
    yield store.memory()
    store.close()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_llama(tmp_path_factory.mktemp("models") / "tiny", window=1400, spread=0.3)


def called(*calls, text=None):
    """A completion with native calls, each (name, arguments as JSON text)."""
    made = [
        {"id": f"x{number}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for number, (name, arguments) in enumerate(calls)
    ]
    reply = completion(text)
    reply.body["choices"][0]["message"]["tool_calls"] = made
    reply.body["choices"][0]["finish_reason"] = "tool_calls"
    return reply


async def handle(url, memory, *messages, **spec):
    model = EndpointModel("stub", url, retries=0)
    try:
        control = Control(model, memory, ContextSpec(summary="extractive", **spec), sampling=SMALL)
        for message in messages[:-1]:
            await control.handle(user_message(message), seed=1)
        return control, await control.handle(user_message(messages[-1]), seed=1)
    finally:
        await model.close()


async def test_native_calls_and_their_results_go_to_the_server_as_such(memory):
    search = called(("archival_memory_search", '{"query": "tea"}'), ("recall_memory_search", "{'query': 'tea'}"))
    with serve(search, called(("send_message", '{"message": "Tea."}'), text="Found it.")) as stub:
        control, handled = await handle(stub.url, memory, "What do I drink?")
    assert isinstance(control.context.dialect, NativeDialect)
    assert (handled.sent, handled.ending, handled.steps) == (("Tea.",), "yielded", 2)
    names = [tool["function"]["name"] for tool in stub.requests[0]["tools"]]
    assert len(names) == 8 and names[0] == "send_message"
    system, user, said, *results = stub.requests[1]["messages"]
    assert [system["role"], user["role"], said["role"]] == ["system", "user", "assistant"]
    assert '{"tool"' not in system["content"], "no JSON form is told where the server takes tools"
    assert [one["tool_call_id"] for one in results] == [one["id"] for one in said["tool_calls"]]
    assert json.loads(results[1]["content"])["status"] == "ok", "single quotes were mended"


async def test_faulty_native_calls_are_answered_with_typed_results(memory):
    wrong = called(("fly", "{}"), ("send_message", "hello"), ("archival_memory_insert", "{}"))
    with serve(wrong, called(("send_message", '{"message": "Sorry."}'))) as stub:
        _, handled = await handle(stub.url, memory, "Hello")
    results = [json.loads(one["content"]) for one in stub.requests[1]["messages"] if one["role"] == "tool"]
    assert [one.get("error") for one in results] == ["unknown_tool", "not_json", "bad_arguments"]
    assert handled.sent == ("Sorry.",)


async def test_a_call_in_the_text_of_a_server_without_a_parser_is_understood(memory):
    text = '<tool_call>\n{"name": "send_message", "arguments": {"message": "Hi"}}\n</tool_call>'
    with serve(completion(text)) as stub:
        _, handled = await handle(stub.url, memory, "Hello")
    assert handled.sent == ("Hi",)


async def test_a_server_that_takes_no_tools_is_told_of_them_in_words(memory, caplog):
    no = refusal(400, '"auto" tool choice requires --enable-auto-tool-choice')
    with serve(no, completion(call("send_message", message="Hi"))) as stub:
        control, handled = await handle(stub.url, memory, "Hello")
    assert handled.sent == ("Hi",) and isinstance(control.context.dialect, JsonDialect)
    assert "tools" not in stub.requests[1] and "archival_memory_search(query" in str(stub.requests[1]["messages"])
    assert "told in words" in caplog.text
    with serve(no) as stub, pytest.raises(EndpointError, match="takes no tools"):
        await handle(stub.url, memory, "Hello", tool_calls="native")


async def test_a_window_that_is_smaller_than_was_thought_is_found_out(memory):
    """Overflows that only the server sees: older messages leave until it takes the prompt."""
    too_long = refusal(400, "maximum context length is 512 tokens")
    hi = completion(call("send_message", message="Hi"))
    with serve(*[hi] * 4, too_long, too_long, hi) as stub:
        control, handled = await handle(stub.url, memory, *["so " * 300] * 5, tool_calls="json", window=4096)
    assert (handled.sent, handled.ending) == (("Hi",), "yielded")
    sizes = [len(json.dumps(one["messages"])) for one in stub.requests[-3:]]
    assert sizes[0] > sizes[1] > sizes[2] and control.context.state.hidden
    with serve(too_long) as stub:
        assert (await handle(stub.url, memory, "Hello", tool_calls="json"))[1].ending == "overflow"
    assert len(stub.requests) <= 6, "it gives up"


async def test_a_server_that_counts_more_than_was_estimated_raises_the_estimate(memory):
    text = call("send_message", message="Hi")
    with serve(completion(text, usage=(5000, 9))) as stub:
        control, _ = await handle(stub.url, memory, "Hello", tool_calls="json")
    assert control.counter.scale > 2


async def test_a_server_that_is_away_loses_nothing(memory):
    with serve(Reply(500, {"error": {"message": "broken"}})) as stub, pytest.raises(EndpointError):
        await handle(stub.url, memory, "My name is Ann.")
    with serve(completion(call("send_message", message="Hi Ann"))) as stub:
        _, handled = await handle(stub.url, memory, "Are you back?", tool_calls="json")
    assert handled.sent == ("Hi Ann",) and "My name is Ann." in str(stub.requests[0]["messages"])


async def test_a_tiny_random_local_model_goes_through_the_loop_without_overflow(memory, tiny):
    """It writes nonsense for ever; its own tokenizer and template count."""
    model, random, segments = LocalModel(tiny, device="cpu", slots=2), Random(3), []
    try:
        sampling = Sampling(max_tokens=24)
        control = Control(model, memory, ContextSpec(chain_limit=2), sampling=sampling, trace=segments.append)
        for number in range(6):
            handled = await control.handle(user_message(words(random, 2 ** random.uniform(7, 9))), seed=number)
            assert handled.ending in ("yielded", "chain_limit")
    finally:
        await model.close()
    assert len(segments) >= 6 and control.context.state.hidden
    assert all(one.counted == one.prompt_tokens <= one.budget == 1400 - 24 for one in segments)
