import asyncio

import pytest

from dulcet.benchmarks.backend.prompts import DEFAULT_PROMPT
from dulcet.environment import Environment
from dulcet.errors import EndpointError, InputError, MissingDependencyError
from dulcet.protocol import Rules
from dulcet.rollout.episode import EpisodeRequest, run_episode
from dulcet.trajectory import Outcome
from tests.scripted import CODE, Person, Script, grade, make_task

MODES = pytest.mark.parametrize("mode", ["default", "paper"])


async def begin(person=None, **rules):
    environment = Environment(person or Person(), Rules(**rules))
    await environment.reset(make_task(), seed=1)
    return environment


class Agent:
    def __init__(self, act):
        self.identity, self._act = {"kind": "test"}, act

    async def act(self, brief, messages, *, seed):
        return await self._act()


@MODES
async def test_turns(mode):
    environment = await begin(mode=mode)
    for _ in range(9):
        step = await environment.step("And then?")
        assert not step.done and step.reply == "Twice as much."
    step = await environment.step("x = 1")
    assert (step.outcome, step.answer, step.reply, len(environment.turns)) == (Outcome.TURN_LIMIT, "x = 1", None, 10)
    assert environment.human.asked == 9
    with pytest.raises(RuntimeError, match="reset"):
        await environment.step("more")


async def test_reply_limit():
    long = "word " * 100
    assert (await (await begin(Person(long))).step("?")).reply == ("word " * 80).strip()
    assert (await (await begin(Person(long[1:]), mode="paper")).step("?")).reply == long[1:401]
    short = Environment(Person(long), Rules(), reply_limit=14)
    await short.reset(make_task())
    assert (await short.step("?")).reply == "word word word"


async def test_leak():
    guarded = await (await begin(Person(f"Here: ```{CODE}``` and nothing else matters."))).step("Show me.")
    assert guarded.turn.leaks == 3 and guarded.turn.redacted and "x + x" not in guarded.reply
    passed = await (await begin(Person(CODE), mode="paper")).step("Show me.")
    assert passed.turn.leaks == 1 and not passed.turn.redacted and passed.reply == CODE


@MODES
async def test_no_answer(mode):
    environment = await begin(Person(), mode=mode)
    run = await run_episode(
        EpisodeRequest(make_task()), agent=Agent(_unreachable), environment=environment, grade=grade, seed=1
    )
    assert run.trajectory.answer == ("No answer" if mode == "paper" else None)


async def _unreachable():
    raise EndpointError("the server does not answer", where="http://localhost:1")


@MODES
async def test_unreachable(mode):
    class Gone(Person):
        async def reply(self, task, messages, *, seed):
            raise EndpointError("nobody there", where="http://localhost:1")

    step = await (await begin(Gone(), mode=mode)).step("?")
    assert (step.outcome, str(step.failure)) == (Outcome.SIMULATOR_FAILED, "http://localhost:1: nobody there")
    assert step.turn.content == "?" and step.reply is None
    environment = Environment(Person(), Rules(mode=mode))
    finished = await run_episode(
        EpisodeRequest(make_task()), agent=Agent(_unreachable), environment=environment, grade=grade, seed=1
    )
    run = finished.trajectory
    assert (run.outcome, run.reward, run.grade) == (Outcome.AGENT_FAILED, None, None)
    assert run.error == "http://localhost:1: the server does not answer"


@MODES
async def test_time_limit(mode):
    async def forever():
        await asyncio.sleep(60)

    environment = Environment(Person(), Rules(mode=mode, time_limit=0.05))
    request = EpisodeRequest(make_task())
    run = (await run_episode(request, agent=Agent(forever), environment=environment, grade=grade, seed=1)).trajectory
    assert (run.outcome, run.reward, run.outcome.agents_own) == (Outcome.TIME_LIMIT, None, False)
    assert "longer than 0.05 s" in run.error


async def test_what_the_user_must_mend_first_is_raised():
    class Broken(Person):
        async def reply(self, task, messages, *, seed):
            raise MissingDependencyError("openai", "endpoint")

    with pytest.raises(MissingDependencyError):
        await (await begin(Broken())).step("?")


async def test_a_persons_fault_is_typed_too():
    class Odd(Person):
        async def reply(self, task, messages, *, seed):
            raise InputError("the reference is not Python", where="task t0")

    assert (await (await begin(Odd())).step("?")).outcome is Outcome.SIMULATOR_FAILED


async def test_the_agent_never_sees_the_hidden_information_or_its_thoughts():
    model = Script("Secret plan. OUTPUT: How much?", "I WANT TO ANSWER:\n" + CODE)
    from dulcet.agents.direct import DirectAgent

    environment = Environment(Person(), Rules())
    run = (
        await run_episode(
            EpisodeRequest(make_task()),
            agent=DirectAgent(model, prompt=DEFAULT_PROMPT),
            environment=environment,
            grade=grade,
            seed=1,
        )
    ).trajectory
    seen = [message["content"] for message in model.seen[-1]]
    assert seen[1:] == ["Please write double(x). (0)", "How much?", "Twice as much."]
    assert not any("Secret" in text or "x + x" in text for text in seen)
    assert run.turns[0].raw.startswith("Secret plan.") and run.success and run.reward == 1.0
    assert run.history(1) == model.seen[-1][1:]
    assert len(set(model.seeds)) == 2


async def test_an_episode_goes_on_after_recorded_turns_as_if_it_had_never_stopped():
    class Counting(Person):
        async def reply(self, task, messages, *, seed):
            await super().reply(task, messages, seed=seed)
            return f"{len(messages)} {seed}"

    unbroken = Environment(Counting(), Rules(max_turns=4))
    await unbroken.reset(make_task(), seed=5)
    for text in ("First I think. OUTPUT: How much?", "And then?"):
        await unbroken.step(text)
    person = Counting()
    resumed = Environment(person, Rules(max_turns=4))
    messages = await resumed.resume(make_task(), unbroken.turns, seed=5)
    assert (messages, resumed.turns, person.asked) == (unbroken.messages, unbroken.turns, 0)
    assert messages[1]["content"] == "How much?"
    for text in ("Is that all?", "x + x"):
        assert await resumed.step(text) == await unbroken.step(text)
    assert resumed.turns == unbroken.turns and person.asked == 1


async def test_what_is_over_does_not_go_on():
    environment = Environment(Person(), Rules(max_turns=2))
    await environment.reset(make_task())
    await environment.step("How much?")
    await environment.step("I WANT TO ANSWER: x + x")
    with pytest.raises(ValueError, match="was over"):
        await environment.resume(make_task(), environment.turns)
    with pytest.raises(ValueError, match="was over"):
        await environment.resume(make_task(), environment.turns[1:])
