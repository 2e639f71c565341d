"""What it saves to compute shared prefixes once: dulcet with and without sharing, and TRL's DPOTrainer.

    step pairs      4 pairs of replies after one history that is 10 times as long as a reply: forward and backward
    trajectories    4 trajectories of one task, the good two against the bad two: forward and backward
    candidates      16 candidates for one turn, same lengths as step pairs: forward alone

Same model (a random Llama), same tokens, one pass for the whole step in every way. Each way runs in a
process of its own, in turn, round after round; its times, by the clock and by the processor, are the least of all
repeats, which other work on the machine disturbs least. `limit` is tokens represented / distinct tokens, the ratio
that counting tokens alone would give. Memory is the process's peak resident set, and what the step added to the loaded
model.

TRL is no dependency of dulcet: install it beside (`pip install trl`) or its rows are left out. It scores the person's
words in trajectories too, which costs it nothing extra.

`rate` is the work of the layers' matrices alone on the distinct tokens (2 operations a weight and token forward, 4
backward) over the seconds, beside what the best product of large matrices reaches in the same process.

Usage: python benchmarks/shared_prefixes.py [--hidden 512] [--layers 8] [--reply 40] [--repeats 3] [--rounds 2]
On a GPU with 80 GB, a Llama of 8 billion parameters: --device cuda --dtype bfloat16 --hidden 4096 --intermediate 14336
--layers 32 --heads 32 --kv-heads 8 --vocabulary 128256 --reply 100
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CASES = ("step pairs", "trajectories", "candidates")
WAYS = ("dulcet", "unshared", "trl")


def main() -> None:
    """Run all ways through all cases and print how they compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = {"hidden": 512, "intermediate": 1536, "layers": 8, "heads": 8, "kv-heads": 8, "vocabulary": 16384}
    defaults |= {"reply": 40, "repeats": 3, "rounds": 2, "threads": 1}
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES)
    options = parser.parse_args()
    ways = WAYS if importlib.util.find_spec("trl") else WAYS[:2]
    if len(ways) < len(WAYS):
        print("TRL is not installed: its rows are left out")
    print(", ".join(f"{name} {value}" for name, value in vars(options).items() if name != "cases"))
    for case in options.cases:
        found: dict[str, dict[str, Any]] = {way: {} for way in ways}
        for _ in range(options.rounds):
            for way in ways:
                merge(found[way], run(case, way, options))
        show(case, found)


def run(case: str, way: str, options: argparse.Namespace) -> dict[str, Any]:
    """One process."""
    shape = {
        "hidden_size": options.hidden,
        "intermediate_size": options.intermediate,
        "num_hidden_layers": options.layers,
        "num_attention_heads": options.heads,
        "num_key_value_heads": options.kv_heads,
        "vocab_size": options.vocabulary,
    }
    named = ("reply", "repeats", "threads", "device", "dtype")
    asked = {"case": case, "way": way, "shape": shape, **{name: getattr(options, name) for name in named}}
    script = Path(__file__).with_name("shared_prefixes_ways.py")
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads)}
    done = subprocess.run(
        [sys.executable, str(script), json.dumps(asked)], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def merge(found: dict[str, Any], new: dict[str, Any]) -> None:
    """The least of all rounds, and the best rate."""
    least = {name: min(new[name]) for name in ("seconds", "cpu")} | {name: new[name] for name in ("peak", "step")}
    rate = max(found.get("rate", 0.0), new["rate"])
    found.update(new | {name: min(found.get(name, value), value) for name, value in least.items()} | {"rate": rate})


def show(case: str, found: dict[str, dict[str, Any]]) -> None:
    """A small table."""
    ours = found["dulcet"]
    limit = ours["represented"] / ours["distinct"]
    print(f"\n{case}: {ours['represented']} tokens represented, {ours['distinct']} distinct, limit {limit:.2f}")
    print("            seconds   ratio  of limit   CPU s   ratio  of limit  peak MiB  of step  loss or sum")
    for way, row in found.items():
        ratios = {clock: row[clock] / ours[clock] for clock in ("seconds", "cpu")}
        shares = {clock: "" if way == "dulcet" else f"{ratio / limit:.0%}" for clock, ratio in ratios.items()}
        times = "".join(f"{row[clock]:8.3f}{ratio:7.2f} x{shares[clock]:>9}" for clock, ratio in ratios.items())
        print(f"  {way:9}{times}{row['peak']:10.0f} {row['step']:8.0f}  {row['value']:.6f}")
    reached, best = ours["work"] / ours["seconds"], ours["rate"]
    print(f"  dulcet's rate: {reached:.4g} TFLOP/s, {reached / best:.0%} of {best:.4g} for matrix products alone")


if __name__ == "__main__":
    main()
