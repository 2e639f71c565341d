"""The agent with a memory: stateless outwardly, and its memory is that of the conversation it is asked about."""

import json
from typing import ClassVar

import pytest

from dulcet.agents.best_of_n import BestOfN
from dulcet.agents.memgpt import MemGPTAgent, MemGPTModel
from dulcet.agents.open import AgentSpec, open_agent
from dulcet.environment import Environment
from dulcet.memory.config import ContextSpec
from dulcet.models.base import Completion, Sampling
from dulcet.models.open import ModelSpec, open_model
from dulcet.protocol import ANSWER_MARKER, Rules
from dulcet.rollout.episode import EpisodeRequest, run_episode
from dulcet.trajectory import Outcome
from tests.memory.policies import CountedModel, call
from tests.scripted import CODE, Person, grade, make_task

BRIEF = make_task().brief
SPEC = ContextSpec(window=2000, summary="extractive", instructions="brief")


class Diary(CountedModel):
    """In each event first writes into its working context which event it is, then says what is written there."""

    def write(self, messages, seed):
        page = messages[0]["content"].partition("<human>")[2].partition("</human>")[0].split()
        last = json.loads(str(messages[-1]["content"]).splitlines()[-1])
        if last["type"] == "user_message":
            line = f"{last['message'][:6]}/{seed % 97}"
            return call("working_context_append", name="human", content=line, request_heartbeat=True)
        return call("send_message", message=" ".join(page))


def diary():
    return Diary(2000)


def history(*texts):
    roles = ["user", "assistant"] * len(texts)
    return [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]


async def talk(agent, turns, seed=1):
    messages = history("event0")
    for turn in range(turns):
        said = (await agent.act(BRIEF, messages, seed=seed + turn)).text
        messages = [*messages, {"role": "assistant", "content": said}, *history(f"event{turn + 1}")]
    return messages


async def test_the_memory_of_a_conversation_is_found_by_the_conversation():
    agent = MemGPTAgent(diary(), Sampling(max_tokens=200), spec=SPEC)
    messages = await talk(agent, 3)
    assert [word[:6] for word in messages[5]["content"].split()] == ["event0", "event1", "event2"]


async def test_conversations_that_go_on_side_by_side_do_not_mix():
    agent = MemGPTAgent(diary(), Sampling(max_tokens=200), spec=SPEC)
    first, second = await talk(agent, 2, seed=1), await talk(agent, 2, seed=50)
    assert first[1] != second[1] and first[1]["content"] in first[3]["content"]
    again = MemGPTAgent(diary(), Sampling(max_tokens=200), spec=SPEC)
    assert await talk(again, 2, seed=50) == second, "the same alone as beside another"


async def test_what_comes_back_without_its_thoughts_is_still_known():
    """The environment drops what stands before OUTPUT:."""
    model = diary()
    agent = MemGPTAgent(model, Sampling(max_tokens=200), spec=SPEC)
    said = (await agent.act(BRIEF, history("event0"), seed=1)).text
    reply = await agent.act(BRIEF, history("event0", said[3:].strip(), "event1"), seed=2)
    assert reply.text.startswith(said)


async def test_an_unknown_conversation_is_read():
    model = diary()
    agent = MemGPTAgent(model, Sampling(max_tokens=200), spec=SPEC)
    reply = await agent.act(BRIEF, history("event0", "I said this elsewhere.", "event1"), seed=1)
    assert reply.text.startswith("event1/")
    shown = "\n".join(message["content"] for message in model.seen[0])
    assert "I said this elsewhere." in shown and '"event0"' in shown


class Longest:
    identity: ClassVar = {"kind": "longest"}

    async def score(self, brief, messages, candidates):
        return [float(-index) for index, _ in enumerate(candidates)][::-1]


async def test_best_of_n_goes_on_with_the_memory_of_the_candidate_that_was_chosen():
    model = MemGPTModel(diary(), SPEC)
    agent = BestOfN(model, Sampling(max_tokens=200), 4, Longest())
    messages = history("event0")
    drawn = await model.sample(messages, Sampling(max_tokens=200), seed=1, n=4)
    assert len({one.text for one in drawn}) > 1, "candidates differ"
    first = await agent.act(BRIEF, messages, seed=1)
    assert first.text == drawn[-1].text
    second = await agent.act(BRIEF, history("event0", first.text, "event1"), seed=2)
    assert second.text.startswith(first.text + " event1/")
    assert agent.identity["model"]["memory"]["window"] == 2000


class Chatter(CountedModel):
    """Speaks plainly and at length; the answer comes when the person replied six times."""

    def __init__(self, window, person):
        super().__init__(window)
        self.person = person

    def write(self, messages, seed):
        turn = self.person.asked + 1
        return f"{ANSWER_MARKER}\n{CODE}" if turn == 7 else f"Question {turn}: " + "what about it? " * 40


@pytest.mark.parametrize("tool_calls", ["json", "none"])
async def test_an_episode_outlives_the_window(tool_calls):
    person = Person("It is as I told you before. " * 6)
    model = Chatter(1000, person)
    spec = AgentSpec(
        agent="memgpt", max_tokens=250, context={**SPEC.model_dump(), "window": 1000, "tool_calls": tool_calls}
    )
    agent = open_agent(spec, model, prompts={"default": "You have {turns} messages."}, turns=9)
    environment = Environment(person, Rules(max_turns=9))
    request = EpisodeRequest(make_task())
    run = (await run_episode(request, agent=agent, environment=environment, grade=grade, seed=4)).trajectory
    assert (run.outcome, run.success, len(run.turns)) == (Outcome.ANSWERED, True, 7)
    said = model.count_text("\n".join(message["content"] for message in environment.messages))
    assert model.overflows == 0 and said > 1000 > max(turn.prompt_tokens for turn in run.turns)
    assert "You have 9 messages." in model.seen[-1][0]["content"]


async def test_a_message_that_was_cut_off_is_known_as_such():
    class Endless(CountedModel):
        def write(self, messages, seed):
            return "and so on " * 2000

    agent = MemGPTAgent(Endless(2000), Sampling(max_tokens=50), spec=SPEC)
    assert (await agent.act(BRIEF, history("event0"), seed=1)).finish == "length"


async def test_with_the_house_model_it_says_what_the_direct_agent_is_shown():
    """Without tools and with room for all, the prompt is the direct agent's, token for token."""
    model = open_model(ModelSpec(device="cpu", slots=2))
    shown = []
    try:
        for kind in ("direct", "memgpt"):
            agent = open_agent(AgentSpec(agent=kind, max_tokens=12), model, prompts={"default": ""})
            reply = await agent.act(BRIEF, history("Please write f(x).", "Which x?", "Any x."), seed=3)
            assert isinstance(reply, Completion) and reply.text
            shown.append(reply.prompt_tokens)
    finally:
        await model.close()
    assert shown[0] == shown[1]
