"""A value head on a language model's body, against the plain computation: whole sequences, no batch, no forest."""

import math

import pytest
import torch

from dulcet.credit.head import GradedTurns, HeadCritic
from dulcet.credit.head.model import HeadModel, TokenValues
from dulcet.credit.head.objectives import Classification, Regression
from dulcet.credit.head.reading import encode_data, encode_turns
from dulcet.credit.privileged import privileged
from dulcet.errors import InputError
from dulcet.models.loading import load_model, load_tokenizer
from dulcet.training.config import TrainConfig
from dulcet.training.encoding import Encoder
from dulcet.training.passes import Passes
from tests.credit.head_samples import BAD, GOOD, MAX_TOKENS, asked, graded, pairs, turns
from tests.tiny import make_tiny_llama

CANDIDATES = (GOOD, BAD, "I WANT TO ANSWER:\ndef f(x): return x", GOOD)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_llama(tmp_path_factory.mktemp("models") / "tiny", spread=0.3)


@pytest.fixture
def model(tiny):
    made = HeadModel(tiny, "regression", "cpu")
    torch.manual_seed(1)
    torch.nn.init.normal_(made.head.weight)
    torch.nn.init.normal_(made.head.bias)
    return made


@pytest.fixture
def critic(model, tiny, tmp_path):
    model.save_pretrained(tmp_path / "critic")
    load_tokenizer(tiny).save_pretrained(tmp_path / "critic")
    return HeadCritic(tmp_path / "critic", device="cpu", max_tokens=MAX_TOKENS)


def requests():
    return [asked(1, *CANDIDATES), asked(1, *CANDIDATES, said=(GOOD, "It is 1.")), asked(22, BAD)]


