"""From the folders of several seeds to one table."""

import numpy as np
import pytest

from dulcet.benchmarks.backend.synthesis.make import synthesise
from dulcet.benchmarks.task_file import write_tasks
from dulcet.errors import InputError
from dulcet.evaluation.across import build_seeds_table
from dulcet.evaluation.build import build_table
from dulcet.evaluation.costs import Cost, mean_cost, read_costs, write_costs
from dulcet.evaluation.crossed import crossed
from dulcet.evaluation.curves import Curve, Point
from dulcet.evaluation.order import order
from dulcet.evaluation.seeds_table import SeedsTable, write_seeds_table
from dulcet.evaluation.table import Table, write_table
from dulcet.jsonl import write_all, write_json
from dulcet.trajectory import Outcome

MADE = synthesise(31, seed=4)
TASKS = [task.id for task in MADE[:30]]
RATES = {"zero_shot": 0.3, "rejection_fine_tuning": 0.6, "multi_turn_dpo": 0.62}


def run_of(folder, seed, make, *, without=(), stopped=None, human="scripted"):
    """A run of one seed with made-up episodes."""
    write_tasks(folder / "tasks/test.jsonl", MADE[:30])
    rng = np.random.default_rng(seed)
    played = {}
    for name, rate in RATES.items():
        if name not in without:
            played[name] = [make(task, float(rng.random() < rate), human=human) for task in TASKS]
            write_all(folder / "evaluate" / f"{name}.jsonl", played[name])
    write_table(folder / "table.json", build_table(played, seed=seed, config={"seed": seed}, stopped=stopped))
    return folder


@pytest.fixture
def runs(make, tmp_path):
    return {seed: run_of(tmp_path / f"seed_{seed}", seed, make) for seed in (0, 1, 2)}


def success(runs, name):
    return np.array(
        [[float(one.success) for one in load_in_order(path, name)] for path in runs.values()], dtype=np.float64
    )


def load_in_order(path, name):
    from dulcet.rollout.collect import load

    return sorted(load(path / "evaluate" / f"{name}.jsonl"), key=lambda one: one.task_id)


def test_means_intervals_and_paired_differences_are_those_of_the_crossed_matrices(runs, tmp_path):
    table = build_seeds_table(runs)
    zero, rft = success(runs, "zero_shot"), success(runs, "rejection_fine_tuning")
    row, plain = table.methods["rejection_fine_tuning"], crossed(rft)
    assert (row.success, *row.success_interval) == pytest.approx((plain.mean, plain.low, plain.high), abs=1e-6)
    assert (row.seeds, row.tasks, row.episodes) == ((0, 1, 2), 30, 90)
    assert row.by_seed == pytest.approx({str(seed): rft[place].mean() for place, seed in enumerate(runs)}, abs=1e-6)
    one, paired = table.comparison("zero_shot", "rejection_fine_tuning", "success"), crossed(zero - rft)
    assert one and (one.difference, *one.interval) == pytest.approx((paired.mean, paired.low, paired.high), abs=1e-6)
    assert (one.seeds, one.tasks) == (3, 30)
    write_seeds_table(tmp_path / "table.json", table)
    assert SeedsTable.read(tmp_path / "table.json") == table
    assert "covers both" in table.statistics.interval


def test_one_seed_keeps_the_intervals_over_tasks_and_says_so(runs):
    alone = build_seeds_table({0: runs[0]})
    run = Table.read(runs[0] / "table.json")
    assert alone.methods["zero_shot"].success_interval == run.methods["zero_shot"].success_interval
    mine, theirs = (t.comparison("multi_turn_dpo", "zero_shot", "success") for t in (alone, run))
    assert mine and theirs and (mine.interval, mine.p) == (theirs.interval, theirs.p)
    assert "does not cover" in alone.statistics.interval


def test_a_task_that_failed_in_one_seed_is_left_out_of_all(runs, make):
    path = runs[1] / "evaluate/zero_shot.jsonl"
    broken = make(TASKS[3], None, outcome=Outcome.SIMULATOR_FAILED)
    write_all(path, [broken if one.task_id == TASKS[3] else one for one in load_in_order(runs[1], "zero_shot")])
    table = build_seeds_table(runs)
    assert (table.methods["zero_shot"].tasks, table.methods["multi_turn_dpo"].tasks) == (29, 30)
    assert table.comparison("multi_turn_dpo", "zero_shot", "success").tasks == 29


