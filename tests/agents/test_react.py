import pytest

from dulcet.agents.open import AgentSpec, open_agent, system_prompt
from dulcet.agents.react import SPEAK, ReActAgent, react_prompt
from dulcet.benchmarks.backend.prompts import PROMPTS
from dulcet.benchmarks.frontend.prompts import PROMPTS as PAGE_PROMPTS
from dulcet.environment import Environment
from dulcet.models.base import Completion
from dulcet.protocol import Rules
from dulcet.rollout.episode import EpisodeRequest, run_episode
from dulcet.trajectory import Outcome
from tests.scripted import CODE, Person, Script, grade, make_task

THOUGHT = "Thought: the factor is not said, and I keep that to myself."


class Thinker(Script):
    """Writes its thoughts with the message or without, and the message alone when it is asked for it."""

    def __init__(self, *lines, asked="Which factor?", finish="stop"):
        super().__init__(*lines)
        self.asked, self.finish = asked, finish

    async def sample(self, messages, sampling, *, seed, n=1):
        (drawn,) = await super().sample(messages, sampling, seed=seed)
        text = self.asked if messages[-1]["content"] == SPEAK else drawn.text
        return [Completion(text, 10, 100, self.finish)]


class Listener(Person):
    """Remembers all that it was shown."""

    shown = ""

    async def reply(self, task, messages, *, seed):
        self.shown += "".join(message["content"] for message in messages)
        return "Twice as much."


async def episode(model, mode="default", turns=3):
    person, agent = Listener(), ReActAgent(model, prompt=PROMPTS["default"], turns=turns)
    environment = Environment(person, Rules(mode=mode, max_turns=turns))
    finished = await run_episode(EpisodeRequest(make_task()), agent=agent, environment=environment, grade=grade, seed=1)
    return finished.trajectory, person


@pytest.mark.parametrize("mode", ["default", "paper"])
async def test_the_thought_never_reaches_the_person(mode):
    model = Thinker(f"{THOUGHT}\nOUTPUT: Which factor?", f"{THOUGHT}\nOUTPUT:\nI WANT TO ANSWER:\n{CODE}")
    run, person = await episode(model, mode)
    assert run.success and run.turns[0].raw.startswith(THOUGHT) and run.turns[0].content.strip() == "Which factor?"
    assert "keep that to myself" not in person.shown and "Which factor?" in person.shown
    assert all("keep that" not in message["content"] for message in model.seen[1])


@pytest.mark.parametrize("mode", ["default", "paper"])
@pytest.mark.parametrize("asked", ["Which factor?", "OUTPUT: Which factor?", f"{THOUGHT} OUTPUT: Which factor?"])
async def test_a_thought_without_its_message_is_never_sent_in_its_place(mode, asked):
    model = Thinker(f"**Thought 1:** {THOUGHT}", asked=asked)
    run, person = await episode(model, mode)
    assert [turn.content.strip() for turn in run.turns] == ["Which factor?"] * 3
    assert "keep that to myself" not in person.shown and THOUGHT in run.turns[0].raw
    assert (run.turns[0].tokens, run.turns[0].prompt_tokens, model.calls) == (20, 200, 6)
    assert len(set(model.seeds)) == 6


async def test_nothing_but_thoughts_says_nothing():
    run, person = await episode(Thinker(THOUGHT, asked=THOUGHT))
    assert (run.outcome, person.shown, len(run.turns)) == (Outcome.NO_ANSWER, "", 1)
    run, person = await episode(Thinker(THOUGHT, finish="length"))
    assert (run.outcome, person.shown) == (Outcome.TRUNCATED, "")
    run, person = await episode(Thinker(THOUGHT, finish="length"), mode="paper")
    assert "keep that" not in person.shown and run.turns[0].content == ""


async def test_a_model_that_does_not_think_aloud_speaks_as_it_does():
    run, _ = await episode(Script("Which factor?", f"I WANT TO ANSWER:\n{CODE}"))
    assert run.success and run.turns[0].raw == "Which factor?"
    run, _ = await episode(Script(f"Thought: it is clear.\nI WANT TO ANSWER:\n{CODE}"))
    assert run.success and len(run.turns) == 1


def test_every_benchmarks_prompt_takes_the_instruction():
    for prompts in (PROMPTS, PAGE_PROMPTS):
        for name in prompts:
            spec = AgentSpec(agent="react", prompt=name)
            told = system_prompt(spec, prompts=prompts, turns=4)
            assert told == open_agent(spec, Script(""), prompts=prompts, turns=4).system
            assert told.startswith(prompts[name].replace("{turns}", "4")) and "Thought:" in told
    assert react_prompt("").startswith("Think") and ReActAgent(Script("")).identity["kind"] == "react"
