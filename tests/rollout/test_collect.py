import asyncio
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dulcet.agents.direct import DirectAgent
from dulcet.environment import Environment
from dulcet.errors import EndpointError, InputError, StorageError
from dulcet.rollout.collect import GIVE_UP_AFTER, collect, load
from dulcet.rollout.episode import EpisodeRequest, requests
from dulcet.seeds import derive
from dulcet.trajectory import Outcome
from tests.rollout import child
from tests.scripted import CODE, Person, Script, grade, make_task

ANSWER = "I WANT TO ANSWER:\n" + CODE
ROOT = Path(__file__).parents[2]


async def run(out, wanted, model=None, person=None, **options):
    options = {"seed": 1, "grade": grade, **options}
    agent = DirectAgent(model or Script("How much?", ANSWER))
    person = person or Person()
    return await collect(wanted, agent=agent, environment_factory=lambda: Environment(person), out=out, **options)


def tasks(count):
    return [make_task(number) for number in range(count)]


class Down(Script):
    """A model whose server is away until `calls` is above `until`."""

    def __init__(self, *lines, until=10**9):
        super().__init__(*lines)
        self.until = until

    async def sample(self, messages, sampling, *, seed, n=1):
        if self.calls < self.until:
            self.calls += 1
            raise EndpointError("the server does not answer", where="http://localhost:1")
        return await super().sample(messages, sampling, seed=seed, n=n)


async def test_episodes_are_graded_written_and_returned_in_order(tmp_path):
    out = tmp_path / "runs" / "episodes.jsonl"
    wanted = requests(tasks(5), episodes=2)
    model = Script("How much?", ANSWER)
    runs = await run(out, wanted, model)
    assert [item.key for item in runs] == [request.key for request in wanted]
    assert all(item.success and len(item.turns) == 2 and item.seed == 1 for item in runs)
    assert sorted(item.key for item in load(out)) == sorted(request.key for request in wanted)
    assert runs[0].agent["kind"] == "direct" and runs[0].human == {"kind": "test"}
    assert derive(1, "episode", "t3", 1, 0) in model.seeds


async def test_a_finished_file_is_not_collected_again(tmp_path):
    out, wanted = tmp_path / "episodes.jsonl", requests(tasks(4))
    first = await run(out, wanted)
    before, model = out.read_bytes(), Script(ANSWER)
    assert await run(out, wanted, model) == first
    assert (out.read_bytes(), model.calls) == (before, 0)
    more = await run(out, requests(tasks(6)), model)
    assert model.calls == 2 and more[:4] == first and out.read_bytes().startswith(before)


async def test_no_barrier_between_turns(tmp_path):
    """One person who takes a second holds up one episode; the others finish all their turns meanwhile."""

    class SlowOnce(Person):
        async def reply(self, task, messages, *, seed):
            await asyncio.sleep(1.0 if task.id == "t0" else 0)
            return "Twice."

    out = tmp_path / "episodes.jsonl"
    running = asyncio.create_task(run(out, requests(tasks(100)), Script("a?", "b?", "c?", ANSWER), SlowOnce()))
    start = time.monotonic()
    while time.monotonic() - start < 0.9 and (not out.exists() or out.read_bytes().count(b"\n") < 99):
        await asyncio.sleep(0.02)
    assert len(load(out)) == 99 and not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_hundreds_at_once(tmp_path):
    start = time.monotonic()
    await run(tmp_path / "episodes.jsonl", requests(tasks(300)), Script("?", ANSWER, delay=0.2), concurrency=300)
    assert time.monotonic() - start < 10  # one after the other: 120 s


async def test_concurrency_is_a_limit(tmp_path):
    class Counting(Person):
        now = most = 0

        async def reply(self, task, messages, *, seed):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.01)
            self.now -= 1
            return "Yes."

    person = Counting()
    await run(tmp_path / "episodes.jsonl", requests(tasks(20)), person=person, concurrency=3)
    assert person.most == 3


async def test_failed_episodes_are_recorded_and_tried_again(tmp_path):
    out, wanted = tmp_path / "episodes.jsonl", requests(tasks(12))

    class Moody(Person):
        well = False

        async def reply(self, task, messages, *, seed):
            if task.id == "t7" and not self.well:
                raise EndpointError("busy")
            return "Twice."

    person = Moody()
    first = await run(out, wanted, person=person)
    assert (first[7].outcome, first[7].reward, first[7].error) == (Outcome.SIMULATOR_FAILED, None, "busy")
    assert sum(item.success for item in first) == 11
    assert await run(out, wanted, person=person, retry_failed=False) == first
    person.well = True
    second = await run(out, wanted, person=person)
    assert second[7].success and len(out.read_text().splitlines()) == 13
    assert len(load(out)) == 12 and {item.key: item for item in load(out)}[("t7", 0)].success


