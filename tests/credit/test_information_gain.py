"""The gain against the plain computation, and on the house model: to ask for what matters is worth more."""

import dataclasses
import math
from statistics import fmean

import pytest
import torch

from dulcet.benchmarks.backend.benchmark import Backend
from dulcet.benchmarks.frontend.benchmark import Frontend
from dulcet.credit.base import ScoreRequest
from dulcet.credit.information_gain import InformationGain, InformationGainCritic
from dulcet.credit.turns import turn_requests
from dulcet.errors import InputError
from dulcet.house.demonstrators import arguments
from dulcet.humans.scripted import ScriptedHuman
from dulcet.models.house_model import house_path
from dulcet.models.loading import load_model, load_tokenizer
from dulcet.protocol import final_message
from dulcet.rollout.play import Play
from dulcet.trajectory import Outcome, Trajectory, Turn
from tests.credit.fees import BROKEN, HALF, RIGHT, TASK, USEFUL, USELESS, request
from tests.tiny import make_tiny_llama


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_tiny_llama(tmp_path_factory.mktemp("models") / "tiny", window=1024, spread=0.1)


def critic(folder, out, ending="outcome", tasks=(TASK,), **options):
    spec = InformationGain(ending=ending)
    known = {task.id: task for task in tasks}
    return InformationGainCritic(str(folder), known, Play(), out / "replies.jsonl", spec, device="cpu", **options)


def plainly(folder, history) -> float:
    """Mean log-probability of the reference as the agent's next message."""
    model, tokenizer = load_model(folder, "cpu"), load_tokenizer(folder)
    text = tokenizer.apply_chat_template(list(history), tokenize=False, add_generation_prompt=True)
    prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
    target = [*tokenizer(final_message(TASK.hidden), add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
    with torch.no_grad():
        logps = model(torch.tensor([prompt + target])).logits[0].double().log_softmax(-1)
    return fmean(float(logps[len(prompt) - 1 + number, token]) for number, token in enumerate(target))


def after(asked, candidate, *, replied=True):
    said = [{"role": "assistant", "content": candidate.rpartition("OUTPUT: ")[2]}]
    if replied:
        heard = ScriptedHuman().answer(TASK, [*asked.history[1:], *said])
        said.append({"role": "user", "content": heard})
    return [*asked.history, *said]


def test_gains_are_those_of_the_plain_computation(folder, tmp_path):
    asked = request(USEFUL, f"Hm. OUTPUT: {USELESS}", RIGHT, HALF, BROKEN)
    was = plainly(folder, asked.history)
    told = [plainly(folder, after(asked, text)) for text in asked.candidates[:2]]
    (row,) = critic(folder, tmp_path).advantages([asked])
    beliefs = [*told, 0.0, math.log(0.5), math.log(0.001)]
    assert row == pytest.approx([belief - was for belief in beliefs], abs=2e-5)
    (row,) = critic(folder, tmp_path, "likelihood").advantages([asked])
    repeated = [plainly(folder, after(asked, text, replied=False)) for text in asked.candidates[2:]]
    assert row == pytest.approx([belief - was for belief in (*told, *repeated)], abs=2e-5)


def test_the_gains_of_an_episode_add_up_to_what_was_learnt(folder, tmp_path):
    person, turns = ScriptedHuman(), ()
    for text in (USELESS, USEFUL):
        run = Trajectory(task_id="fee", prompt=TASK.prompt, turns=turns, outcome=Outcome.ANSWERED)
        heard = person.answer(TASK, [*run.history(len(turns)), {"role": "assistant", "content": text}])
        turns += (Turn(raw=text, content=text, reply=heard),)
    run = Trajectory(task_id="fee", prompt=TASK.prompt, turns=turns, outcome=Outcome.TRUNCATED)
    rows = critic(folder, tmp_path).advantages(turn_requests("", run, TASK))
    learnt = plainly(folder, run.history(2)) - plainly(folder, run.history(0))
    assert sum(row[0] for row in rows) == pytest.approx(learnt, abs=5e-5)


def test_what_cannot_be_said_is_not_said(folder, tmp_path):
    assert critic(folder, tmp_path, max_tokens=128).advantages([request(USEFUL)]) == [[-math.inf]]
    assert critic(folder, tmp_path).advantages([request()]) == [[]]
    with pytest.raises(InputError, match="about the hidden information, and there is none"):
        critic(folder, tmp_path).advantages([dataclasses.replace(request(USEFUL), hidden="")])


def test_the_house_model_learns_more_from_a_question_that_matters(tmp_path):
    tasks = Backend().synthesise(8, seed=5, split="validation", difficulty=1)
    asked = []
    for task in tasks:
        about = [f"What about {name}?" for name in arguments(task.prompt)]
        candidates = (USELESS, final_message("def f():\n    return 0"), final_message(task.hidden), *about)
        asked.append(ScoreRequest(({"role": "user", "content": task.prompt},), task.hidden, candidates, task.id))
    rows = critic(house_path("backend"), tmp_path, tasks=tasks, max_tokens=1024).advantages(asked)
    useless, wrong, right = (fmean(row[place] for row in rows) for place in range(3))
    useful = fmean(max(row[3:]) for row in rows)
    assert right > useful > useless > wrong
    assert useful > 0.02


@pytest.mark.parametrize("benchmark", [Backend(), Frontend()])
def test_the_reference_is_given_as_an_answer_is(benchmark):
    source = "<html><body>Hi</body></html>" if benchmark.name == "frontend" else TASK.hidden
    for mode in ("default", "paper"):
        if (benchmark.name, mode) != ("frontend", "paper"):  # there a page must come after another marker
            assert benchmark.parse(final_message(source), mode, last=False, earlier=[]).answer.strip() == source
