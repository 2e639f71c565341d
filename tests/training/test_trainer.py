import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from dulcet.errors import InputError, StorageError
from dulcet.models.loading import load_model, load_tokenizer
from dulcet.training import checkpoint
from dulcet.training.config import LoraConfig, TrainConfig
from dulcet.training.job import Job, Reference
from dulcet.training.objectives import MAGNET, SFT, StepDPO, SweetCritic, TrajectoryDPO
from dulcet.training.reference import score
from dulcet.training.trainer import Run, TrainingError, train
from tests.training.child import config
from tests.training.samples import demonstrations, pairs, turn_pairs

torch.set_num_threads(1)

QUICK = {"held_out": 0, "patience": None, "lora": None, "save_every_steps": None}


def metrics(out):
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]


def weights(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.safetensors")))


@pytest.mark.parametrize("objective", [TrajectoryDPO(), MAGNET(), SweetCritic(), SweetCritic(normalise="trajectory")])
def test_preferences_are_learnt(tiny, encoder, tmp_path, objective):
    data = pairs(encoder, 8)
    train(tiny, data, objective, config(**QUICK, epochs=12), tmp_path)
    rows = metrics(tmp_path)
    assert rows[-1]["accuracy"] == 1
    assert rows[-1]["preference_loss"] < rows[0]["preference_loss"] < 0.75
    assert abs(rows[0]["margin"]) < 0.05  # the policy starts as the reference


def test_step_preferences_are_learnt_with_lora_and_the_base_stays(tiny, encoder, tmp_path):
    folder = train(
        tiny, turn_pairs(encoder), StepDPO(), config(**QUICK | {"lora": LoraConfig(rank=4)}, epochs=8), tmp_path
    )
    assert metrics(tmp_path)[-1]["accuracy"] == 1
    assert (folder / "adapter_config.json").exists()
    model, base = load_model(folder, "cpu"), load_model(tiny, "cpu")
    assert load_tokenizer(folder).chat_template == encoder.tokenizer.chat_template
    before, after = (score(m, turn_pairs(encoder), bf16=False)[0] for m in (base, model))
    assert not torch.allclose(before, after, atol=0.01)


def test_demonstrations_are_learnt_and_the_result_is_a_plain_folder(tiny, encoder, tmp_path):
    data = demonstrations(encoder, 6)
    folder = train(tiny, data, SFT(), config(**QUICK, epochs=20), tmp_path)
    rows = metrics(tmp_path)
    assert rows[-1]["nll"] < 0.6 * rows[0]["nll"]
    loaded = load_model(folder, "cpu")
    values = torch.cat(score(loaded, data, bf16=True))
    assert -values.mean().item() == pytest.approx(rows[-1]["nll"], abs=0.5)
    assert {row["step"] for row in rows} == set(range(1, 41))
    assert not (tmp_path / "checkpoints").exists()


def test_a_step_is_the_same_however_it_is_cut(tiny, encoder, tmp_path):
    rows = []
    for budget in (100, 100_000):
        for objective, data in ((SFT(), demonstrations(encoder, 6)), (MAGNET(), pairs(encoder, 6))):
            out = tmp_path / f"{budget}{type(objective).__name__}"
            settings = config(**QUICK, token_budget=budget, bf16=False, batch=6, max_steps=2)
            train(tiny, data, objective, settings, out)
            rows.append(metrics(out)[-1])
    for one, other in zip(rows[:2], rows[2:], strict=True):
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-5)
        assert one["grad_norm"] == pytest.approx(other["grad_norm"], rel=1e-4)