def test_a_training_that_was_stopped_with_one_seed_is_in_the_means_of_the_others(make, tmp_path):
    why = {"multi_turn_dpo": "replies shrank"}
    runs = {seed: run_of(tmp_path / f"seed_{seed}", seed, make) for seed in (0, 1)}
    runs[2] = run_of(tmp_path / "seed_2", 2, make, without=("multi_turn_dpo",), stopped=why)
    table = build_seeds_table(runs)
    row = table.methods["multi_turn_dpo"]
    assert row.seeds == (0, 1) and row.stopped == {"2": "replies shrank"}
    assert table.comparison("multi_turn_dpo", "zero_shot", "success").seeds == 2
    assert table.comparison("rejection_fine_tuning", "zero_shot", "success").seeds == 3


def test_a_method_with_one_seed_alone_has_the_interval_of_that_run(make, tmp_path):
    runs = {seed: run_of(tmp_path / f"seed_{seed}", seed, make, without=("multi_turn_dpo",)) for seed in (0, 1)}
    runs[2] = run_of(tmp_path / "seed_2", 2, make)
    table, run = build_seeds_table(runs), Table.read(runs[2] / "table.json")
    row = table.methods["multi_turn_dpo"]
    assert row.seeds == (2,) and row.success_interval == run.methods["multi_turn_dpo"].success_interval
    assert table.comparison("multi_turn_dpo", "zero_shot", "success").seeds == 1
    assert "one seed alone, tasks resampled" in table.statistics.interval


def test_each_step_of_the_order_holds_or_not(runs):
    steps = {(one.worse, one.better): one.verdict for one in order(build_seeds_table(runs))}
    assert steps == {
        ("zero_shot", "rejection_fine_tuning"): "holds",
        ("rejection_fine_tuning", "multi_turn_dpo"): "open",
    }


def test_variants_of_one_name_are_an_order_of_their_own(make):
    rates = {"sweet_rl_rounds": 0.2, "rejection_fine_tuning_75": 0.3, "multi_turn_dpo_75": 0.9}
    rng = np.random.default_rng(0)
    played = {name: [make(task, float(rng.random() < rate)) for task in TASKS] for name, rate in rates.items()}
    found = [(one.worse, one.better, one.verdict) for one in order(build_table(played, seed=0, config={}))]
    assert found == [("rejection_fine_tuning_75", "multi_turn_dpo_75", "holds")]


def test_best_of_n_is_over_all_seeds(runs, make):
    for seed, path in runs.items():
        rng = np.random.default_rng(seed)
        write_all(path / "best_of_n/sweet_rl/4.jsonl", [make(task, float(rng.random() < 0.5)) for task in TASKS])
        curve = Curve(points=(Point(n=4, success=0.5),), critic={"kind": "sweet", "weights": str(seed)}, tasks=30)
        write_json(path / "best_of_n/sweet_rl.json", curve.model_dump(mode="json"))
    point = build_seeds_table(runs).best_of_n["sweet_rl"].points[0]
    assert point.n == 4 and point.success_interval[0] < point.success < point.success_interval[1]


def test_seeds_with_other_tasks_or_another_person_do_not_belong_together(runs, make, tmp_path):
    write_tasks(runs[2] / "tasks/test.jsonl", MADE[1:])
    with pytest.raises(InputError, match="other held-out tasks"):
        build_seeds_table(runs)
    runs[2] = run_of(tmp_path / "other", 2, make, human="model")
    with pytest.raises(InputError, match="another person"):
        build_seeds_table(runs)


def test_costs_add_up_and_are_read_as_they_were_written(tmp_path):
    some = Cost(episodes=10, cpu_seconds=2.5)
    assert mean_cost([some, some * 3]) == Cost(episodes=20, cpu_seconds=5.0)
    write_costs(tmp_path / "costs.json", {"a": some})
    assert read_costs(tmp_path / "costs.json") == {"a": some}
    (tmp_path / "costs.json").write_text('{"a": {"episodes": "many"}}')
    with pytest.raises(InputError, match=r"costs.json: field 'episodes'"):
        read_costs(tmp_path / "costs.json")
