import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dulcet.agents.open import AgentSpec
from dulcet.benchmarks.backend.synthesis.make import hand_written
from dulcet.errors import EndpointError, InputError
from dulcet.models.open import ModelSpec
from dulcet.protocol import Rules
from dulcet.rollout.collect import load
from dulcet.rollout.diary import Diary, trials_folder
from dulcet.rollout.play import Play, play
from dulcet.rollout.reflexion import reflexion
from dulcet.trajectory import Outcome
from tests.rollout.reflexion_child import LESSON, Learner, try_out
from tests.scripted import Script
from tests.tiny import make_tiny_llama

ROOT = Path(__file__).parents[2]


class Dull(Learner):
    """Reflects, and learns nothing from it."""

    def write(self, messages, seed):
        return super().write(messages, seed) if LESSON not in messages[0]["content"] else "I WANT TO ANSWER:\n0"


class Lost(Learner):
    """Its server is away when it is to reflect."""

    def write(self, messages, seed):
        if "The conversation is over" in messages[-1]["content"]:
            raise EndpointError("the server does not answer")
        return super().write(messages, seed)


async def test_what_was_learnt_from_a_failed_trial_solves_the_second(tmp_path):
    out, model = tmp_path / "episodes.jsonl", Learner()
    runs = await try_out(out, model)
    assert all(run.success and run.agent["kind"] == "reflexion" for run in runs) and load(out)
    diary = Diary(trials_folder(out))
    first = [run for (_, number), run in diary.trials.items() if number == 1]
    failed = {run.key for run in first if not run.success}
    assert len(first) == 20 and 5 < len(failed) < 20
    assert {key for key, number in diary.trials if number == 2} == failed == {key for key, _ in diary.reflections}
    assert not any(number == 3 for _, number in diary.trials)
    assert model.calls == 20 + 2 * len(failed)
    note = next(iter(diary.reflections.values()))
    assert note.verdict == "0 of 1 hidden tests passed (wrong)" and LESSON in note.text and note.tokens == 10


async def test_it_gives_up_after_the_last_trial_and_reflects_on_no_success(tmp_path):
    out = tmp_path / "episodes.jsonl"
    runs = await try_out(out, Dull(), trials=3)
    diary = Diary(trials_folder(out))
    failed = [run for run in runs if not run.success]
    assert failed and all(diary.trials[run.key, 3] == run for run in failed)
    assert {number for _, number in diary.reflections} == {1, 2}
    await try_out(tmp_path / "once.jsonl", model := Dull(), trials=1)
    assert model.calls == 20 and not Diary(trials_folder(tmp_path / "once.jsonl")).reflections


async def test_without_reflections_it_merely_tries_again(tmp_path):
    runs = await try_out(tmp_path / "again.jsonl", model := Learner(), reflects=False)
    diary = Diary(trials_folder(tmp_path / "again.jsonl"))
    assert not diary.reflections and model.calls == len(diary.trials)
    assert not all(run.success for run in runs) and any(run.success for run in runs)
    assert runs[0].agent["reflects"] is False


async def test_a_server_that_is_away_between_two_trials_is_a_failure_of_the_machinery(tmp_path):
    out = tmp_path / "episodes.jsonl"
    with pytest.raises(EndpointError):
        await try_out(out, Lost())
    broken = [run for run in load(out) if not run.success]
    assert {run.outcome for run in broken} == {Outcome.AGENT_FAILED} and {run.reward for run in broken} == {None}
    before = len(Diary(trials_folder(out)).trials)
    runs = await try_out(out, model := Learner())
    assert all(run.success for run in runs) and before > 0
    assert model.calls == len(Diary(trials_folder(out)).trials) - before + len(Diary(trials_folder(out)).reflections)


async def test_trials_are_continued_with_the_same_config_and_tasks_alone(tmp_path):
    out = tmp_path / "episodes.jsonl"
    await try_out(out, Learner(), tasks=2)
    with pytest.raises(InputError, match=r"agent\.trials = 3, and now it is 4"):
        await try_out(out, Learner(), tasks=2, trials=4)
    out.unlink()
    kept = trials_folder(out) / "trials.jsonl"
    kept.write_text(kept.read_text().replace("Please write double(x). (0)", "Please. (0)"))
    with pytest.raises(InputError, match="task 't0' had another request there"):
        await try_out(out, Learner(), tasks=2)


def told(out):
    """All that was tried and written down, times left out, in the order of its keys."""
    diary = Diary(trials_folder(out))
    trials = {key: run.model_copy(update={"seconds": 0.0}) for key, run in diary.trials.items()}
    return sorted(trials.items()), sorted(diary.reflections.items())


def test_killed_and_started_again_is_as_if_unbroken(tmp_path):
    out, whole = tmp_path / "broken.jsonl", tmp_path / "whole.jsonl"
    command = [sys.executable, "-m", "tests.rollout.reflexion_child", str(out)]
    notes = trials_folder(out) / "reflections.jsonl"
    process, deadline = subprocess.Popen(command, cwd=ROOT), time.monotonic() + 60
    while time.monotonic() < deadline and (not notes.exists() or notes.read_bytes().count(b"\n") < 5):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL and len(load(out)) < 20
    with notes.open("ab") as file:
        file.write(b'{"format": "dulcet.refl')  # a write that was cut off
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "20"
    runs = asyncio.run(try_out(whole, Learner()))
    assert told(out) == told(whole) and all(run.success for run in runs)


async def test_a_real_model_is_played_in_trials_by_one_call(tmp_path):
    pytest.importorskip("torch", reason="torch is not installed: pip install 'dulcet[local]'")
    model = ModelSpec(model=str(make_tiny_llama(tmp_path / "tiny", window=4096)), device="cpu", slots=4)
    setup = Play(model=model, agent=AgentSpec(max_tokens=8), rules=Rules(mode="paper", max_turns=2), seed=2)
    tasks, out = hand_written()[:1], tmp_path / "out.jsonl"
    runs = await reflexion(tasks, setup, out, trials=2)
    diary = Diary(trials_folder(out))
    assert [run.task_id for run in runs] == [task.id for task in tasks] and load(out)
    assert len(diary.trials) == 2 and len(diary.reflections) == 1 and all(run.outcome.agents_own for run in runs)
    direct = await play(tasks, setup, tmp_path / "direct.jsonl")
    for run in direct:
        first, second = diary.trials[run.key, 1], diary.trials[run.key, 2]
        assert first.turns == run.turns != second.turns and second in runs
    with pytest.raises(ValueError, match="trials"):
        await reflexion(tasks, setup, out, trials=0)


def test_the_scripted_learner_needs_the_lesson():
    """That the tests above measure learning and not luck: without it the second trial is no better."""
    learner = Learner()
    request = [{"role": "user", "content": "Please."}]
    right = sum("x + x" in learner.write(request, seed) for seed in range(400))
    assert right == 100 and isinstance(learner, Script)
