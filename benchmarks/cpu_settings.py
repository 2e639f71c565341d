"""What the settings that dulcet makes at its start are worth: steps of a small model, each setting in its own process.

Every row trains the same model (the house model's shape by default) on the same batch for as many seconds, in a fresh
process, in turn with the others and more than once; printed are the median tokens a second and the ratio to what dulcet
does by itself. `page faults` counts the pages that each step had the kernel map again.

Usage: python benchmarks/cpu_settings.py [--hidden 128 --layers 4] [--seconds 6] [--repeats 3] [--busy]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

CORES = os.cpu_count() or 1
DULCET = {"prepare": True, "environment": {}}
WAYS: dict[str, dict] = {
    "dulcet's own settings": DULCET,
    "  without its allocator settings": DULCET | {"mallopt": False},
    "  with spinning threads": DULCET | {"environment": {"OMP_WAIT_POLICY": "ACTIVE"}},
    "  with one thread": DULCET | {"threads": 1},
    "  in float32": DULCET | {"bf16": False},
    "plain torch (no settings)": {"prepare": False, "environment": {}},
}
"""Name -> how the process is set up."""


def work(options: argparse.Namespace) -> None:
    """In a process of its own: train for a while and print tokens a second and page faults a step."""
    import resource
    import time

    way = json.loads(options.work)
    if way["prepare"]:
        from dulcet.models import runtime

        if not way.get("mallopt", True):
            runtime._MALLOPT.clear()
        runtime.prepare_torch()
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    if "threads" in way:
        torch.set_num_threads(way["threads"])
    torch.manual_seed(0)
    shape = {
        "hidden_size": options.hidden,
        "intermediate_size": 3 * options.hidden,
        "num_hidden_layers": options.layers,
    }
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": options.vocabulary}
    model = LlamaForCausalLM(LlamaConfig(**shape, **heads, tie_word_embeddings=True))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    ids = torch.randint(0, options.vocabulary, (options.rows, options.length))

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=way.get("bf16", True)):
            model(input_ids=ids, labels=ids).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    for _ in range(3):
        step()
    steps, faults, start = 0, resource.getrusage(resource.RUSAGE_SELF).ru_minflt, time.perf_counter()
    while time.perf_counter() - start < options.seconds:
        step()
        steps += 1
    seconds = time.perf_counter() - start
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults
    print(json.dumps({"rate": steps * ids.numel() / seconds, "faults": faults / steps}))


def measured(way: dict, words: list[str]) -> dict[str, float]:
    """`work` in a fresh process, whose environment names no thread settings but the way's own."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "MALLOC_", "KMP_"))
    }
    command = [sys.executable, str(Path(__file__)), *words, "--work", json.dumps(way)]
    done = subprocess.run(command, env=environment | way["environment"], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure every way in turn and print how they compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in {
        "hidden": 128,
        "layers": 4,
        "vocabulary": 1024,
        "rows": 16,
        "length": 256,
        "repeats": 3,
    }.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--busy", action="store_true", help="keep every core busy with something else meanwhile")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options)
        return
    words = [word for word in sys.argv[1:] if word != "--busy"]
    rivals = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(CORES * options.busy)]
    found: dict[str, list[dict[str, float]]] = {name: [] for name in WAYS}
    try:
        for _ in range(options.repeats):
            for name, way in WAYS.items():
                found[name].append(measured(way, words))
    finally:
        for rival in rivals:
            rival.kill()
    medians = {name: statistics.median(run["rate"] for run in runs) for name, runs in found.items()}
    print(
        f"{CORES} cores{', all busy' if rivals else ''}; width {options.hidden}, {options.layers} layers, bf16 autocast"
    )
    print(f"{'':34}{'tokens/s':>10}{'ratio':>8}{'page faults a step':>22}")
    for name, rate in medians.items():
        faults = statistics.median(run["faults"] for run in found[name])
        print(f"{name:34}{rate:10,.0f}{rate / medians[next(iter(WAYS))]:8.2f}{faults:22,.0f}")


if __name__ == "__main__":
    main()
