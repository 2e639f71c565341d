"""Loss and every gradient of a batch with its prefixes shared, against the same batch as padded rows."""

import json

import pytest
import torch
import transformers

from dulcet.models.loading import load_model
from dulcet.training.adapters import load_policy
from dulcet.training.batch import collate
from dulcet.training.config import LoraConfig, TrainConfig
from dulcet.training.logprobs import TargetLogps
from dulcet.training.objectives import MAGNET, SFT, StepDPO, SweetCritic, TrajectoryDPO
from dulcet.training.reference import score
from dulcet.training.sharing import NAME
from dulcet.training.trainer import train
from dulcet.training.tree_attention import TreeMask
from tests.training.child import config
from tests.training.samples import demonstrations, pairs, random_pairs, turn_pairs

torch.set_num_threads(1)

SIZES = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "vocab_size": 320}
HEADS = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}
FULL = {
    "Llama": {},
    "Qwen2": {},
    "Qwen3": {},
    "Mistral": {"sliding_window": None},
    "Phi3": {"pad_token_id": 0},
    "Gemma3Text": {"layer_types": ["full_attention"] * 2},
    "Olmo2": {},
    "GPTNeoX": {},
    "Starcoder2": {},
    "Qwen3Moe": {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16},
    "Granite": {"attention_multiplier": 0.2, "logits_scaling": 3.0},
}


def build(architecture, **changes):
    torch.manual_seed(0)
    settings = getattr(transformers, f"{architecture}Config")(**SIZES | HEADS | {"initializer_range": 0.3} | changes)
    name = {"Gemma3Text": "Gemma3"}.get(architecture, architecture)
    return getattr(transformers, f"{name}ForCausalLM")(settings).eval()


def objectives_and_data(encoder):
    return [
        (SFT(), demonstrations(encoder, 6)),
        (TrajectoryDPO(beta=0.5), pairs(encoder, 6)),
        (MAGNET(beta=0.5), random_pairs(0)),
        (StepDPO(beta=0.5, nll=0.3), turn_pairs(encoder, 6)),
        (SweetCritic(beta=2.0), pairs(encoder, 6)),
        (SweetCritic(beta=2.0, normalise="trajectory"), random_pairs(1)),
    ]


def loss_and_gradients(logps, objective, data, *, share):
    """With a reference that is off by one draw, so that no margin is 0."""
    draw = torch.Generator().manual_seed(1)
    counts = [sum(q.targets for side in item.sides for q in side) for item in data]
    references = [torch.randn(count, generator=draw) - 5 for count in counts]
    batch = collate(data, references, share=share)
    assert (batch.tree is not None) == share
    logps.model.zero_grad()
    loss, metrics = objective.loss(logps(batch), batch)
    loss.backward()
    gradients = {n: p.grad.clone() for n, p in logps.model.named_parameters() if p.grad is not None}
    return loss.item(), gradients, {name: float(value) for name, value in metrics.items()}


def assert_parity(model, objective, data, tolerance):
    logps = TargetLogps(model, bf16=False)
    assert logps.shares(data)
    results = [loss_and_gradients(logps, objective, data, share=share) for share in (True, False)]
    assert results[0][0] == pytest.approx(results[1][0], rel=tolerance)
    assert results[0][2] == pytest.approx(results[1][2], rel=tolerance, abs=tolerance)
    assert results[0][1].keys() == results[1][1].keys() != set()
    for name, one in results[0][1].items():
        other = results[1][1][name]
        assert float((one - other).abs().max()) <= tolerance * max(1.0, float(other.abs().max())), name
    assert any(float(gradient.abs().max()) > 1e-3 for gradient in results[0][1].values())