def test_the_loss_is_the_naive_sum_and_so_is_its_gradient(tiny, encoder, tmp_path):
    """MAGNET on one step, from full logits in float64 without any of the trainer's machinery."""
    data = pairs(encoder, 3)
    settings = config(**QUICK, bf16=False, batch=3)
    run = Run(Job(tiny, data, MAGNET(beta=0.5, lam=0.3), settings, tmp_path))
    policy, reference = run.model, load_model(tiny, "cpu").double()
    with torch.no_grad():  # away from the reference, or every margin is 0
        for parameter in policy.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)) * 0.02)
    row, _ = run.passes.run([0, 1, 2], backward=True)
    got = [parameter.grad.double() for parameter in policy.parameters()]
    policy.zero_grad()
    policy.double()

    def turns(model, side):
        sums, count = [], 0
        for sequence in side:
            logp = model(input_ids=torch.tensor([sequence.ids])).logits[0].log_softmax(-1)
            for span in sequence.spans:
                sums.append(sum(logp[at - 1, sequence.ids[at]] for at in range(span.start, span.end)))
                count += span.end - span.start
        return sums, count

    total = 0
    for item in data:
        margin = 0
        for sign, side in ((1, item.chosen), (-1, item.rejected)):
            new, count = turns(policy, side)
            with torch.no_grad():
                old, _ = turns(reference, side)
            margin = margin + sign * sum(a - b for a, b in zip(new, old, strict=True))
            if sign == 1:
                total = total - sum(new) / count / 3
        total = total - 0.3 * torch.nn.functional.logsigmoid(0.5 * margin) / 3
    total.backward()
    assert row["loss"] == pytest.approx(total.item(), rel=1e-5)
    for one, parameter in zip(got, policy.parameters(), strict=True):
        assert torch.allclose(one, parameter.grad, atol=1e-4, rtol=1e-3)


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_with_the_same_bits(tiny, encoder, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    command = [sys.executable, "-m", "tests.training.child", str(tiny)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    root = Path(__file__).parents[2]
    train(tiny, pairs(encoder), SweetCritic(), config(), whole)
    for lines in (9,):
        child = subprocess.Popen([*command, str(broken)], cwd=root, env=environment, stderr=subprocess.DEVNULL)
        while child.poll() is None and (not (broken / "metrics.jsonl").exists() or len(metrics(broken)) < lines):
            time.sleep(0.002)
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert not (broken / "model").exists()
    subprocess.run([*command, str(broken)], check=True, cwd=root, env=environment, capture_output=True)
    assert weights(broken / "model") == weights(whole / "model")
    timeless = [
        [row | {"tokens_per_second": 0, "peak_memory_gib": 0} for row in metrics(out)] for out in (whole, broken)
    ]
    assert timeless[0] == timeless[1]


class InterruptionError(Exception):
    pass


def interrupted_run(tiny, data, out, monkeypatch, at=7, **changes):
    """Train until the checkpoint of step `at` is written, then raise."""
    real = checkpoint.save

    def save(folder, step, *rest):
        real(folder, step, *rest)
        if step >= at:
            raise InterruptionError

    monkeypatch.setattr(checkpoint, "save", save)
    with pytest.raises(InterruptionError):
        train(tiny, data, TrajectoryDPO(), config(**{**QUICK, "save_every_steps": 1, **changes}), out)
    monkeypatch.setattr(checkpoint, "save", real)


def test_a_damaged_checkpoint_is_passed_over_and_said(tiny, encoder, tmp_path, monkeypatch, caplog):
    data, settings = pairs(encoder), config(**QUICK)
    whole = train(tiny, data, TrajectoryDPO(), settings, tmp_path / "whole")
    out = tmp_path / "broken"
    interrupted_run(tiny, data, out, monkeypatch)
    newest, older = checkpoint.found(out / "checkpoints")
    assert (newest.name, older.name) == ("step-000000007", "step-000000006")
    with (newest / "tensors.safetensors").open("r+b") as file:
        file.seek(-100, os.SEEK_END)
        file.write(b"garbage")
    broken = train(tiny, data, TrajectoryDPO(), settings, out)
    assert "is damaged" in caplog.text
    assert weights(broken) == weights(whole)


def test_another_training_does_not_continue_this_one(tiny, encoder, tmp_path, monkeypatch):
    data = pairs(encoder)
    interrupted_run(tiny, data, tmp_path, monkeypatch)
    with pytest.raises(InputError, match="another training"):
        train(tiny, data, TrajectoryDPO(beta=0.2), config(**QUICK), tmp_path)


def test_a_finished_training_is_not_done_again(tiny, encoder, tmp_path, monkeypatch):
    data, settings = pairs(encoder, 4), config(**QUICK, max_steps=1)
    folder = train(tiny, data, TrajectoryDPO(), settings, tmp_path)
    monkeypatch.setattr(Run, "take_step", lambda run: pytest.fail("trained again"))
    assert train(tiny, data, TrajectoryDPO(), settings, tmp_path) == folder
    with pytest.raises(InputError, match="different data, config"):
        train(tiny, data[:3], TrajectoryDPO(), config(**QUICK, max_steps=2), tmp_path)


def test_held_out_groups_stop_the_training_early_and_the_best_weights_stay(tiny, encoder, tmp_path):
    data = demonstrations(encoder, 10)
    settings = config(**QUICK | {"held_out": 0.3, "patience": 1}, epochs=60, lr=0.1)
    folder = train(tiny, data, SFT(), settings, tmp_path)
    rows = [row for row in metrics(tmp_path) if "held_out_loss" in row]
    assert len(rows) < 60
    note = json.loads((folder / "training.json").read_text())
    best = min(rows, key=lambda row: row["held_out_loss"])
    assert note["best"]["step"] == best["step"] < rows[-1]["step"]
    assert not (tmp_path / "best.safetensors").exists()


def test_the_reference_is_computed_once_and_anew_for_other_data(tiny, encoder, tmp_path, monkeypatch):
    from dulcet.training import reference

    calls = []
    real = reference.score
    monkeypatch.setattr(
        reference, "score", lambda model, data, **rest: calls.append(len(data)) or real(model, data, **rest)
    )
    shared, settings = tmp_path / "reference.safetensors", config(**QUICK, max_steps=1)
    for number, (data, objective) in enumerate(
        [(pairs(encoder, 4), TrajectoryDPO()), (pairs(encoder, 4), MAGNET()), (pairs(encoder, 5), MAGNET())]
    ):
        train(tiny, data, objective, settings, tmp_path / str(number), reference=Reference(shared))
    assert calls == [4, 5]
    shared.write_bytes(b"torn")
    train(tiny, pairs(encoder, 5), SweetCritic(), settings, tmp_path / "last", reference=Reference(shared))
    assert calls == [4, 5, 5]


def test_a_reference_that_is_another_model_on_other_prompts(tiny, encoder, tmp_path):
    """What is stored is that model's, after those prompts; another reference is another training."""
    from safetensors.torch import load_file

    data, others = pairs(encoder, 4), pairs(encoder, 4, system="You are somebody else.")
    settings, objective = config(**QUICK, max_steps=1, bf16=False), SweetCritic()
    other = train(tiny, data, objective, settings, tmp_path / "other")
    reference = Reference(model=other, data=others)
    train(tiny, data, objective, settings, tmp_path / "a", reference=reference)
    stored = load_file(tmp_path / "a" / "reference.safetensors")["logp"]
    expected = torch.cat(score(load_model(other, "cpu"), others, bf16=False))
    assert torch.allclose(stored, expected, atol=1e-5)
    assert not torch.allclose(stored, torch.cat(score(load_model(other, "cpu"), data, bf16=False)), atol=1e-3)
    with pytest.raises(InputError, match="different reference"):
        train(tiny, data, objective, settings, tmp_path / "a")
    with pytest.raises(InputError, match="other targets"):
        train(tiny, data, objective, settings, tmp_path / "b", reference=Reference(data=others[:3]))


def test_an_adapter_is_continued_and_its_reference_is_itself(tiny, encoder, tmp_path):
    data, lora = pairs(encoder, 4), LoraConfig(rank=2)
    first = train(tiny, data, TrajectoryDPO(), config(**QUICK | {"lora": lora}), tmp_path / "first")
    second = train(first, data, TrajectoryDPO(), config(**QUICK | {"lora": lora}, max_steps=2), tmp_path / "second")
    assert abs(metrics(tmp_path / "second")[0]["margin"]) < 0.05
    assert weights(second) != weights(first)
    with pytest.raises(InputError, match="rank 2"):
        train(first, data, TrajectoryDPO(), config(**QUICK | {"lora": LoraConfig(rank=3)}), tmp_path / "third")
    full = train(first, data, TrajectoryDPO(), config(**QUICK, max_steps=1), tmp_path / "full")
    assert (full / "model.safetensors").exists()


def test_gradient_checkpointing_changes_nothing(tiny, encoder, tmp_path):
    results = []
    for on in (False, True):
        settings = config(**QUICK, max_steps=2, gradient_checkpointing=on)
        results.append(weights(train(tiny, pairs(encoder, 4), TrajectoryDPO(), settings, tmp_path / str(on))))
    assert results[0] == results[1]


def test_a_loss_that_is_not_a_number_stops_the_training(tiny, encoder, tmp_path):
    with pytest.raises(TrainingError, match="smaller learning rate"):
        train(tiny, pairs(encoder), TrajectoryDPO(), config(**QUICK, lr=1e30, epochs=20), tmp_path)


def test_unfit_data_are_an_error(tiny, encoder, tmp_path):
    with pytest.raises(InputError, match="nothing to train on"):
        train(tiny, [], SFT(), config(), tmp_path)
    with pytest.raises(InputError, match="SFT cannot train on a Pair"):
        train(tiny, pairs(encoder, 2), SFT(), config(), tmp_path)
    with pytest.raises(InputError, match="more than one turn"):
        train(tiny, pairs(encoder, 2), StepDPO(), config(), tmp_path)


def test_the_learning_rate_warms_up_and_falls_to_a_tenth():
    settings = TrainConfig(lr=1.0, warmup=0.1)
    rates = [settings.learning_rate(step, 100) for step in range(100)]
    assert rates[:3] == pytest.approx([0.1, 0.2, 0.3])
    assert max(rates) == 1.0
    assert rates[-1] == pytest.approx(0.1)
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_a_full_disk_is_one_clear_error_and_the_training_continues_later(tiny, encoder, tmp_path):
    import resource

    data = pairs(encoder, 4)
    out, settings = tmp_path / "broken", config(**QUICK | {"save_every_steps": 2}, epochs=3)
    whole = train(tiny, data, TrajectoryDPO(), settings, tmp_path / "whole")
    before, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, before[1]))  # a checkpoint is larger
    try:
        with pytest.raises(StorageError, match="run the same command again"):
            train(tiny, data, TrajectoryDPO(), settings, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert weights(train(tiny, data, TrajectoryDPO(), settings, out)) == weights(whole)


def test_patience_without_held_out_data_is_an_error():
    with pytest.raises(ValueError, match="patience needs held-out data"):
        TrainConfig(patience=1, held_out=0)