async def test_a_server_that_is_down_stops_it_at_once(tmp_path):
    out, model = tmp_path / "episodes.jsonl", Down(ANSWER)
    with pytest.raises(EndpointError, match="does not answer"):
        await run(out, requests(tasks(500)), model, concurrency=4)
    assert model.calls < GIVE_UP_AFTER + 4
    assert [item.outcome for item in load(out)] == [Outcome.AGENT_FAILED] * len(load(out))
    runs = await run(out, requests(tasks(500)), Script(ANSWER))
    assert all(item.success for item in runs) and len(load(out)) == 500


async def test_two_episodes_and_a_server_that_is_down(tmp_path):
    with pytest.raises(EndpointError):
        await run(tmp_path / "episodes.jsonl", requests(tasks(2)), Down(ANSWER))


async def test_a_server_that_goes_away_later_stops_it_too(tmp_path):
    class GoesAway(Script):
        async def sample(self, messages, sampling, *, seed, n=1):
            if self.calls >= 50:
                await asyncio.sleep(0.001)
                raise EndpointError("gone")
            return await super().sample(messages, sampling, seed=seed, n=n)

    out = tmp_path / "episodes.jsonl"
    with pytest.raises(EndpointError, match="gone"):
        await run(out, requests(tasks(500)), GoesAway(ANSWER), concurrency=4)
    assert sum(item.success for item in load(out)) == 50 and len(load(out)) < 80


async def test_a_few_failures_at_the_start_are_no_reason_to_stop(tmp_path):
    runs = await run(tmp_path / "e.jsonl", requests(tasks(40)), Down(ANSWER, until=GIVE_UP_AFTER - 1), concurrency=1)
    assert sum(item.success for item in runs) == 40 - GIVE_UP_AFTER + 1


async def test_a_defect_keeps_its_own_type(tmp_path):
    class Broken(Person):
        async def reply(self, task, messages, *, seed):
            raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError, match="a bug"):
        await run(tmp_path / "episodes.jsonl", requests(tasks(5)), person=Broken())


async def test_other_tasks_or_another_seed_are_refused(tmp_path):
    out = tmp_path / "episodes.jsonl"
    await run(out, requests(tasks(2)))
    with pytest.raises(InputError, match="another request or seed"):
        await run(out, requests(tasks(2)), seed=2)
    other = make_task(0).model_copy(update={"prompt": "Something else."})
    with pytest.raises(InputError, match="task 't0'"):
        await run(out, [EpisodeRequest(other)])
    with pytest.raises(InputError, match="twice"):
        await run(out, requests([make_task(0), make_task(0)]))


async def test_ungraded_collection_and_nothing_to_do(tmp_path):
    (only,) = await run(tmp_path / "episodes.jsonl", requests(tasks(1)), grade=None)
    assert only.answer.strip() == CODE and only.grade is None
    assert await run(tmp_path / "empty.jsonl", []) == [] and load(tmp_path / "nowhere.jsonl") == []


def stripped(path):
    return sorted((item.model_copy(update={"seconds": 0.0}) for item in load(path)), key=lambda item: item.key)


def test_killed_and_started_again_is_as_if_unbroken(tmp_path):
    out, whole = tmp_path / "broken.jsonl", tmp_path / "whole.jsonl"
    command = [sys.executable, "-m", "tests.rollout.child", str(out)]
    for target in (12, 35):
        process = subprocess.Popen(command, cwd=ROOT)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and (not out.exists() or out.read_bytes().count(b"\n") < target):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert target <= out.read_bytes().count(b"\n") < 60
    with out.open("ab") as file:
        file.write(b'{"format": "dulcet.trajectory/1", "task_id": "t')  # a write that was cut off
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "60" and len(out.read_text().splitlines()) == 60
    child.run(whole)
    assert stripped(out) == stripped(whole)
    assert 0.2 < sum(item.success for item in load(out)) / 60 < 0.8


def test_a_full_disk_stops_it_and_loses_nothing(tmp_path):
    """With a file size limit in place of a full disk: the write fails in the same way, for root, too."""
    out = tmp_path / "episodes.jsonl"
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(StorageError, match="cannot be written"):
            asyncio.run(run(out, requests(tasks(400)), concurrency=8))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    kept = load(out)
    assert 10 < len(kept) < 400 and out.read_bytes().endswith(b"\n")
    runs = asyncio.run(run(out, requests(tasks(400)), concurrency=8))
    assert len(load(out)) == len(runs) == len(out.read_text().splitlines()) == 400


async def test_progress_tells_old_from_new(tmp_path):
    class Counting:
        old = new = 0

        def advance(self, count=1, **values):
            self.new += count

        def skip(self, count=1, **values):
            self.old += count

    for expected in ((0, 4), (4, 0)):
        bar = Counting()
        await run(tmp_path / "episodes.jsonl", requests(tasks(4)), progress=bar)
        assert (bar.old, bar.new) == expected