def in_float64(model):
    """The model in float64 throughout: transformers' own RMSNorm rounds to float32 on its way."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if type(child).__name__.endswith("RMSNorm"):
                norm = torch.nn.RMSNorm(child.weight.shape[0], child.variance_epsilon)
                norm.weight.data.copy_(child.weight.data)
                setattr(module, name, norm)
    return model.double()


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("architecture", ["Llama", "Qwen3", "Starcoder2"])
def test_loss_and_gradients_agree_in_float64(architecture, number, encoder):
    objective, data = objectives_and_data(encoder)[number]
    assert_parity(in_float64(build(architecture)), objective, data, 1e-9)


@pytest.mark.parametrize("number", range(6))
def test_loss_and_gradients_agree_in_float32(tiny, number, encoder):
    objective, data = objectives_and_data(encoder)[number]
    assert_parity(load_model(tiny, "cpu"), objective, data, 1e-5)


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("number", range(6))
def test_so_they_do_with_adapters(tiny, number, checkpointing, encoder):
    objective, data = objectives_and_data(encoder)[number]
    lora = LoraConfig(rank=4)
    policy = load_policy(tiny, TrainConfig(lora=lora, device="cpu", gradient_checkpointing=checkpointing))
    torch.manual_seed(1)
    for name, parameter in policy.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    assert_parity(policy, objective, data, 1e-5)
    assert_parity(in_float64(policy), objective, data, 1e-9)


@pytest.mark.parametrize("architecture", sorted(FULL))
def test_architectures_that_share(architecture, encoder, caplog):
    objective, data = TrajectoryDPO(beta=0.1), pairs(encoder, 4)
    model = build(architecture, **FULL[architecture])
    assert_parity(model, objective, data, 3e-4)
    assert "not shared" not in caplog.text


def test_the_saving_is_counted(encoder):
    data = turn_pairs(encoder, 4)
    shared, rows = collate(data, share=True), collate(data)
    assert shared.tokens_represented == rows.tokens_represented == rows.tokens
    assert shared.tokens == shared.ids_RP.numel() < 0.6 * rows.tokens
    assert len(collate([data[0], data[0]], share=True).place_U) == len(collate([data[0]], share=True).place_U)


def test_a_training_takes_the_same_steps_and_reports_what_it_saves(tiny, encoder, tmp_path):
    rows, whole = [], {"lora": None, "held_out": 0, "patience": None, "epochs": 3, "bf16": False, "lr": 1e-4}
    for share in (True, False):
        settings = config(**whole, share_prefixes=share)
        train(tiny, turn_pairs(encoder, 6), StepDPO(), settings, tmp_path / str(share))
        lines = (tmp_path / str(share) / "metrics.jsonl").read_text().splitlines()
        rows.append([json.loads(line) for line in lines])
    for one, other in zip(*rows, strict=True):
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-4)
        assert one["grad_norm"] == pytest.approx(other["grad_norm"], rel=1e-3)
        assert one["tokens_represented"] == other["tokens_represented"] == other["tokens"]
        assert one["tokens"] < 0.8 * other["tokens"]


def test_bfloat16_autocast_agrees_to_its_own_precision(encoder):
    data = pairs(encoder, 4)
    for architecture in ("Llama", "Qwen3"):
        model = build(architecture, initializer_range=0.05)
        values = [torch.cat(score(model, data, share=share)) for share in (True, False)]
        assert torch.allclose(*values, atol=0.1)
        loss_and_gradients(TargetLogps(model, bf16=True), TrajectoryDPO(), data, share=True)


def test_a_window_that_is_long_enough_is_none(encoder, caplog):
    data = pairs(encoder, 4)
    window = max(len(q.ids) for item in data for side in item.sides for q in side)
    assert_parity(build("Mistral", sliding_window=window), TrajectoryDPO(), data, 1e-3)
    assert not TargetLogps(build("Mistral", sliding_window=window - 20), bf16=False).shares(data)
    assert f"reaches back {window - 20}" in caplog.text


@pytest.mark.parametrize(
    ("architecture", "changes", "reason"),
    [
        ("Mistral", {"sliding_window": 16}, "reaches back 16"),
        ("Gemma3Text", {"sliding_window": 16}, "reaches back 16"),
        ("Gemma2", {"sliding_window": 512}, "softcap"),
        ("Mamba", {"state_size": 8}, "layers of the kind linear_attention"),
        ("Bloom", {"n_head": 4, "n_layer": 2}, "forest"),
        ("GptOss", {"sliding_window": 512, "num_local_experts": 2, "num_experts_per_tok": 1}, "forest"),
        ("Lfm2", {"layer_types": ["conv", "full_attention"]}, "layers of the kind conv"),
    ],
)
def test_what_cannot_share_is_noticed_said_and_right(architecture, changes, reason, encoder, caplog):
    model = build(architecture, **changes)
    before = model.config._attn_implementation
    data = pairs(encoder, 3)
    got = score(model, data, bf16=False)
    assert reason in caplog.text
    assert "not shared" in caplog.text
    assert before == model.config._attn_implementation or "reaches back" in caplog.text
    assert torch.allclose(torch.cat(got), torch.cat(score(model, data, bf16=False, share=False)), atol=1e-4)


def test_the_probe_sees_what_is_wrong_even_in_a_model_with_tiny_weights(tiny, monkeypatch, caplog):
    def causal(tree, module, query, key, value, scaling):
        repeated = [tensor.repeat_interleave(2, 1) for tensor in (key, value)]
        return torch.nn.functional.scaled_dot_product_attention(query, *repeated, is_causal=True).transpose(1, 2)

    monkeypatch.setattr(TreeMask, "attend", causal)
    assert TargetLogps(load_model(tiny, "cpu"), bf16=False).reach == 0
    assert "reads a forest as something else" in caplog.text


def test_a_model_that_shares_is_saved_without_a_trace_and_still_generates(tiny, tmp_path):
    model = load_model(tiny, "cpu")
    prompt = torch.tensor([[5, 6, 7], [8, 9, 10]])
    settings = {"max_new_tokens": 5, "do_sample": False, "attention_mask": torch.tensor([[1, 1, 1], [0, 1, 1]])}
    before = model.generate(prompt, **settings)
    TargetLogps(model, bf16=False)
    assert model.config._attn_implementation == NAME
    assert torch.equal(model.generate(prompt, **settings), before)
    model.save_pretrained(tmp_path)
    assert NAME not in (tmp_path / "config.json").read_text()
