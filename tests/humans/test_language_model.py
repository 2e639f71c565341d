import pytest

from dulcet.errors import EndpointError
from dulcet.humans.language_model import PROMPT, LanguageModelHuman, SimulatorError
from dulcet.models.endpoint import EndpointModel
from dulcet.task import Task
from tests.humans.references import APPROVE
from tests.models.stub import completion, refusal, serve

TASK = Task(id="t1", prompt="Write approve(income, age, region).", hidden=APPROVE)
MESSAGES = [
    {"role": "user", "content": TASK.prompt},
    {"role": "assistant", "content": "What about income?"},
    {"role": "user", "content": "At least 54."},
    {"role": "assistant", "content": "And age?"},
]


async def ask(*replies, **options):
    """(what the person says, what the server was asked)."""
    with serve(*replies) as stub:
        human = LanguageModelHuman(EndpointModel("sim", stub.url, retries=0, timeout=5), **options)
        try:
            return await human.reply(TASK, MESSAGES, seed=3), stub.requests[-1]
        finally:
            await human.close()


async def test_the_agent_is_the_user_of_the_simulator():
    reply, request = await ask(completion("Younger than 30."))
    assert reply == "Younger than 30."
    system, *rest = request["messages"]
    assert system["role"] == "system"
    assert APPROVE.strip() in system["content"]
    assert TASK.prompt in system["content"]
    assert rest == [
        {"role": "user", "content": "What about income?"},
        {"role": "assistant", "content": "At least 54."},
        {"role": "user", "content": "And age?"},
    ]
    assert request["temperature"] == 0


@pytest.mark.parametrize(
    "text",
    ["<think>Hm, age.</think>\nUnder 30.", "Hm, age.</think>Under 30.", "<THINK>\nHm\n</THINK>\n\nUnder 30.  "],
)
async def test_thoughts_are_not_said(text):
    assert (await ask(completion(text)))[0] == "Under 30."


@pytest.mark.parametrize("text", ["", "  \n", "<think>Hm, age.</think>", "<think>never ends"])
async def test_silence_is_a_failure_and_not_a_sentence(text):
    with pytest.raises(SimulatorError, match="t1"):
        await ask(completion(text))
    assert issubclass(SimulatorError, EndpointError)


async def test_thoughts_that_use_up_all_tokens_are_told_so():
    with pytest.raises(SimulatorError, match="spent all its tokens"):
        await ask(completion("<think>on and on", finish="length"))


async def test_a_server_that_refuses_is_an_endpoint_error():
    with pytest.raises(EndpointError):
        await ask(refusal(401, "no key"))


async def test_references_with_braces_fit_the_prompt():
    task = TASK.model_copy(update={"hidden": "def f():\n    return {'a': {1}}\n", "prompt": "{x} and {hidden}"})
    human = LanguageModelHuman(EndpointModel("sim", "http://127.0.0.1:9/v1"))
    assert "return {'a': {1}}" in human.prompt(task, MESSAGES)[0]["content"]
    await human.close()


async def test_identity():
    human = LanguageModelHuman(EndpointModel("sim", "http://127.0.0.1:9/v1"), temperature=0.5, max_tokens=99)
    identity = human.identity
    assert identity["kind"] == "model"
    assert identity["temperature"] == 0.5
    assert identity["max_tokens"] == 99
    assert identity["model"] == human.model.identity
    assert len(identity["prompt_sha256"]) == 16
    assert identity["version"]
    assert "{hidden}" in PROMPT
    await human.close()
