"""The agents that ask their model more than once, whole episodes over HTTP with the real grader and a strict server."""

import pytest

from dulcet.agents.open import AgentSpec
from dulcet.agents.reflexion import LESSONS
from dulcet.benchmarks.backend.synthesis.make import hand_written
from dulcet.models.open import ModelSpec
from dulcet.rollout.play import Play, play
from dulcet.rollout.reflexion import reflexion
from tests.models.stub import completion, serve

pytest.importorskip("openai", reason="openai is not installed: pip install 'dulcet[endpoint]'")
TASK = hand_written()[0]
RIGHT, WRONG = f"I WANT TO ANSWER:\n{TASK.hidden}", "I WANT TO ANSWER:\npass"


def setup(stub, agent):
    return Play(model=ModelSpec(model="stub", base_url=stub.url), agent=AgentSpec(agent=agent), seed=1)


def require_turns(requests):
    """What chat templates demand: a system message, then person and agent by turns, nothing empty, the person last."""
    for request in requests:
        system, *rest = request["messages"]
        roles = [message["role"] for message in rest]
        assert system["role"] == "system" and len(rest) % 2 == 1
        assert roles == (["user", "assistant"] * len(rest))[: len(rest)]
        assert all(message["content"].strip() for message in request["messages"])


async def test_react(tmp_path):
    replies = ("Thought: the rule is missing.", "What is the rule?", f"Thought: now I know.\nOUTPUT:\n{RIGHT}")
    with serve(*map(completion, replies)) as stub:
        (run,) = await play([TASK], setup(stub, "react"), tmp_path / "out.jsonl")
    require_turns(stub.requests)
    assert run.success and run.turns[0].content == "What is the rule?" and run.turns[0].tokens == 6
    assert [message["content"] for message in stub.requests[2]["messages"]][2] == "What is the rule?"


async def test_self_refine(tmp_path):
    with serve(*map(completion, (WRONG, "It does nothing.", RIGHT))) as stub:
        (run,) = await play([TASK], setup(stub, "self-refine"), tmp_path / "out.jsonl")
    require_turns(stub.requests)
    assert run.success and len(run.turns) == 1 and (run.turns[0].tokens, run.turns[0].prompt_tokens) == (9, 21)


async def test_reflexion(tmp_path):
    with serve(*map(completion, (WRONG, "I should write a body.", RIGHT))) as stub:
        (run,) = await reflexion([TASK], setup(stub, "direct"), tmp_path / "out.jsonl")
    require_turns(stub.requests)
    told = [request["messages"][0]["content"] for request in stub.requests]
    assert run.success and LESSONS not in told[0] and told[2] == f"{told[0]}\n\n{LESSONS}\n\nI should write a body."
    assert "hidden tests passed" in stub.requests[1]["messages"][-1]["content"]
    asked = stub.requests[1]["messages"]
    assert not any(check in message["content"] for check in TASK.checks for message in asked)
