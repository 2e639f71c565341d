import asyncio
import logging
import socket
import time
from contextlib import asynccontextmanager

import pytest

from dulcet.errors import EndpointError, InputError
from dulcet.models.base import Completion, Sampling
from dulcet.models.endpoint import EndpointModel
from tests.models.stub import Reply, completion, refusal, serve

MESSAGES = [{"role": "user", "content": "How are you today?"}]
SAMPLING = Sampling(temperature=0.7, top_p=0.9, max_tokens=50)
KEY = "key-that-must-not-be-seen"


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("DULCET_API_KEY", raising=False)


@asynccontextmanager
async def opened(url, **options):
    model = EndpointModel("some-model", url, **{"first_pause": 0.01, "timeout": 5, "retries": 3} | options)
    try:
        yield model
    finally:
        await model.close()


async def ask(url, *, n=1, seed=1, **options):
    async with opened(url, **options) as model:
        return await model.sample(MESSAGES, SAMPLING, seed=seed, n=n)


async def test_what_is_asked_and_what_comes_back():
    with serve(completion("Fine.")) as stub:
        answers = await ask(stub.url)
    assert answers == [Completion("Fine.", tokens=3, prompt_tokens=7, finish="stop")]
    request = stub.requests[0]
    assert request["model"] == "some-model" and request["messages"] == MESSAGES
    assert (request["temperature"], request["top_p"], request["max_tokens"]) == (0.7, 0.9, 50)
    assert "n" not in request


@pytest.mark.parametrize(
    "faults",
    [
        [refusal(429), refusal(429)],
        [refusal(500), refusal(503)],
        [Reply(drop=True), Reply(drop=True)],
        [Reply(delay=1.0, body={})],
        [Reply(body={"error": "overloaded"})],
    ],
    ids=["busy", "broken", "dropped", "slow", "not a completion"],
)
async def test_a_fault_that_passes_is_waited_out(faults):
    with serve(*faults, completion("At last.")) as stub:
        answers = await ask(stub.url, timeout=0.3)
    assert answers[0].text == "At last." and len(stub.requests) == len(faults) + 1


async def test_the_pause_that_the_server_orders_is_kept():
    with serve(refusal(429, Retry_After="0.5"), completion()) as stub:
        start = time.monotonic()
        await ask(stub.url)
    assert time.monotonic() - start >= 0.5


async def test_a_server_that_orders_an_hour_is_given_up():
    with serve(refusal(429, Retry_After="3600")) as stub, pytest.raises(EndpointError, match="429"):
        await ask(stub.url)
    assert len(stub.requests) == 1


async def test_a_fault_that_stays_names_the_server():
    with serve(refusal(500)) as stub, pytest.raises(EndpointError, match=r"it answers 500, 4 times.*Check") as raised:
        await ask(stub.url)
    assert stub.url in str(raised.value) and len(stub.requests) == 4


async def test_a_server_that_is_down():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        with pytest.raises(EndpointError, match="no connection") as raised:
            await ask(url)
    assert url in str(raised.value) and raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("status", "says"), [(401, "the key is missing"), (404, "does not know the model 'some-model'"), (400, "refuses")]
)
async def test_what_no_repetition_cures_fails_at_once(status, says):
    with serve(refusal(status)) as stub, pytest.raises(EndpointError, match=says):
        await ask(stub.url)
    assert len(stub.requests) == 1


async def test_a_wrong_key_is_said_and_never_shown(monkeypatch, caplog):
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    monkeypatch.setenv("DULCET_API_KEY", KEY)
    with caplog.at_level(logging.DEBUG), serve(refusal(401, f"bad key {KEY[:3]}")) as stub:
        async with opened(stub.url) as model:
            with pytest.raises(EndpointError, match="the key is refused") as raised:
                await model.sample(MESSAGES, SAMPLING, seed=1)
            shown = f"{model!r} {model.identity} {raised.value} {caplog.text}"
    assert stub.keys == [f"Bearer {KEY}"] and KEY not in shown


async def test_several_continuations_are_asked_for_one_by_one():
    with serve(completion()) as stub:
        assert len(await ask(stub.url, n=4)) == 4
        again = await ask(stub.url, n=4)
    seeds = [request["seed"] for request in stub.requests]
    assert len(again) == 4 and len(set(seeds[:4])) == 4 and set(seeds[:4]) == set(seeds[4:])


async def test_n_goes_to_a_server_that_obeys_it():
    with serve(completion(choices=3)) as stub:
        assert len(await ask(stub.url, n=3, ask_for_n=True)) == 3
    assert [request["n"] for request in stub.requests] == [3]


async def test_a_server_that_ignores_n_is_found_out():
    with serve(completion()) as stub, pytest.raises(EndpointError, match="asked for 3 continuations it gives 1"):
        await ask(stub.url, n=3, ask_for_n=True)


async def test_one_of_several_fails_and_the_error_is_plain():
    with serve(completion(), refusal(401)) as stub, pytest.raises(EndpointError, match="401"):
        await ask(stub.url, n=3)


@pytest.mark.parametrize(
    ("reply", "text", "finish"),
    [
        (completion("Cut of", "length"), "Cut of", "length"),
        (completion(None, "content_filter"), "", "refused"),
        (completion(None, "stop"), "", "stop"),
        (refusal(400, "This model's maximum context length is 512 tokens."), "", "overflow"),
        (refusal(400, "too long", "context_length_exceeded"), "", "overflow"),
    ],
    ids=["length", "filtered", "empty", "overflow by words", "overflow by code"],
)
async def test_how_it_ended(reply, text, finish):
    with serve(reply) as stub:
        [answer] = await ask(stub.url)
    assert (answer.text, answer.finish) == (text, finish) and len(stub.requests) == 1


async def test_tokens_that_are_not_counted_are_estimated_and_said_so(caplog):
    with serve(completion("12345678", usage=None)) as stub:
        [answer] = await ask(stub.url)
    assert (answer.tokens, answer.prompt_tokens) == (2, 5) and "estimated" in caplog.text


async def test_the_newer_name_of_the_limit_is_used_where_it_is_wanted():
    with serve(refusal(400, "Use 'max_completion_tokens' instead."), completion()) as stub:
        await ask(stub.url, retries=0)
    assert stub.requests[1]["max_completion_tokens"] == 50 and "max_tokens" not in stub.requests[1]


async def test_no_more_requests_at_once_than_allowed():
    slow = completion()
    slow.delay = 0.05
    with serve(slow) as stub:
        async with opened(stub.url, concurrency=3) as model:
            await asyncio.gather(*(model.sample(MESSAGES, SAMPLING, seed=seed) for seed in range(12)))
    assert stub.most_at_once == 3


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host/v1", "http://user:secret@host/v1", "http://h/?key=1"])
def test_an_address_that_cannot_be_used(url):
    with pytest.raises(InputError, match="base_url") as raised:
        EndpointModel("m", url)
    assert "secret" not in str(raised.value)
