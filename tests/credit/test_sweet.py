"""The critic's numbers against the plain computation: whole sequences through the whole model, no cache, no batch."""

import asyncio
import math
import shutil

import pytest
import torch

from dulcet.credit.base import ScoreRequest
from dulcet.credit.privileged import privileged, privileged_trajectory
from dulcet.credit.scorer import PrivilegedScorer
from dulcet.credit.scoring import CandidateScorer
from dulcet.credit.sweet import SweetCritic, weighted
from dulcet.credit.turns import turn_advantages
from dulcet.models.loading import load_model, load_tokenizer
from dulcet.task import Task
from dulcet.training.encoding import Encoder
from dulcet.trajectory import Outcome, Trajectory, Turn
from tests.tiny import make_tiny_llama

CANDIDATES = (
    "What is the limit?",
    "I WANT TO ANSWER:\ndef f(a): return a",
    "Hm",
    "Is the answer a string or a number?",
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    return [make_tiny_llama(root / f"m{seed}", seed=seed) for seed in (0, 1)]


def requests() -> list[ScoreRequest]:
    short = ({"role": "user", "content": "Please write approve(age)."},)
    long = (*short, {"role": "assistant", "content": "Which age?"}, {"role": "user", "content": "At least 18."})
    hidden = "def approve(age):\n    return age >= 18"
    return [ScoreRequest(history, hidden, CANDIDATES) for history in (short, long, short)]


def plainly(folder, request: ScoreRequest, candidate: str) -> float:
    model, tokenizer = load_model(folder, "cpu"), load_tokenizer(folder)
    text = tokenizer.apply_chat_template(
        privileged(request.history, request.hidden), tokenize=False, add_generation_prompt=True
    )
    prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
    target = [*tokenizer(candidate, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
    with torch.no_grad():
        logits = model(torch.tensor([prompt + target])).logits[0].double()
    logps = logits.log_softmax(-1)
    return float(sum(logps[len(prompt) - 1 + n, token] for n, token in enumerate(target)) / len(target))


def test_advantages_are_the_mean_log_ratios(folders) -> None:
    critic = SweetCritic(folders[1], folders[0], device="cpu", max_tokens=512)
    for request, row in zip(requests(), critic.advantages(requests()), strict=True):
        want = [plainly(folders[1], request, c) - plainly(folders[0], request, c) for c in CANDIDATES]
        assert row == pytest.approx(want, abs=2e-5)


def test_an_untrained_critic_has_no_opinion(folders) -> None:
    critic = SweetCritic(folders[0], folders[0], device="cpu", max_tokens=512)
    assert critic.advantages(requests()) == [[0.0] * 4] * 3


def test_a_reference_of_less_weight_orders_by_what_is_left_of_it(folders) -> None:
    (request, *_) = requests()
    critic = SweetCritic(folders[1], folders[0], device="cpu", max_tokens=512, reference_weight=0.25)
    (row,) = critic.advantages([request])
    ratios = [plainly(folders[1], request, c) - plainly(folders[0], request, c) for c in CANDIDATES]
    left = [plainly(folders[1], request, c) - 0.25 * plainly(folders[0], request, c) for c in CANDIDATES]
    assert [a - row[0] for a in row] == pytest.approx([a - left[0] for a in left], abs=3e-5)
    assert sum(row) == pytest.approx(sum(ratios), abs=1e-4)
    (alone,) = critic.advantages([ScoreRequest(request.history, request.hidden, CANDIDATES[:1])])
    assert alone == pytest.approx(ratios[:1], abs=2e-5)
    assert critic.identity["reference_weight"] == 0.25


def test_what_cannot_be_read_leaves_the_others_as_they_are() -> None:
    nan = math.nan
    assert weighted([-1.0, nan, -2.0], [-3.0, nan, -1.0], 0.5) == [2 - 0.5, -math.inf, -1 + 0.5]
    assert weighted([nan], [nan], 0.5) == [-math.inf]


def test_company_changes_nothing(folders) -> None:
    critic = SweetCritic(folders[1], folders[0], device="cpu", max_tokens=512)
    together = critic.advantages(requests())
    alone = [critic.advantages([request])[0] for request in requests()]
    assert together[0] == pytest.approx(alone[0], abs=1e-5)
    assert together[1] == pytest.approx(alone[1], abs=1e-5)


def test_turn_advantages_have_one_number_a_turn(folders) -> None:
    turns = (Turn(raw="Which age?", content="Which age?", reply="18."), Turn(raw=CANDIDATES[1], content=CANDIDATES[1]))
    run = Trajectory(task_id="t", prompt="Please write f(a).", turns=turns, outcome=Outcome.ANSWERED)
    task = Task(id="t", prompt=run.prompt, hidden="def f(a): return a")
    critic = SweetCritic(folders[1], folders[0], device="cpu", max_tokens=512)
    (row,) = turn_advantages(critic, "Be brief.", [run], {"t": task})
    opening = ({"role": "system", "content": "Be brief."},)
    request = ScoreRequest((*opening, *run.history(1)), task.hidden, (turns[1].raw,))
    assert len(row) == 2
    assert row[1] == pytest.approx(critic.advantages([request])[0][0], abs=1e-5)


def test_of_what_is_too_long_to_read_nothing_is_said(folders) -> None:
    scorer = CandidateScorer(load_model(folders[0], "cpu"), Encoder(load_tokenizer(folders[0]), 512))
    whole = scorer.mean_logps([(requests()[1].history, CANDIDATES)])[0]
    prompt = len(scorer.encoder.prompt_ids(requests()[1].history))
    lengths = [len(scorer.encoder.target_ids(text)) for text in CANDIDATES]
    scorer.encoder.max_tokens = prompt + sorted(lengths)[1]
    found = scorer.mean_logps([(requests()[1].history, CANDIDATES)])[0]
    for was, now, length in zip(whole, found, lengths, strict=True):
        assert now == pytest.approx(was, abs=1e-5) if length <= sorted(lengths)[1] else math.isnan(now)
    critic = SweetCritic(folders[1], folders[0], device="cpu", max_tokens=16)
    assert critic.advantages(requests()[:1]) == [[-math.inf] * 4]


def test_the_hidden_information_stands_in_the_first_user_message() -> None:
    messages = [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "please"},
        {"role": "assistant", "content": "?"},
    ]
    assert [m["content"] for m in privileged(messages, "secret")] == ["s", "secret\n\nplease", "?"]
    assert privileged(messages, "") == messages
    run = Trajectory(task_id="t", prompt="please", outcome=Outcome.NO_ANSWER)
    assert privileged_trajectory(run, "secret").history(0) == [{"role": "user", "content": "secret\n\nplease"}]


def test_many_episodes_ask_at_once_and_errors_reach_them(folders) -> None:
    task = Task(id="t", prompt="Please write approve(age).", hidden="def approve(age):\n    return age >= 18")
    critic = SweetCritic(folders[1], folders[0], device="cpu", max_tokens=512)

    async def ask() -> list[list[float]]:
        async with PrivilegedScorer(critic, {"t": task}) as scorer:
            messages = [{"role": "user", "content": task.prompt}]
            return await asyncio.gather(*(scorer.score(task.brief, messages, CANDIDATES) for _ in range(5)))

    rows = asyncio.run(ask())
    assert all(row == pytest.approx(rows[0], abs=1e-5) for row in rows)
    critic.advantages = lambda asked: 1 / 0
    with pytest.raises(ZeroDivisionError):
        asyncio.run(ask())


def test_an_adapter_folder_is_a_critic_too(folders, tmp_path) -> None:
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    base = load_model(folders[0], "cpu")
    adapted = get_peft_model(
        base, LoraConfig(target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    )
    adapted.save_pretrained(tmp_path / "adapter")
    for file in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(folders[0] / file, tmp_path / "adapter" / file)
    critic = SweetCritic(tmp_path / "adapter", folders[0], device="cpu", max_tokens=512)
    assert all(abs(a) > 1e-6 for a in critic.advantages(requests())[0])