def parts(tiny, request, candidate):
    """Prompt and reply as tokens, with nothing of dulcet's but what shows the hidden information."""
    tokenizer = load_tokenizer(tiny)
    shown = privileged(request.history, request.hidden)
    text = tokenizer.apply_chat_template(shown, tokenize=False, add_generation_prompt=True)
    prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
    return prompt, [*tokenizer(candidate, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]


def plainly(model, tiny, request, candidate):
    """The head of the mean hidden state over the reply's tokens."""
    prompt, reply = parts(tiny, request, candidate)
    hidden_TH = model.body(input_ids=torch.tensor([prompt + reply])).last_hidden_state[0]
    return model.head(hidden_TH[len(prompt) :].mean(0)).squeeze()


def test_the_body_is_the_causal_model_s_own(model, tiny):
    ids = torch.arange(3, 40)[None]
    whole = load_model(tiny, "cpu")
    assert torch.allclose(model.body(input_ids=ids).last_hidden_state, whole.model(input_ids=ids).last_hidden_state)
    assert sum(p.numel() for p in model.parameters()) == sum(p.numel() for p in whole.parameters()) + 33


def test_a_value_is_the_head_of_the_mean_over_the_reply_s_tokens_alone(critic, model, tiny):
    for request, row in zip(requests(), critic.advantages(requests()), strict=True):
        want = [float(plainly(model, tiny, request, candidate).detach()) for candidate in request.candidates]
        assert row == pytest.approx(want, abs=3e-5)


@pytest.mark.parametrize("reach", [math.inf, 0])
def test_padding_and_company_change_nothing(critic, reach):
    """With reach 0 nothing is shared: rows of different lengths are padded."""
    critic.values.reach = reach
    together = critic.advantages(requests())
    for request, row in zip(requests(), together, strict=True):
        alone = [critic.advantages([asked_alone(request, text)])[0][0] for text in request.candidates]
        assert row == pytest.approx(alone, abs=2e-5)
    assert together[0][0] == together[0][3] and len(set(together[0])) == 3


def asked_alone(request, text):
    return type(request)(request.history, request.hidden, (text,), request.task_id)


def test_what_is_too_long_has_no_value_and_costs_nobody_else_theirs(critic, tiny):
    whole = critic.advantages(requests())[0]
    prompt, reply = parts(tiny, requests()[0], GOOD)
    critic.encoder.max_tokens = len(prompt) + len(reply)
    row = critic.advantages(requests())[0]
    assert row[:2] == pytest.approx(whole[:2], abs=2e-5) and row[2] == -math.inf
    critic.encoder.max_tokens = 8
    assert critic.advantages(requests()[2:]) == [[-math.inf]]


def test_turns_are_one_sequence_where_the_history_goes_on(tiny):
    encoder = Encoder(load_tokenizer(tiny), MAX_TOKENS)
    (one,) = encode_turns(encoder, turns(3, GOOD))
    assert len(one.spans) == 2
    for request, span in zip(turns(3, GOOD), one.spans, strict=True):
        prompt, reply = parts(tiny, request, request.candidates[0])
        assert list(one.ids[span.start - 1 : span.end - 1]) == reply and span.start - 1 == len(prompt)
    assert [len(sequence.spans) for sequence in encode_turns(encoder, turns(3, GOOD, kept=False))] == [1, 1]


def bradley_terry(values):
    """`values(turns)` gives each turn's value; the loss of all pairs, beta 0.7."""
    margins = [sum(values(pair.chosen)) - sum(values(pair.rejected)) for pair in pairs(5)]
    return torch.stack([torch.nn.functional.softplus(-0.7 * margin) for margin in margins]).mean()


def cross_entropy(values):
    losses = []
    for episode in graded(5):
        losses += [torch.nn.functional.softplus(-v if episode.success else v) for v in values(episode.turns)]
    return torch.stack(losses).mean()


@pytest.mark.parametrize(
    ("objective", "data", "loss"),
    [(Regression(beta=0.7), pairs(5), bradley_terry), (Classification(), graded(5), cross_entropy)],
)
def test_loss_and_gradient_are_those_of_the_plain_loss(model, tiny, objective, data, loss):
    """However the step is cut: a budget of 300 tokens makes several passes of these."""
    items = encode_data(Encoder(load_tokenizer(tiny), MAX_TOKENS), data)
    config = TrainConfig(token_budget=300, bf16=False)
    row, tokens = Passes(items, objective, config, TokenValues(model, bf16=False)).run(
        list(range(len(items))), backward=True
    )
    found = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    model.zero_grad()
    want = loss(lambda side: [plainly(model, tiny, turn, turn.candidates[0]) for turn in side])
    want.backward()
    assert row["loss"] == pytest.approx(float(want.detach()), rel=1e-5)
    assert tokens["tokens"] > 600
    for name, parameter in model.named_parameters():
        assert torch.allclose(parameter.grad, found[name], rtol=1e-3, atol=2e-5), name


def test_accuracy_is_that_of_the_better_side_and_of_the_foretold_success(model, tiny):
    encoder, config = Encoder(load_tokenizer(tiny), MAX_TOKENS), TrainConfig(bf16=False)

    def row(objective, data):
        passes = Passes(encode_data(encoder, data), objective, config, TokenValues(model, bf16=False))
        return passes.run(list(range(len(data))), backward=False)[0]

    def values(side):
        return [float(plainly(model, tiny, turn, turn.candidates[0]).detach()) for turn in side]

    right = [sum(values(pair.chosen)) > sum(values(pair.rejected)) for pair in pairs()]
    assert row(Regression(), pairs())["accuracy"] == pytest.approx(sum(right) / len(right))
    shares, squares = [], []
    for turned, success in graded():
        logits = values(turned)
        shares.append(sum((v > 0) == success for v in logits) / len(logits))
        squares.append(sum((1 / (1 + math.exp(-v)) - success) ** 2 for v in logits) / len(logits))
    found = row(Classification(), graded())
    assert found["accuracy"] == pytest.approx(sum(shares) / len(shares))
    assert found["brier"] == pytest.approx(sum(squares) / len(squares), abs=1e-5)


def test_items_of_the_other_kind_are_refused(tiny):
    encoder = Encoder(load_tokenizer(tiny), MAX_TOKENS)
    with pytest.raises(InputError, match="cannot train on a Graded"):
        Regression().size(encode_data(encoder, graded(1))[0])
    with pytest.raises(InputError, match="cannot train on a Pair"):
        Classification().size(encode_data(encoder, pairs(1))[0])


def test_an_episode_with_a_turn_that_is_too_long_is_left_out_whole(tiny):
    prompt, reply = parts(tiny, turns(3, GOOD)[0], GOOD)
    encoder = Encoder(load_tokenizer(tiny), len(prompt) + len(reply))
    assert encode_data(encoder, [GradedTurns(turns(3, GOOD), True)]) == []
    assert len(encode_data(encoder, [GradedTurns(turns(3, GOOD)[:1], True)])) == 1 == encoder.dropped.too_long


def test_a_folder_without_such_a_head_is_no_critic(tiny):
    with pytest.raises(InputError, match="no critic with a value head"):
        HeadCritic(tiny, device="cpu")
