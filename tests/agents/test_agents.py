from typing import ClassVar

import pytest

from dulcet.agents.best_of_n import BestOfN
from dulcet.agents.direct import DirectAgent
from dulcet.agents.open import AgentSpec, open_agent, rules_for, system_prompt
from dulcet.agents.prompts import with_system
from dulcet.benchmarks.backend.prompts import DEFAULT_PROMPT, PROMPTS
from dulcet.environment import Environment
from dulcet.errors import InputError
from dulcet.models.base import Completion, Sampling
from dulcet.protocol import ANSWER_MARKER, Rules
from dulcet.rollout.episode import EpisodeRequest, run_episode
from dulcet.trajectory import Outcome
from tests.scripted import CODE, Person, Script, grade, make_task

ANSWER = f"{ANSWER_MARKER}\n{CODE}"


class Longest:
    identity: ClassVar = {"kind": "longest"}

    async def score(self, brief, messages, candidates):
        assert not hasattr(brief, "hidden")
        return [float(len(text)) for text in candidates]


class Several(Script):
    def __init__(self, *candidates):
        super().__init__("")
        self.candidates = candidates

    async def sample(self, messages, sampling, *, seed, n=1):
        assert n == len(self.candidates)
        return list(self.candidates)


def drawn(text, finish="stop"):
    return Completion(text, 1, 1, finish)


async def act(agent):
    messages = [{"role": "user", "content": make_task().prompt}]
    return await agent.act(make_task().brief, messages, seed=3)


async def test_the_direct_agent_tells_the_rules_and_who_it_is():
    model = Script("Which?")
    agent = DirectAgent(model, Sampling(0.5, 0.9, 64), DEFAULT_PROMPT, turns=7)
    assert (await act(agent)).text == "Which?"
    system, request = model.seen[0]
    assert system["role"] == "system" and "at most 7 messages" in system["content"]
    assert ANSWER_MARKER in system["content"] and "{turns}" not in system["content"]
    assert request["content"] == make_task().prompt
    identity = agent.identity
    assert identity["sampling"] == {"temperature": 0.5, "top_p": 0.9, "max_tokens": 64}
    assert identity["prompt_hash"] != DirectAgent(model, prompt=DEFAULT_PROMPT, turns=8).identity["prompt_hash"]


async def test_the_single_turn_agent_answers_at_once():
    spec = AgentSpec(agent="single-turn")
    model, rules = Script("What is x?"), rules_for(spec, Rules(time_limit=5))
    agent, person = open_agent(spec, model, prompts=PROMPTS), Person()
    environment = Environment(person, rules)
    finished = await run_episode(EpisodeRequest(make_task()), agent=agent, environment=environment, grade=grade, seed=1)
    run = finished.trajectory
    assert (run.outcome, run.reward, len(run.turns), person.asked) == (Outcome.TURN_LIMIT, 0.0, 1, 0)
    assert rules == Rules(max_turns=1, time_limit=5) and agent.identity["kind"] == "single-turn"
    assert "cannot ask" in model.seen[0][0]["content"]


async def test_best_of_n_keeps_the_best_whole_candidate():
    texts = (drawn("short"), drawn("the longest of them"), drawn("cut off but very long indeed", "length"))
    agent = BestOfN(Several(*texts), None, 3, Longest())
    assert (await act(agent)).text == "the longest of them"
    assert agent.identity["n"] == 3 and agent.identity["scorer"] == {"kind": "longest"}
    cut = BestOfN(Several(drawn("a", "length"), drawn("bb", "length")), None, 2, Longest())
    assert (await act(cut)).text == "bb"
    tie = BestOfN(Several(drawn("a"), drawn("b")), None, 2, Longest())
    assert (await act(tie)).text == "a"


async def test_specs_open_agents():
    model = Script("x")
    for spec in (AgentSpec(), AgentSpec(agent="single-turn")):
        assert system_prompt(spec, prompts=PROMPTS, turns=10) == open_agent(spec, model, prompts=PROMPTS).system
    await act(open_agent(AgentSpec(prompt="none"), model, prompts=PROMPTS))
    assert [message["role"] for message in model.seen[-1]] == ["user"]
    with pytest.raises(InputError, match="there is no prompt 'nice'"):
        open_agent(AgentSpec(prompt="nice"), model, prompts=PROMPTS)
    assert with_system("", [{"role": "user", "content": "a"}]) == [{"role": "user", "content": "a"}]
    assert "{turns}" in DEFAULT_PROMPT


async def test_a_real_model_plays_an_episode_the_same_way_twice(tmp_path):
    pytest.importorskip("torch", reason="torch is not installed: pip install 'dulcet[local]'")
    from dulcet.models.open import ModelSpec, open_model
    from tests.tiny import make_tiny_llama

    model = open_model(ModelSpec(model=str(make_tiny_llama(tmp_path / "tiny", window=2048)), device="cpu", slots=4))
    try:
        agent = open_agent(AgentSpec(max_tokens=12), model, prompts=PROMPTS)
        runs = []
        for _ in range(2):
            environment = Environment(Person(), Rules(mode="paper", max_turns=3))
            request = EpisodeRequest(make_task())
            played = await run_episode(request, agent=agent, environment=environment, grade=grade, seed=4)
            runs.append(played.trajectory)
    finally:
        await model.close()
    assert runs[0].turns == runs[1].turns and runs[0].outcome is Outcome.TURN_LIMIT
    assert len(runs[0].turns) == 3 and all(turn.tokens and turn.prompt_tokens for turn in runs[0].turns)
