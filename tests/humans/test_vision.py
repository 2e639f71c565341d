import base64

import pytest

from dulcet.benchmarks.frontend.dialect import compile_page, parse_page
from dulcet.errors import EndpointError, InputError
from dulcet.humans.guard import guarded_reply
from dulcet.humans.language_model import SimulatorError
from dulcet.humans.vision import NO_PAGE, NOT_DRAWN, PROMPT, VisionHuman
from dulcet.models.endpoint import EndpointModel
from dulcet.task import Task
from tests.models.stub import completion, refusal, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")
WANTED = compile_page(parse_page("nav blue left | Rosa | Home, Shop\nfooter | Bye"))
DRAFT = "nav red left | Rosa | Home\nfooter | Bye"
TASK = Task(id="p1", benchmark="frontend", prompt="Bakery: a warm page.", hidden=WANTED)


def messages(content=DRAFT):
    return [
        {"role": "user", "content": TASK.prompt},
        {"role": "assistant", "content": "footer | Bye"},
        {"role": "user", "content": "A bar is missing."},
        {"role": "assistant", "content": content},
    ]


async def ask(eyes, *replies, said=None, guarded=False, **options):
    """(what the person says, what the server was asked)."""
    with serve(*replies) as stub:
        human = VisionHuman(EndpointModel("eyes", stub.url, retries=0, timeout=5), eyes=eyes, **options)
        try:
            if guarded:
                return await guarded_reply(human, TASK, said or messages(), seed=3, limit=1000), stub.requests
            return await human.reply(TASK, said or messages(), seed=3), stub.requests
        finally:
            await human.model.close()


def pictures(request):
    parts = request["messages"][1]["content"]
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    assert all(url.startswith("data:image/png;base64,") for url in urls)
    return [base64.b64decode(url.partition(",")[2]) for url in urls]


async def test_it_is_shown_the_two_pictures_and_nothing_else(eyes):
    reply, (request,) = await ask(eyes, completion("<think>Hm.</think>The bar should be blue."))
    assert reply == "The bar should be blue."
    shown, wanted = pictures(request)
    assert wanted == (await eyes.render(WANTED)).png
    assert shown == (await eyes.render(compile_page(parse_page(DRAFT)))).png
    assert shown != wanted
    system, user = request["messages"]
    assert (system["content"], len(user["content"])) == (PROMPT, 2)
    assert "Rosa" not in system["content"]
    assert (request["temperature"], request["model"]) == (0, "eyes")


async def test_the_conversation_where_it_is_asked_for_and_never_a_source(eyes):
    _, (request,) = await ask(
        eyes, completion("Fine."), with_conversation=True, said=messages(f"Better?\n```\n{DRAFT}\n```")
    )
    (text,) = [part["text"] for part in request["messages"][1]["content"] if part["type"] == "text"]
    assert "you: Bakery: a warm page." in text
    assert "you: A bar is missing." in text
    assert "designer: Better?" in text
    assert "nav" not in text
    assert "bg-" not in str(request["messages"])


async def test_what_leaks_is_asked_again(eyes):
    leak = completion('Use <nav class="bg-blue-600">, please.')
    reply, requests = await ask(eyes, leak, completion("Make the bar blue."), guarded=True)
    assert (reply.text, reply.leaks, reply.redacted, len(requests)) == ("Make the bar blue.", 1, False, 2)
    reply, requests = await ask(eyes, leak, guarded=True)
    assert (reply.leaks, reply.redacted, len(requests)) == (3, True, 3)
    assert "class" not in reply.text


async def test_messages_without_a_page_cost_no_request(eyes):
    reply, requests = await ask(eyes, completion("x"), said=messages("Which colours do you like?"))
    assert (reply, requests) == (NO_PAGE, [])


async def test_a_page_that_cannot_be_drawn(eyes):
    reply, requests = await ask(eyes, completion("x"), said=messages("<html><body>" + "<div>" * 200_000))
    assert (reply, requests) == (NOT_DRAWN, [])


async def test_silence_and_faults_are_failures_and_not_sentences(eyes):
    with pytest.raises(SimulatorError, match="p1"):
        await ask(eyes, completion(""))
    with pytest.raises(EndpointError):
        await ask(eyes, refusal(401, "no key"))


async def test_identity_and_what_it_cannot_be():
    human = VisionHuman(EndpointModel("eyes", "http://127.0.0.1:9/v1"), temperature=0.5, max_tokens=99)
    assert human.identity | {"model": None, "prompt_sha256": ""} == {
        "kind": "vision",
        "version": "1",
        "model": None,
        "prompt_sha256": "",
        "with_conversation": False,
        "temperature": 0.5,
        "max_tokens": 99,
    }
    assert len(human.identity["prompt_sha256"]) == 16
    await human.close()
    with pytest.raises(InputError, match="--human-base-url"):
        VisionHuman(object())
