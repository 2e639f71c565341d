"""One way through one case of `shared_prefixes.py`, in a process of its own: seconds, memory and tokens as JSON.

Usage: python benchmarks/shared_prefixes_ways.py '{"case": "step pairs", "way": "dulcet", ...}'
"""

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dulcet.models.runtime import prepare_torch
from dulcet.training.batch import collate
from dulcet.training.data import Pair, side_targets
from dulcet.training.encoding import Ids, Sequence, Span
from dulcet.training.objectives import TrajectoryDPO


def main(options: dict[str, Any]) -> None:
    """Time `repeats` steps after one to warm up."""
    torch = prepare_torch()
    torch.set_num_threads(options["threads"])
    model = build(options["shape"]).to(options["device"], getattr(torch, options["dtype"]))
    data = cases(options["reply"], options["shape"]["vocab_size"])[options["case"]]
    step = {"dulcet": by_dulcet, "unshared": by_dulcet, "trl": by_trl}[options["way"]](model, data, options)
    before, seconds, cpu = megabytes(options["device"]), [], []
    for _ in range(options["repeats"] + 1):
        began, began_cpu = time.perf_counter(), time.process_time()
        value = step()  # a number read off the device: all of its work is done
        seconds.append(time.perf_counter() - began)
        cpu.append(time.process_time() - began_cpu)
    batch = collate(data, share=True)
    peak = megabytes(options["device"], peak=True)
    found = {"seconds": seconds[1:], "cpu": cpu[1:], "peak": peak, "step": peak - before, "value": value}
    found |= {"distinct": batch.tokens, "represented": batch.tokens_represented}
    layers = sum(weight.numel() for name, weight in model.named_parameters() if weight.ndim == 2 and "layers" in name)
    passes = 2 if options["case"] == "candidates" else 6
    print(json.dumps(found | {"work": passes * layers * batch.tokens / 1e12, "rate": matrix_rate(options)}))


def build(shape: dict[str, int]) -> Any:
    """A random Llama in float32."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(**shape, pad_token_id=0))


def matrix_rate(options: dict[str, Any]) -> float:
    """The best of ten products of large square matrices, in TFLOP/s."""
    import torch

    size = 1024 if options["device"] == "cpu" else 8192
    one = torch.randn(size, size, device=options["device"], dtype=getattr(torch, options["dtype"]))
    seconds = []
    for _ in range(10):
        began = time.perf_counter()
        (one @ one)[0, 0].item()
        seconds.append(time.perf_counter() - began)
    return 2 * size**3 / min(seconds) / 1e12


def cases(reply: int, vocabulary: int) -> dict[str, list[Pair]]:
    """The data of each case; `reply` is the number of tokens of one reply."""
    draw = random.Random(0)

    def said(length: int) -> Ids:
        return tuple(draw.choices(range(1, vocabulary), k=length))

    def turn(history: Ids, length: int) -> list[Sequence]:
        return [Sequence(history + said(length), (Span(0, len(history), len(history) + length),))]

    def trajectory(opening: list[Ids], turns: int) -> list[Sequence]:
        """`opening` and further turns of the agent, each answered by half as long a reply of the person."""
        ids, spans = opening[0], []
        for number in range(turns):
            word = opening[1] if number == 0 else said(reply)
            spans.append(Span(number, len(ids), len(ids) + reply))
            ids += word + (said(reply // 2) if number < turns - 1 else ())
        return [Sequence(ids, tuple(spans))]

    history, prompt, first = said(10 * reply), said(3 * reply), [said(reply), said(reply)]
    good, bad = ([trajectory([prompt, word], 5) for word in first] for _ in range(2))
    return {
        "step pairs": [Pair(turn(history, reply), turn(history, reply)) for _ in range(4)],
        "trajectories": [Pair(chosen, rejected) for chosen in good for rejected in bad],
        "candidates": [Pair(turn(history, reply), turn(history, reply)) for _ in range(8)],
    }


def by_dulcet(model: Any, data: list[Pair], options: dict[str, Any]) -> Callable[[], float]:
    """A step as the trainer makes it, from items to gradients; candidates as the critic scores them."""
    import torch

    from dulcet.training.logprobs import TargetLogps
    from dulcet.training.packing import micro_batches
    from dulcet.training.reference import score_with

    share, objective = options["way"] == "dulcet", TrajectoryDPO(nll=0)
    logps = TargetLogps(model, bf16=False, share=share)
    references = [torch.zeros(sum(side_targets(pair, side) for side in range(2))) for pair in data]

    def train() -> float:
        model.zero_grad()
        (group,) = micro_batches(data, 1 << 30, share=share)
        batch = collate([data[n] for n in group], [references[n] for n in group], options["device"], share=share)
        loss = objective.loss(logps(batch), batch)[0] / len(data)
        loss.backward()
        return loss.item()

    def score() -> float:
        return float(torch.cat(score_with(logps, data, token_budget=1 << 30)).sum())

    return score if options["case"] == "candidates" else train


def by_trl(model: Any, data: list[Pair], options: dict[str, Any]) -> Callable[[], float]:
    """`DPOTrainer.compute_loss`, and its gradient, on a batch of its own collator; the reference's values are given."""
    import torch
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer

    sys.path.insert(0, str(Path(__file__).parents[1]))
    from transformers import AutoTokenizer

    from tests.tiny import make_tiny_tokenizer

    folder = Path(tempfile.mkdtemp())
    make_tiny_tokenizer(folder)
    settings = {"gradient_checkpointing": False, "bf16": False, "report_to": "none"}
    settings["use_cpu"] = options["device"] == "cpu"
    trainer = DPOTrainer(
        model,
        args=DPOConfig(str(folder), max_length=None, precompute_ref_log_probs=True, **settings),
        train_dataset=Dataset.from_list([{"prompt": "a", "chosen": "b", "rejected": "c"}]),
        processing_class=AutoTokenizer.from_pretrained(folder),
    )
    examples = []
    for pair in data:
        start = pair.chosen[0].spans[0].start
        chosen, rejected = (list(side[0].ids[start:]) for side in pair.sides)
        ids = {"prompt_ids": list(pair.chosen[0].ids[:start]), "chosen_ids": chosen, "rejected_ids": rejected}
        examples.append({**ids, "ref_chosen_logps": 0.0, "ref_rejected_logps": 0.0})

    def batch() -> dict[str, Any]:
        return {name: tensor.to(options["device"]) for name, tensor in trainer.data_collator(examples).items()}

    def train() -> float:
        model.train()
        model.zero_grad()
        loss = trainer.compute_loss(model, batch())
        loss.backward()
        return loss.item()

    def score() -> float:
        model.eval()
        with torch.no_grad():
            return float(trainer.compute_loss(model, batch()))

    return score if options["case"] == "candidates" else train


def megabytes(device: str, *, peak: bool = False) -> float:
    """Memory held now, or at most so far: the process's own, or on a GPU what its tensors take."""
    if device != "cpu":
        import torch

        return (torch.cuda.max_memory_allocated() if peak else torch.cuda.memory_allocated()) / 1024**2
    if peak:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1024**2


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
