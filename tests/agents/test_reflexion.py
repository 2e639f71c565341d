from dulcet.agents.direct import DirectAgent
from dulcet.agents.open import AgentSpec, open_agent, system_prompt
from dulcet.agents.reflexion import LESSONS, ReflexionAgent
from dulcet.benchmarks.backend.prompts import PROMPTS
from dulcet.models.base import Sampling
from dulcet.trajectory import Outcome, Trajectory, Turn
from tests.scripted import Script, make_task

REQUEST = [{"role": "user", "content": make_task().prompt}]
BRIEF = make_task().brief


def run(*turns, outcome=Outcome.ANSWERED):
    return Trajectory(task_id="t0", prompt="Please.", seed=5, turns=turns, outcome=outcome)


async def test_the_first_trial_is_the_direct_agents_and_later_ones_read_what_was_learnt():
    model = Script("Hm.")
    agent, direct = ReflexionAgent(model, prompt="Task."), DirectAgent(model, prompt="Task.")
    for one in (direct, agent, agent.trial(1), agent.trial(3, ["Ask for x.", " ", "Answer with x + x."])):
        await one.act(BRIEF, REQUEST, seed=7)
    assert model.seen[0] == model.seen[1] == model.seen[2] and model.seeds[:3] == [7] * 3
    assert model.seen[3][0]["content"] == f"Task.\n\n{LESSONS}\n\nAsk for x.\n\nAnswer with x + x."
    assert model.seen[3][1:] == REQUEST and model.seeds[3] != 7
    assert agent.trial(2, ["a"]).identity == agent.identity == agent.trial(1).identity
    assert "the grade of each task" in agent.identity["told"] and agent.identity["trials"] == 3


async def test_only_the_latest_reflections_are_read():
    told = ReflexionAgent(Script("Hm.")).trial(6, ["first", "second", "third", "fourth"]).system
    assert "first" not in told and told.endswith("second\n\nthird\n\nfourth")


async def test_the_model_looks_back_on_the_whole_conversation():
    model = Script("I should ask.")
    trial = ReflexionAgent(model, Sampling(0.5), prompt="Task.").trial(2, ["Be brief."])
    turns = Turn(raw="Hm OUTPUT: Which?", content="Which?", reply="Both."), Turn(raw="I WANT", content="I WANT")
    said = await trial.reflect(run(*turns), "3 of 10 hidden tests passed (wrong)")
    assert said.text == "I should ask."
    system, *rest, question = model.seen[0]
    assert "Be brief." in system["content"] and "3 of 10 hidden tests passed (wrong)" in question["content"]
    assert [message["content"] for message in rest] == ["Please.", "Which?", "Both.", "I WANT"]
    assert [message["role"] for message in [*rest, question]] == ["user", "assistant"] * 2 + ["user"]


async def test_it_also_looks_back_where_nothing_was_said():
    model = Script("I should speak.")
    trial = ReflexionAgent(model).trial(1)
    await trial.reflect(run(outcome=Outcome.CONTEXT_OVERFLOW), "it ended without an answer (context_overflow)")
    await trial.reflect(run(Turn(raw="", content=""), outcome=Outcome.NO_ANSWER), "it ended")
    await trial.reflect(run(Turn(raw="Hm. OUTPUT:", content=""), outcome=Outcome.NO_ANSWER), "it ended")
    assert [[message["role"] for message in seen] for seen in model.seen[:2]] == [["user"]] * 2
    assert model.seen[0][0]["content"].startswith("Please.\n\nThe conversation is over")
    assert model.seen[2][1] == {"role": "assistant", "content": "Hm. OUTPUT:"}


def test_a_spec_opens_it():
    spec = AgentSpec(agent="reflexion", trials=4)
    agent = open_agent(spec, Script(""), prompts=PROMPTS, turns=7)
    assert agent.trials == 4 and agent.system == system_prompt(spec, prompts=PROMPTS, turns=7)
