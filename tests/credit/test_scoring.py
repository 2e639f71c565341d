"""Candidates scored as a forest, against a cache and one by one: one and the same mean."""

import math

import pytest
import torch
import transformers

from dulcet.credit import cached
from dulcet.credit.scoring import CandidateScorer
from dulcet.models.loading import load_tokenizer
from dulcet.training.encoding import Encoder
from tests.tiny import make_tiny_tokenizer

SIZES = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "vocab_size": 320, "head_dim": 8}
HEADS = {"num_attention_heads": 4, "num_key_value_heads": 2, "initializer_range": 0.3}
CANDIDATES = ("What is the limit?", "What is the age?", "I don't know", "0 1 2 3", "What is the limit?")
LONG = tuple({"role": role, "content": "at least 18"} for role in ("user", "assistant", "user"))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    make_tiny_tokenizer(folder)
    return Encoder(load_tokenizer(folder), 512)


def build(architecture, **changes):
    torch.manual_seed(0)
    config = getattr(transformers, f"{architecture}Config")(**SIZES | HEADS | changes)
    name = {"Gemma3Text": "Gemma3"}.get(architecture, architecture)
    return getattr(transformers, f"{name}ForCausalLM")(config).eval()


def plainly(model, encoder, history, text):
    prompt, target = encoder.prompt_ids(history), encoder.target_ids(text)
    with torch.no_grad():
        logp = model(torch.tensor([prompt + target])).logits[0].double().log_softmax(-1)
    return sum(logp[len(prompt) - 1 + n, token].item() for n, token in enumerate(target)) / len(target)


@pytest.mark.parametrize(
    ("architecture", "changes", "way"),
    [
        ("Llama", {}, "forest"),
        ("Mistral", {"sliding_window": 400}, "forest"),
        ("Mistral", {"sliding_window": 16}, "cache"),
        ("Gemma3Text", {"sliding_window": 16}, "cache"),
        ("Gemma2", {"sliding_window": 16}, "cache"),
        ("Mamba", {"state_size": 8}, "rows"),
    ],
)
def test_every_way_gives_the_mean_of_the_plain_computation(architecture, changes, way, encoder, monkeypatch):
    model = build(architecture, **changes)
    scorer, ways = CandidateScorer(model, encoder), []
    real = cached.mean_logps
    monkeypatch.setattr(cached, "mean_logps", lambda *args: ways.append("cache") or real(*args))
    asked = [(LONG, CANDIDATES), (LONG[:1], CANDIDATES[:2]), (LONG, ("Hm",)), (LONG[:1], ())]
    for (history, texts), row in zip(asked, scorer.mean_logps(asked), strict=True):
        assert row == pytest.approx([plainly(model, encoder, history, text) for text in texts], abs=5e-5)
    assert ways == (["cache"] if way == "cache" else [])
    assert (scorer.logps.reach > 16) == (way == "forest")


def test_many_candidates_are_scored_in_parts(encoder, monkeypatch):
    model = build("Llama")
    prompts = [encoder.prompt_ids(LONG[:1]), encoder.prompt_ids(LONG), (1, 2, 3)]
    asked = [(prompt, tuple(range(5, 6 + n))) for prompt in prompts for n in range(7)]
    whole = cached.mean_logps(model, asked)
    monkeypatch.setattr(cached, "_ROWS", 5)
    monkeypatch.setattr(cached, "_LOGITS", 320 * 7 * 2)
    assert cached.mean_logps(model, asked) == pytest.approx(whole, abs=1e-5)


def test_what_is_too_long_is_left_out_and_equal_candidates_are_equal(encoder):
    short = Encoder(encoder.tokenizer, len(encoder.prompt_ids(LONG)) + 3)
    rows = CandidateScorer(build("Llama"), short).mean_logps([(LONG, CANDIDATES), (LONG[:1], CANDIDATES)])
    assert all(math.isnan(value) for value in rows[0])
    assert rows[1][0] == rows[1][4] != rows[1][1]
