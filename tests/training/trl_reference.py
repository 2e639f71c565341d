"""TRL's own DPO on single turns: its trainer, its tokenising, its loss, in float64 on a tiny model.

`python -m tests.training.trl_reference` prints the numbers that tests/training/trl_golden.json holds. Needs `trl`,
which is no dependency of dulcet: install it in an environment of its own. Its 1.15 computes the loss with Triton alone,
that is on a GPU; 1.11.0 runs on a CPU.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch

HISTORIES = ("Write f(x).", "Is the threshold 20?")
REPLIES = (("What is x?", "Hm."), ("Yes", "I don't know."))
CASES = {
    "sigmoid": {"loss_type": ["sigmoid"]},
    "ipo": {"loss_type": ["ipo"]},
    "robust": {"loss_type": ["robust"], "label_smoothing": 0.2},
    "sigmoid_norm": {"loss_type": ["sigmoid_norm"]},
    "sigmoid_sft": {"loss_type": ["sigmoid", "sft"], "loss_weights": [1.0, 0.5]},
    "sigmoid_norm_sft": {"loss_type": ["sigmoid_norm", "sft"], "loss_weights": [1.0, 0.5]},
}
"""Name -> options of trl's DPOConfig; beta is `BETA` in all."""
BETA = 0.3


def messages(number):
    return [{"role": "user", "content": HISTORIES[number]}]


def moved(model):
    """The model a little away from where it was, the same way every time."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.05)
    return model


def rows(tokenizer, numbers):
    """The pairs as TRL takes them: the prompt as the chat template writes it, replies without the end of turn."""
    prompts = [tokenizer.apply_chat_template(messages(n), tokenize=False, add_generation_prompt=True) for n in numbers]
    return [
        {"prompt": prompt, "chosen": REPLIES[number][0], "rejected": REPLIES[number][1]}
        for number, prompt in zip(numbers, prompts, strict=True)
    ]


def trl_step(folder, case, numbers, out):
    """(loss, gradient by parameter, token log-probabilities of each side under policy and reference) by TRL."""
    import datasets
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import DPOConfig, DPOTrainer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    policy, reference = (AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64) for _ in range(2))
    settings = DPOConfig(
        output_dir=str(out), beta=BETA, use_cpu=True, bf16=False, report_to=[], max_length=None,
        gradient_checkpointing=False, **CASES[case],
    )  # fmt: skip
    trainer = DPOTrainer(
        moved(policy), reference, args=settings, train_dataset=datasets.Dataset.from_list(rows(tokenizer, numbers)),
        processing_class=tokenizer,
    )  # fmt: skip
    batch = trainer.data_collator([trainer.train_dataset[index] for index in range(len(numbers))])
    seen = []
    for model in (trainer.model, trainer.ref_model):
        model.register_forward_hook(lambda module, given, output: seen.append(output.logits.detach().log_softmax(-1)))
    trainer.model.train()
    loss = trainer.compute_loss(trainer.model, batch)
    loss.backward()
    label, real = batch["input_ids"][:, 1:, None], batch["completion_mask"][:, 1:].bool()
    picked = [logp[:, :-1].gather(-1, label)[..., 0] for logp in seen]
    logps = [[row[mask].tolist() for row, mask in zip(logp, real, strict=True)] for logp in picked]
    return loss.item(), {name: p.grad for name, p in trainer.model.named_parameters()}, logps


def golden():
    """One step of each case on both pairs and on each alone."""
    import trl

    from tests.tiny import make_tiny_llama

    found = []
    with tempfile.TemporaryDirectory() as out:
        folder = make_tiny_llama(Path(out) / "tiny")
        for numbers in ([0], [1], [0, 1]):
            losses = {case: trl_step(folder, case, numbers, out) for case in CASES}
            policy, reference = losses["sigmoid"][2]
            values = {case: loss for case, (loss, _, _) in losses.items()}
            found.append({"policy": policy, "reference": reference, "losses": values})
    return {"trl": trl.__version__, "beta": BETA, "batches": found}


if __name__ == "__main__":
    json.dump(golden(), sys.stdout, indent=1)
