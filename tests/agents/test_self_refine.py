from dulcet.agents.direct import DirectAgent
from dulcet.agents.open import AgentSpec, open_agent, system_prompt
from dulcet.agents.self_refine import ENOUGH, FEEDBACK, REFINE, SelfRefineAgent
from dulcet.benchmarks.backend.prompts import PROMPTS
from dulcet.environment import Environment
from dulcet.models.base import Completion
from dulcet.rollout.episode import EpisodeRequest, run_episode
from tests.scripted import CODE, Person, Script, grade, make_task

DRAFT = f"I WANT TO ANSWER:\n{CODE.replace('x + x', 'x + 1')}"
RIGHT = f"I WANT TO ANSWER:\n{CODE}"
FAULT = "The sum must be of x and x."


class Editor(Script):
    """Drafts badly, finds the fault in a bad draft and only there, and mends the fault that it was told."""

    def __init__(self, feedback=None, refined=None, finish=None):
        super().__init__("")
        self.feedback, self.refined, self.finish = feedback, refined, finish or {}

    def write(self, messages):
        last = messages[-1]["content"]
        if last == FEEDBACK:
            good = "x + x" in messages[-2]["content"]
            return (
                "feedback",
                self.feedback if self.feedback is not None else f"Well.\n**{ENOUGH}.**" if good else FAULT,
            )
        if last == REFINE:
            mended = RIGHT if FAULT in messages[-2]["content"] else DRAFT
            return "refined", self.refined if self.refined is not None else mended
        return "draft", DRAFT

    async def sample(self, messages, sampling, *, seed, n=1):
        await super().sample(messages, sampling, seed=seed)
        kind, text = self.write(messages)
        return [Completion(text, 10, 100, self.finish.get(kind, "stop"))]


async def act(model, rounds=1):
    agent = SelfRefineAgent(model, prompt="Task.", rounds=rounds)
    return await agent.act(make_task().brief, [{"role": "user", "content": "Please."}], seed=3)


async def play(agent):
    request = EpisodeRequest(make_task())
    return (await run_episode(request, agent=agent, environment=Environment(Person()), grade=grade, seed=1)).trajectory


async def test_it_mends_a_draft_that_the_direct_agent_sends():
    assert not (await play(DirectAgent(Editor()))).success
    run = await play(SelfRefineAgent(Editor()))
    assert run.success and run.turns[0].raw == RIGHT and run.agent["kind"] == "self-refine"


async def test_all_that_was_written_counts_and_has_its_own_seed():
    model = Editor()
    said = await act(model)
    assert (said.tokens, said.prompt_tokens, model.calls) == (30, 300, 3)
    assert len(set(model.seeds)) == 3 and model.seeds[0] == 3
    roles = [message["role"] for message in model.seen[-1]]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]


async def test_it_stops_where_the_feedback_finds_nothing_more():
    model = Editor()
    assert (await act(model, rounds=5)).text == RIGHT
    assert model.calls == 4  # draft, fault, mended, nothing to improve
    assert [m["content"] for m in model.seen[-1]][2:] == [DRAFT, FEEDBACK, FAULT, REFINE, RIGHT, FEEDBACK]
    talkative = Editor(feedback=f"{ENOUGH} but for the sum.")
    assert (await act(talkative, rounds=2)).text == DRAFT and talkative.calls == 5


async def test_what_is_whole_stands():
    for finish, calls in (({"draft": "length"}, 1), ({"feedback": "overflow"}, 2), ({"refined": "length"}, 3)):
        model = Editor(finish=finish)
        said = await act(model, rounds=3)
        assert (said.text, model.calls, said.finish) == (DRAFT, calls, finish.get("draft", "stop"))
    assert (await act(Editor(finish={"feedback": "length"}))).text == RIGHT
    assert (await act(Editor(feedback="  "))).text == (await act(Editor(refined=""))).text == DRAFT


def test_a_spec_opens_it():
    spec = AgentSpec(agent="self-refine", rounds=2)
    agent = open_agent(spec, Script(""), prompts=PROMPTS, turns=7)
    assert agent.identity["rounds"] == 2 and agent.system == system_prompt(spec, prompts=PROMPTS, turns=7)
