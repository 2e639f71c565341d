import pytest
import torch

from dulcet.models.loading import load_model
from dulcet.training import logprobs
from dulcet.training.batch import collate
from dulcet.training.config import LoraConfig, TrainConfig
from dulcet.training.logprobs import TargetLogps
from dulcet.training.packing import micro_batches
from dulcet.training.reference import by_turn, score
from tests.training.samples import pairs

torch.set_num_threads(1)


def naive(model, item):
    """Every target of an item from the full logits of its sequences, one at a time, in float64."""
    values = []
    for side in item.sides:
        for sequence in side:
            logits = model(input_ids=torch.tensor([sequence.ids])).logits[0].double().log_softmax(-1)
            for span in sequence.spans:
                values += [logits[at - 1, sequence.ids[at]].item() for at in range(span.start, span.end)]
    return values


@pytest.fixture
def model(tiny):
    return load_model(tiny, "cpu")


def test_padding_and_batching_change_nothing(model, encoder):
    data = pairs(encoder)
    for item, got in zip(data, score(model, data, token_budget=500, bf16=False), strict=True):
        with torch.no_grad():
            assert got.tolist() == pytest.approx(naive(model, item), abs=2e-5)


def test_by_turn_cuts_at_the_turns(model, encoder):
    data = pairs(encoder, 4)
    values = score(model, data, bf16=False)
    lengths = [[len(turn) for turn in by_turn(item, row)] for item, row in zip(data, values, strict=True)]
    spans = [[s.end - s.start for side in item.sides for q in side for s in q.spans] for item in data]
    assert lengths == spans
    assert all(len(row) == 4 for row in spans)


def test_chunks_of_the_head_give_the_same_values_and_gradients(model, encoder, monkeypatch):
    batch = collate(pairs(encoder, 4))
    results = []
    for limit in (logprobs.CHUNK_LOGITS, 320 * 7):
        monkeypatch.setattr(logprobs, "CHUNK_LOGITS", limit)
        model.zero_grad()
        values = TargetLogps(model, bf16=False)(batch)
        values.sum().backward()
        results.append((values.detach(), [p.grad.clone() for p in model.parameters()]))
    assert torch.allclose(results[0][0], results[1][0], atol=1e-5)
    for one, other in zip(results[0][1], results[1][1], strict=True):
        assert torch.allclose(one, other, atol=1e-4, rtol=1e-4)


def test_only_the_agents_tokens_reach_the_loss(model, encoder):
    """Every target belongs to a span; the gradient of the loss with respect to the other positions' labels is none."""
    data = pairs(encoder, 3)
    batch = collate(data)
    width = batch.ids_RP.shape[1]
    rows = [(place // width, place % width + 1) for place in batch.place_U.tolist()]
    sequences = [q for side in range(2) for item in data for q in item.sides[side]]
    expected = [(row, at) for row, q in enumerate(sequences) for s in q.spans for at in range(s.start, s.end)]
    assert rows == expected
    assert batch.label_U.tolist() == [sequences[row].ids[at] for row, at in expected]
    assert batch.target_T.tolist() == list(range(len(expected)))


def test_a_model_that_caps_its_logits_takes_the_long_way(encoder, caplog):
    from transformers import Gemma2Config, Gemma2ForCausalLM

    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "head_dim": 8, "vocab_size": 320}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2}
    model = Gemma2ForCausalLM(Gemma2Config(**sizes, **heads, final_logit_softcapping=0.2, pad_token_id=0)).eval()
    data = pairs(encoder, 3)
    got = score(model, data, bf16=False)
    with torch.no_grad():
        assert got[0].tolist() == pytest.approx(naive(model, data[0]), abs=2e-5)
    assert "more than apply its head" in caplog.text


@pytest.mark.parametrize("architecture", ["GPT2", "Qwen3", "Mistral", "GPTNeoX"])
def test_other_architectures(encoder, architecture):
    import transformers

    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "vocab_size": 320}
    sizes |= {"num_attention_heads": 4, "num_key_value_heads": 2}
    if architecture == "GPT2":
        sizes = {"n_embd": 32, "n_layer": 2, "n_head": 4, "vocab_size": 320, "bos_token_id": 0, "eos_token_id": 2}
    config = getattr(transformers, f"{architecture}Config")(**sizes)
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    data = pairs(encoder, 3)
    got = score(model, data, bf16=False)
    with torch.no_grad():
        assert got[1].tolist() == pytest.approx(naive(model, data[1]), abs=2e-5)
    assert TargetLogps(model, bf16=False).plain


def test_an_adapter_is_part_of_the_model_and_new_ones_change_nothing(tiny, model, encoder):
    from dulcet.training.adapters import load_policy

    policy = load_policy(tiny, TrainConfig(lora=LoraConfig(rank=2, targets="all-linear"), device="cpu"))
    data = pairs(encoder, 3)
    before = torch.cat(score(policy, data, bf16=False))
    assert torch.equal(before, torch.cat(score(model, data, bf16=False)))
    for name, parameter in policy.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    assert policy.training
    after = score(policy, data, bf16=False)
    assert not torch.allclose(before, torch.cat(after))
    with torch.no_grad():
        assert after[0].tolist() == pytest.approx(naive(policy, data[0]), abs=2e-5)


def test_micro_batches_keep_to_the_budget_and_lose_nothing(encoder):
    data = pairs(encoder, 12)
    groups = micro_batches(data, 600)
    assert sorted(index for group in groups for index in group) == list(range(12))
    assert len(groups) > 1
    for group in groups:
        rows = [q for index in group for side in data[index].sides for q in side]
        assert len(rows) * max(len(q.ids) for q in rows) <= 600 or len(group) == 1
