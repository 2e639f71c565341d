"""Playing on from the middle: the person is not asked again for what is recorded, and values are what they must be."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dulcet.agents.direct import DirectAgent
from dulcet.environment import Environment
from dulcet.errors import EndpointError
from dulcet.jsonl import read
from dulcet.protocol import Rules
from dulcet.rollout.appending import append_each
from dulcet.rollout.branch import Branch, Continuation, play_branch, recorded_turns
from dulcet.trajectory import Outcome, Turn
from tests.scripted import CODE, Person, Script, grade, make_task

ANSWER = "I WANT TO ANSWER:\n" + CODE
ROOT = Path(__file__).parents[2]
BEFORE = (Turn(raw="Hm. OUTPUT: How much?", content="How much?", reply="Twice."),)


async def play(branch, model=None, person=None, sample=0, **rules):
    environment = Environment(person or Person(), Rules(**rules))
    return await play_branch(
        branch, sample, agent=DirectAgent(model or Script(ANSWER)), environment=environment, grade=grade, seed=3
    )


async def test_the_state_is_restored_and_only_the_rest_is_played():
    person, model = Person("As a number."), Script("never", "never", "Sure?", ANSWER)
    found = await play(Branch(make_task(), BEFORE, "OUTPUT: Of what type?"), model, person)
    assert person.asked == 2 and model.calls == 2
    assert [message["content"] for message in model.seen[0]] == [
        make_task().prompt, "How much?", "Twice.", "Of what type?", "As a number.",
    ]  # fmt: skip
    assert (found.reward, found.success, found.outcome, found.ended) == (1.0, True, Outcome.ANSWERED, False)
    assert (found.turns, found.tokens) == (2, 1 + len(ANSWER.split()))


async def test_a_message_that_ends_the_episode_is_graded_and_nothing_is_played():
    model, person = Script(ANSWER), Person()
    right = await play(Branch(make_task(), BEFORE, ANSWER), model, person)
    wrong = await play(Branch(make_task(), BEFORE, "I WANT TO ANSWER:\ndef double(x):\n    return x"), model, person)
    assert [(one.reward, one.ended, one.turns) for one in (right, wrong)] == [(1.0, True, 0), (0.0, True, 0)]
    assert (model.calls, person.asked) == (0, 0)
    last = await play(Branch(make_task(), BEFORE, CODE), max_turns=2)
    assert (last.outcome, last.reward, last.ended) == (Outcome.TURN_LIMIT, 1.0, True)


async def test_each_continuation_has_seeds_of_its_own_whatever_was_played_before():
    branch, model = Branch(make_task(), BEFORE, "Of what type?"), Script(ANSWER)
    for sample in (0, 1, 0):
        await play(branch, model, sample=sample)
    assert model.seeds[0] == model.seeds[2] != model.seeds[1]


def test_a_branch_is_known_by_what_was_said():
    branch = Branch(make_task(), BEFORE, "Why?")
    history = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": make_task().prompt}]
    history += [{"role": "assistant", "content": "How much?"}, {"role": "user", "content": "Twice."}]
    assert Branch(make_task(), recorded_turns(history), "Why?").key == branch.key
    others = [
        Branch(make_task(1), BEFORE, "Why?"),
        Branch(make_task(), (), "Why?"),
        Branch(make_task(), BEFORE, "Who?"),
    ]
    assert len({branch.key, *(other.key for other in others)}) == 4
    with pytest.raises(ValueError, match="person's reply"):
        recorded_turns(history[:-1])


async def test_a_failure_of_the_machinery_is_no_reward():
    class Away(Person):
        async def reply(self, task, messages, *, seed):
            raise EndpointError("the person is away")

    with pytest.raises(EndpointError, match="is away"):
        await play(Branch(make_task(), BEFORE, "Of what type?"), person=Away())


def row(number):
    return Continuation(
        branch=str(number), sample=0, task_id="t", reward=0.5, success=False, outcome="answered", ended=False,
        turns=1, tokens=1,
    )  # fmt: skip


async def test_what_fails_now_and_then_is_missing_and_what_always_fails_stops_it(tmp_path, caplog):
    async def work(number):
        if number % 10 == 3:
            raise EndpointError("busy")
        return row(number)

    rows = await append_each(range(100), work, tmp_path / "rows.jsonl", at_once=4)
    assert len(rows) == 90 and "10 of them failed, the last one so: busy" in caplog.text
    asked = []

    async def down(number):
        asked.append(number)
        raise EndpointError("down")

    with pytest.raises(EndpointError, match="down"):
        await append_each(range(100), down, tmp_path / "none.jsonl", at_once=4)
    assert len(asked) < 16


def test_killed_and_started_again_it_does_what_is_missing(tmp_path):
    out, command = tmp_path / "rows.jsonl", [sys.executable, "-m", "tests.rollout.appending_child"]
    child = subprocess.Popen([*command, str(out)], cwd=ROOT)
    while not out.exists() or out.read_bytes().count(b"\n") < 5:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = out.read_bytes()
    done = subprocess.run([*command, str(out)], cwd=ROOT, capture_output=True, text=True, check=True)
    rows = read(out, Continuation)
    assert sorted(int(row.branch) for row in rows) == list(range(40))
    assert out.read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    assert int(done.stdout) == 40 - kept.count(b"\n")
