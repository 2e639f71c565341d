"""The one-file SWEET-RL: it runs, it stays short, and its losses and scores are those of the package."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from dulcet.credit.base import ScoreRequest
from dulcet.credit.sweet import SweetCritic
from dulcet.models.loading import load_model, load_tokenizer
from dulcet.training import losses
from tests.tiny import make_tiny_llama

SCRIPT = Path(__file__).parents[2] / "examples" / "sweet_in_one_file.py"
HISTORY = [
    {"role": "user", "content": "Please write approve(age, country)."},
    {"role": "assistant", "content": "What is the threshold for the age?"},
    {"role": "user", "content": "It is 18."},
]
HIDDEN = "def approve(age, country):\n    return age >= 18"
CANDIDATES = ("What does country do?", "I WANT TO ANSWER: def approve(age, country):\n    return True", "How?")


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("sweet_in_one_file", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A critic and a reference: two random models."""
    return [make_tiny_llama(tmp_path_factory.mktemp(name), seed=seed) for seed, name in enumerate(("critic", "first"))]


def test_it_runs_and_says_what_came_of_it():
    sizes = ["--train-tasks", "4", "--episodes", "3", "--turns", "4", "--test-tasks", "4"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *sizes], env=environment, capture_output=True, text=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stderr
    number = r"([+-]?\d\.\d{3})"
    for name in ("before", "after", "difference"):
        found = re.search(rf"^{name}: success {number}, 95 % interval \[{number}, {number}\]$", done.stdout, re.M)
        assert found, done.stdout
        mean, low, high = map(float, found.groups())
        assert -1 <= low <= mean <= high <= 1
    assert re.match(rf".*: {number} \[{number}, {number}\] on 4 held-out tasks\.$", done.stdout.splitlines()[-1])
    assert "person: " in done.stdout
    assert " agent: " in done.stdout


def test_it_stays_short():
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.fixture
def some(script):
    """Log-probabilities of four rows of random tokens under two models, and the turns of the tokens."""
    torch.manual_seed(0)
    turn_BT = torch.tensor([[0, 1, 1, 0, 2], [0, 1, 0, 2, 2], [0, 0, 1, 1, 1], [0, 1, 0, 2, 0]])
    return -torch.rand(4, 5), -torch.rand(4, 5), turn_BT


def by_turn(value_BT, turn_BT):
    return torch.stack([(value_BT * (turn_BT == turn)).sum(-1) for turn in (1, 2)], 1)


def test_the_critics_loss_is_the_packages(script, some):
    logp_BT, reference_BT, turn_BT = some
    tokens_BK = by_turn(torch.ones(4, 5), turn_BT)
    score_B = losses.trajectory_score(by_turn(logp_BT - reference_BT, turn_BT), tokens_BK, "turn")
    expected = losses.sweet_critic(*score_B.chunk(2), script.CRITIC_BETA).mean()
    torch.testing.assert_close(script.critic_loss(*some), expected)


def test_the_policys_loss_is_the_packages(script, some):
    logp_BT, reference_BT, turn_BT = some
    turn_BT = turn_BT.clamp(max=1)
    tokens_B1 = by_turn(torch.ones(4, 5), turn_BT)[:, :1]
    logp_B1, reference_B1 = (by_turn(value_BT, turn_BT)[:, :1] for value_BT in (logp_BT, reference_BT))
    sides = [side_B1[:, 0] for value_B1 in (logp_B1, reference_B1) for side_B1 in value_B1.chunk(2)]
    nll_B = losses.nll(logp_B1[:2], tokens_B1[:2])
    expected = (losses.dpo(*sides, script.POLICY_BETA) + script.POLICY_NLL * nll_B).mean()
    torch.testing.assert_close(script.step_dpo_loss(logp_BT, reference_BT, turn_BT), expected)


def test_its_advantages_are_the_packages(script, folders):
    critic, first = (load_model(folder, "cpu") for folder in folders)
    found = script.advantages(critic, first, load_tokenizer(folders[0]), HISTORY, HIDDEN, list(CANDIDATES))
    (expected,) = SweetCritic(*folders, device="cpu").advantages([ScoreRequest(tuple(HISTORY), HIDDEN, CANDIDATES)])
    assert found == pytest.approx(expected, abs=1e-5)
    assert max(found) - min(found) > 1e-4


def test_turns_are_marked_where_the_agent_wrote(script, folders):
    tokenizer = load_tokenizer(folders[0])
    messages = [*HISTORY, {"role": "assistant", "content": CANDIDATES[0]}]
    ids, turns = script.encode(tokenizer, messages)
    said = [[i for i, turn in zip(ids, turns, strict=True) if turn == number] for number in (1, 2)]
    assert [tokenizer.decode(part) for part in said] == [f"{messages[at]['content']}<|im_end|>" for at in (1, 3)]
    last_ids, last = script.encode(tokenizer, messages, last_only=True)
    assert (last_ids, last) == (ids, [int(turn == 2) for turn in turns])


def test_pairs_are_of_the_upper_and_the_lower_half(script, folders):
    tokenizer, dice = load_tokenizer(folders[0]), script.random.Random(0)
    texts, scores = ["a", "b", "c", "d"], [0.1, 0.9, -0.5, 0.8]
    pairs = script.message_pairs(tokenizer, HISTORY, texts, scores, dice)
    drawn = {
        tuple(
            tokenizer.decode([i for i, turn in zip(*row, strict=True) if turn]).removesuffix("<|im_end|>")
            for row in pair
        )
        for pair in pairs
    }
    assert drawn
    assert drawn <= {(better, worse) for better in "bd" for worse in "ac"}
